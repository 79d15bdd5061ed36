//! Every command on every page does what the page shows.
//!
//! The pages are all `*.md` files of the project, but for the change log, which tells of the past. Three things on them
//! are commands:
//!
//! - **A session** is a block without a language. Each of its commands follows `$ `, and the command's output follows the
//!   command: what a terminal shows, standard error included. It is compared line by line. A line `…` stands for any
//!   lines left out, and ` …` at the end of a line for its rest. A command may go on in the next line after `\`. It
//!   leaves with 0, unless its output shows an `error: `.
//! - **Commands alone** are a block of the language `sh`, one on each line, each with a comment if one likes. Such a command
//!   must leave with 0, or with the code that its comment names: `# leaves with 2`. Since no figures of it are shown,
//!   what simulates does so in one replication.
//! - **In a sentence**, what stands between backticks and begins with `hbsim ` is a command alone; so is, in a table, what
//!   stands in the column `run`, where `hbsim run` goes without saying. A word in capitals or `…` stands for what the
//!   reader puts there: of such a pattern, verb and options must exist. So must a verb that stands alone.
//!
//! A diagram of the language `mermaid` is a session too if it begins with `%% $ `. A drawing is a block of the language
//! `text`. A command is executed by a shell, and `cargo run --release -- …` is
//! `hbsim …`. Each block has a folder of its own, and in it what its commands name: see `place.rs`. What is not executed,
//! and why, is in `ELSEWHERE`.
//!
//! Outputs that have become others are written into the pages by `HBSIM_REWRITE_PAGES=1 cargo test --release pages`,
//! with as much left out as before; where a command has no output on the page yet, all of it. Read them in the diff.

mod block;
mod place;
mod shown;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use block::{Block, Command, Page};
use place::Place;

use crate::program::{hbsim, project};

/// Commands that are not executed, by how they begin, and why. One that no page has is a mistake.
const ELSEWHERE: [(&str, &str); 16] = [
    ("cargo fmt", "a step of .ci/run"),
    ("cargo clippy", "a step of .ci/run"),
    ("cargo build --release", "a step of .ci/run"),
    ("notebooks/run", "a step of .ci/run, which needs packages of Python"),
    ("git clone", "needs a network"),
    ("cd notebooks", "of use in the shell of a reader only"),
    ("python3 -m venv", "a step of .ci/run, as part of the notebooks"),
    ("pip install", "needs a network"),
    ("jupyter lab", "does not end by itself"),
    ("hbsim check first --set 'network.latency={kind=\"detour\"", "the law that its page shows how to add"),
    ("cargo test", "this is it"),
    ("HBSIM_REWRITE_", "would change the files that are compared"),
    ("cargo run --release --manifest-path benches/", "another workspace, and minutes; .ci/run builds it"),
    ("cat target/tmp/known-answers/", "what other tests leave behind"),
    ("ping ", "takes an hour, and a host"),
    ("results/", "studies.rs executes what writes there, and compares every file"),
];

/// Folders with pages; the project's own besides.
const FOLDERS: [&str; 5] = ["docs", "results", "examples", "benches", "notebooks"];

/// The paths of all pages, in order.
fn pages() -> Vec<PathBuf> {
    let files = |folder: &Path| -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        entries.map(|entry| entry.expect("the folder can be read").path()).collect()
    };
    let mut pages = files(project());
    pages.retain(|path| path.is_file() && !path.ends_with("CHANGELOG.md"));
    let mut folders: Vec<PathBuf> = FOLDERS.map(|folder| project().join(folder)).into();
    while let Some(folder) = folders.pop() {
        // What is built or installed there brings pages of others.
        let inner = files(&folder).into_iter().filter(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            !name.starts_with('.') && name != "target" && !path.join("pyvenv.cfg").exists()
        });
        let (inner, files): (Vec<_>, Vec<_>) = inner.partition(|path| path.is_dir());
        folders.extend(inner);
        pages.extend(files);
    }
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort_unstable();
    pages
}

/// Why a command is not executed, as a number in `ELSEWHERE`.
fn elsewhere(command: &str) -> Option<usize> {
    ELSEWHERE.iter().position(|(beginning, _)| {
        command.starts_with(beginning) || command.contains(&format!(" --out {beginning}"))
    })
}

/// What is wrong with the commands of a block that show no output.
fn complaints_of(page: &Page, block: &Block, place: &Place, shown: &BTreeSet<String>) -> Vec<String> {
    let mut complaints = Vec::new();
    for command in &block.commands {
        let text = command.text.as_str();
        if elsewhere(text).is_some() || shown.contains(text) {
            continue;
        }
        let complaint = match is_pattern(command) {
            true => of_pattern(text),
            false => of_command(command, place),
        };
        complaints.extend(complaint.map(|why| format!("{}:{}: {text}\n{why}", page.name, command.line)));
    }
    complaints
}

/// Whether the reader is to put something else in the place of a word, or only the verb is named.
fn is_pattern(command: &Command) -> bool {
    let mut words = command.text.split_whitespace();
    let stands_for_another = |part: &str| part == "…" || part.chars().all(|c| c.is_ascii_uppercase());
    let is_verb_alone = words.clone().count() == 2 && command.is_in_a_sentence;
    is_verb_alone
        || words.any(|word| word.split('/').any(|part| !part.is_empty() && stands_for_another(part)))
}

/// Holds a pattern against the help of its verb.
fn of_pattern(pattern: &str) -> Option<String> {
    let mut words = pattern.split_whitespace();
    let (Some("hbsim"), Some(verb)) = (words.next(), words.next()) else {
        return Some("is not a command of hbsim: see ELSEWHERE in tests/suite/pages.rs".to_owned());
    };
    let help = hbsim(&[verb, "--help"]);
    if help.code != Some(0) {
        return Some(help.err);
    }
    let options = words.filter(|word| word.starts_with("--"));
    let unknown = options.filter(|option| !help.out.split([' ', '\n']).any(|word| word == *option));
    unknown.map(|option| format!("{verb} has no option {option}")).next()
}

/// Executes a command of which no output is shown.
fn of_command(command: &Command, place: &Place) -> Option<String> {
    let verb = command.text.split_whitespace().nth(1).unwrap_or_default();
    let is_shortened =
        ["run", "compare", "sweep", "tune"].contains(&verb) && !command.text.contains("--replications");
    let said = match is_shortened {
        true => place.execute(&command.text.replacen(verb, &format!("{verb} --replications 1"), 1)),
        false => place.execute(&command.text),
    };
    // A goal may be missed in so few replications that is met in all.
    let is_excused = is_shortened && said.code == Some(1) && said.out.contains("expect not met: ");
    let is_expected = said.code == Some(command.code);
    (!is_expected && !is_excused).then(|| format!("leaves with {:?}\n{}", said.code, said.out))
}

/// What is wrong with a session, unless it can be rewritten; and the block as it should be.
fn session(page: &Page, block: &Block, place: &Place) -> (Vec<String>, Vec<String>) {
    let (mut complaints, mut now) = (Vec::new(), Vec::new());
    for command in &block.commands {
        now.extend(command.written.iter().cloned());
        if elsewhere(&command.text).is_some() {
            now.extend(command.output.iter().cloned());
            continue;
        }
        let said = place.execute(&command.text);
        let at = format!("{}:{}: {}", page.name, command.line, command.text);
        if said.code != Some(0) && !command.output.iter().any(|line| line.starts_with("error: ")) {
            complaints.push(format!("{at}\nleaves with {:?}\n{}", said.code, said.out));
        }
        let output: Vec<&str> = said.out.trim_end().lines().map(str::trim_end).collect();
        match shown::first_difference(&command.output, &output) {
            None => now.extend(command.output.iter().cloned()),
            Some(difference) => {
                let instead = shown::rewritten(&command.output, &output);
                if !are_rewritten() {
                    complaints.push(format!("{at}\n{difference}\nIt should be\n{}", instead.join("\n")));
                }
                now.extend(instead);
            }
        }
    }
    (complaints, now)
}

/// Whether outputs are written into the pages instead of being compared.
fn are_rewritten() -> bool {
    std::env::var_os("HBSIM_REWRITE_PAGES").is_some_and(|value| value == "1")
}

/// Does all jobs, several at a time, and returns what came of each, in order.
fn side_by_side<J: Sync, R: Send>(jobs: &[J], work: impl Fn(&J) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((at, job)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, jobs.get(at)?)))
                {
                    let result = work(job);
                    done.lock().expect("no worker fails").push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no worker fails");
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[test]
fn every_command_on_every_page_does_what_is_shown() {
    let pages: Vec<Page> = pages().iter().map(|path| Page::read(path)).collect();
    let blocks: Vec<(&Page, &Block)> =
        pages.iter().flat_map(|page| page.blocks.iter().map(move |block| (page, block))).collect();
    let all = || blocks.iter().flat_map(|(_, block)| block.commands.iter().map(move |one| (block, one)));
    assert!(all().count() > 100, "only {} commands were found", all().count());
    // What is shown somewhere needs no second execution elsewhere.
    let shown: BTreeSet<String> =
        all().filter(|(block, _)| block.is_session()).map(|(_, one)| one.text.clone()).collect();
    let heard = place::Heard::default();
    let numbered: Vec<_> = blocks.iter().enumerate().collect();
    let results = side_by_side(&numbered, |(number, (page, block))| {
        let place = Place::new(page, *number, &heard);
        match block.is_session() {
            true => session(page, block, &place),
            false => (complaints_of(page, block, &place, &shown), Vec::new()),
        }
    });
    if are_rewritten() {
        for page in &pages {
            let of_page = blocks.iter().zip(&results).filter(|((of, _), _)| of.name == page.name);
            page.rewrite(
                of_page
                    .filter(|((_, block), _)| block.is_session())
                    .map(|((_, block), (_, now))| (*block, now)),
            );
        }
    }
    let unclear = pages.iter().flat_map(|page| page.complaints.iter().cloned());
    let complaints: Vec<String> = unclear.chain(results.into_iter().flat_map(|(wrong, _)| wrong)).collect();
    assert!(
        complaints.is_empty(),
        "{}\n{} command(s) do not do what a page shows. If that is meant: \
         HBSIM_REWRITE_PAGES=1 cargo test --release pages, and read the diff",
        complaints.join("\n\n"),
        complaints.len()
    );
}

#[test]
fn every_reason_not_to_execute_a_command_is_needed() {
    let pages: Vec<Page> = pages().iter().map(|path| Page::read(path)).collect();
    let commands = pages.iter().flat_map(|page| &page.blocks).flat_map(|block| &block.commands);
    let used: BTreeSet<usize> = commands.filter_map(|command| elsewhere(&command.text)).collect();
    for (at, (beginning, why)) in ELSEWHERE.iter().enumerate() {
        assert!(used.contains(&at), "no page has {beginning} ({why}): strike it from ELSEWHERE");
    }
}
