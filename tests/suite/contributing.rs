//! What CONTRIBUTING.md shows as a whole topology is one, and no longer than it says.

use std::fs;

use crate::program::project;

/// The topology that the page shows.
const SHOWN: &str = "src/topologies/pairs.rs";
/// What its file has besides.
const TESTS: &str = "\n#[cfg(test)]\nmod tests;\n";

fn text(file: &str) -> String {
    fs::read_to_string(project().join(file)).expect("a file of the project can be read")
}

/// The blocks of code of the section with this heading.
fn blocks<'a>(page: &'a str, heading: &str) -> Vec<&'a str> {
    let (_, section) = page.split_once(&format!("\n## {heading}\n")).expect("the page has this section");
    let section = section.split("\n## ").next().expect("a split has a first part");
    let ends = section.split("```rust\n").skip(1);
    ends.map(|block| block.split("```").next().expect("a split has a first part")).collect()
}

#[test]
fn the_topology_on_the_page_is_the_one_that_ships() {
    let page = text("CONTRIBUTING.md");
    let [topology, line] = blocks(&page, "Adding a topology")[..] else { panic!("two blocks of code") };
    let shipped = text(SHOWN);
    assert!(shipped.ends_with(TESTS), "{SHOWN} ends with its tests");
    assert_eq!(topology, shipped.replace(TESTS, ""), "CONTRIBUTING.md shows another {SHOWN}");
    assert!(topology.lines().count() < 60, "{SHOWN} has 60 lines or more");
    assert!(text("src/topologies/mod.rs").contains(line), "the list has another line than {line}");
}
