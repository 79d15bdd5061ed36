//! The schema of the scenario file is equal to the reader: what the one refuses, the other refuses too.
//!
//! It is taken from the reader, so its keys cannot differ; these tests hold it against whole files, in both directions.
//! It never refuses what is a scenario. What is none and it does not see is listed, each file by its name with the
//! reason; a file that it begins to see must leave the list.

mod json;
mod mutations;
mod pattern;
mod unseen;
mod validator;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use toml::{Table, Value};

use crate::program::{hbsim, project};
use validator::Schema;

/// The schema of scenarios as the program prints it.
fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| Schema(json::read(&printed(&["schema"]))))
}

fn printed(arguments: &[&str]) -> String {
    let said = hbsim(arguments);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    said.out
}

/// The TOML files in a folder and in those below it, in the order of their names.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            files.extend(files_in(&path));
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The scenarios and sweeps that are right.
fn good_files() -> Vec<PathBuf> {
    let folders = ["scenarios", "tests/rich", "tests/sweeps", "results"];
    let all = folders.iter().flat_map(|folder| files_in(&project().join(folder)));
    all.filter(|path| !path.components().any(|part| part.as_os_str() == "conditions")).collect()
}

fn text_of(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

fn table_of(path: &Path) -> Table {
    text_of(path).parse().unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

#[test]
fn what_is_a_scenario_is_valid() {
    let files = good_files();
    assert!(files.len() > 150, "there are {}", files.len());
    let refused: Vec<_> =
        files.iter().filter(|path| !schema().allows(&Value::Table(table_of(path)))).collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn what_new_writes_and_what_show_resolves_is_valid() {
    let starter = printed(&["new", "-"]);
    assert!(schema().allows(&Value::Table(starter.parse().expect("TOML"))));
    for scenario in crate::golden::scenarios() {
        let resolved = printed(&["show", "--resolved", &scenario]);
        assert!(schema().allows(&Value::Table(resolved.parse().expect("TOML"))), "{scenario}\n{resolved}");
    }
}

#[test]
fn the_examples_of_the_docs_are_valid() {
    let text = text_of(&project().join("docs/scenario.md"));
    let blocks: Vec<&str> =
        text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 10, "there are {}", blocks.len());
    for block in blocks {
        let mut scenario: Table = block.parse().expect(block);
        // What an example leaves out is not what it is about.
        let rest =
            "cluster = { nodes = 9 }\ntopology = { kind = 'centralized' }\ndetector = { kind = 'misses' }";
        for (key, value) in rest.parse::<Table>().expect("TOML") {
            scenario.entry(key).or_insert(value);
        }
        assert!(schema().allows(&Value::Table(scenario)), "{block}");
    }
}

#[test]
fn what_is_no_scenario_is_invalid_or_listed_as_what_only_the_reader_sees() {
    let mut valid = Vec::new();
    for path in files_in(&project().join("tests/bad")) {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let document = fs::read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(table) = document.and_then(|text| text.parse::<Table>().ok()) else { continue };
        if schema().allows(&Value::Table(table)) {
            valid.push(name);
        }
    }
    let mut listed: Vec<String> =
        unseen::FILES.iter().flat_map(|(_, names)| names.iter().copied()).map(str::to_owned).collect();
    listed.sort();
    let unlisted: Vec<_> = valid.iter().filter(|name| !listed.contains(name)).collect();
    let seen: Vec<_> = listed.iter().filter(|name| !valid.contains(name)).collect();
    assert!(
        unlisted.is_empty() && seen.is_empty(),
        "neither seen nor listed: {unlisted:#?}\nseen: {seen:#?}"
    );
}

#[test]
fn conditions_have_a_schema_too() {
    let schema = Schema(json::read(&printed(&["schema", "conditions"])));
    let allows = |text: &str| schema.allows(&Value::Table(text.parse().expect("TOML")));
    for path in files_in(&project().join("scenarios/conditions")) {
        assert!(allows(&text_of(&path)), "{}", path.display());
    }
    for (text, is_valid) in [
        ("cases.quiet = {}", true),
        ("[set]\nnetwork.loss = 0.1\n[cases.one]\n[cases.two]", true),
        ("", false),
        ("cases = {}", false),
        ("cases = { one = 1 }", false),
        ("set = 1\ncases.one = {}", false),
        ("sets = {}\ncases.one = {}", false),
        ("cases = { a = {}, b = {}, c = {}, d = {}, e = {}, f = {}, g = {}, h = {}, i = {} }", false),
    ] {
        assert_eq!(allows(text), is_valid, "{text}");
    }
}

#[test]
fn the_schema_is_the_same_each_time_and_says_what_it_is() {
    let schema = printed(&["schema"]);
    assert_eq!(schema, printed(&["schema", "scenarios"]));
    for line in
        ["\"$schema\": \"http://json-schema.org/draft-07/schema#\"", "\"$id\": \"urn:hbsim:scenario\""]
    {
        assert!(schema.contains(line), "{line}");
    }
    assert!(schema.lines().all(|line| !line.ends_with(' ')));
}

#[test]
fn each_key_is_described_with_what_it_can_be_and_what_stands_for_it() {
    let described = |table: &str, key: &str| {
        let Schema(schema) = schema();
        let table = schema.get("definitions").and_then(|all| all.get(table)).expect(table);
        let property = table.get("properties").and_then(|all| all.get(key)).expect(key);
        property.get("description").and_then(Value::as_str).expect("a description").to_owned()
    };
    for (table, key, words) in [
        ("topology", "catch_up", "`\"one\"` or `\"none\"` or `\"all\"`. Default: `\"one\"`."),
        ("topology", "fanout", "Only for kind `gossip`."),
        ("topology", "interval", "- `leader`: The time between two beats of the leader"),
        ("topology", "kind", "- `swim`: SWIM as memberlist does it"),
        ("detector", "timeout", "A duration above zero, such as `\"250ms\"`"),
        ("network", "loss", "A number from 0 to 1. Default: `0.0`."),
        ("limit", "alarm", "A number above 0 to 1."),
        ("faults", "drift", "Must be given."),
    ] {
        assert!(described(table, key).contains(words), "{table}.{key}: {}", described(table, key));
    }
}
