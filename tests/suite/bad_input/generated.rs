//! Files that are too large, too deep or too strange to be stored.

use std::fs;

use super::{refused, told};
use crate::program::scratch;

const GOOD: &str = "cluster.nodes = 20\ntopology.kind = \"centralized\"\ndetector.kind = \"misses\"\n";

fn good_and(more: &str) -> Vec<u8> {
    format!("{GOOD}{more}").into_bytes()
}

fn struck(nodes: &str) -> Vec<u8> {
    good_and(&format!("faults = [{{ kind = \"crash\", at = \"1m\", nodes = {nodes} }}]\n"))
}

/// A file, the place of its first complaint, and words of it.
type Case = (&'static str, Vec<u8>, Option<(usize, usize)>, &'static str);

fn cases() -> Vec<Case> {
    const DEEP: usize = 100_000;
    let nested = |open: &str, inside: &str, close: &str| {
        good_and(&format!("a = {}{inside}{}\n", open.repeat(DEEP), close.repeat(DEEP)))
    };
    let not_toml = "this is not TOML";
    vec![
        ("empty", Vec::new(), None, "the scenario needs [cluster]"),
        ("blank", b" \n\t\n\r\n".to_vec(), None, "the scenario needs [cluster]"),
        (
            "byte-order-mark",
            format!("\u{feff}seed = -1\n{GOOD}").into_bytes(),
            Some((1, 8)),
            "found the number -1",
        ),
        (
            "windows-line-ends",
            format!("{GOOD}seed = 1\nwarmup = 3\n").replace('\n', "\r\n").into_bytes(),
            Some((5, 10)),
            "a duration is a text",
        ),
        ("old-mac-line-ends", GOOD.replace('\n', "\r").into_bytes(), Some((1, 20)), not_toml),
        ("nul", good_and("name = \"a\0b\"\n"), Some((4, 10)), "this is not UTF-8 text"),
        ("nul-between-keys", good_and("\0\n"), Some((4, 1)), "this is not UTF-8 text"),
        ("escape-in-a-text", good_and("name = \"\u{1b}[31mred\"\n"), Some((4, 9)), not_toml),
        (
            "not-utf-8",
            [GOOD.as_bytes(), b"name = \"caf\xe9\"\n"].concat(),
            Some((4, 12)),
            "this is not UTF-8 text",
        ),
        (
            "utf-16",
            GOOD.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Some((1, 2)),
            "this is not UTF-8 text",
        ),
        (
            "utf-16-with-a-mark",
            [b"\xff\xfe".to_vec(), GOOD.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat(),
            Some((1, 1)),
            "this is not UTF-8 text",
        ),
        ("every-byte", (0..=255).cycle().take(10_000).collect(), Some((1, 1)), "this is not UTF-8 text"),
        ("two-mebibytes", good_and(&"# nothing\n".repeat(210_000)), None, "larger than a scenario may be"),
        (
            "two-mebibytes-of-umlauts",
            format!("#{}", "ä".repeat(1 << 20)).into_bytes(),
            None,
            "larger than a scenario may be",
        ),
        ("deep-lists", nested("[", "", "]"), Some((4, 85)), "recursion"),
        ("deep-tables", nested("{a=", "1", "}"), Some((4, 245)), "recursion"),
        ("deep-lists-left-open", nested("[", "", ""), Some((4, 85)), "recursion"),
        ("deep-dotted-key", good_and(&format!("a{} = 1\n", ".a".repeat(DEEP))), None, "recursion"),
        ("deep-heading", good_and(&format!("[a{}]\n", ".a".repeat(DEEP))), None, "recursion"),
        (
            "many-numbers",
            struck(&format!("[{}]", "1,".repeat(200_000))),
            Some((4, 49)),
            "expected whom the fault strikes",
        ),
        (
            "many-unknown-nodes",
            struck(&format!("[{}]", "\"n77\",".repeat(100_000))),
            Some((4, 49)),
            "there is no node `n77`",
        ),
        (
            "many-unknown-keys",
            good_and(&(0..80_000).map(|n| format!("k{n} = 1\n")).collect::<String>()),
            Some((4, 1)),
            "is not a key of the scenario",
        ),
        ("many-keys-twice", good_and(&"seed = 1\n".repeat(100_000)), Some((5, 1)), "duplicate key"),
        ("many-lines-of-nothing", good_and(&"=\n".repeat(200_000)), Some((4, 1)), not_toml),
        (
            "many-faults-without-keys",
            good_and(&"[[faults]]\n".repeat(80_000)),
            Some((4, 1)),
            "[[faults]] needs `kind`",
        ),
        (
            "long-line",
            good_and(&format!("faults = [{}] \nseed = -1\n", " ".repeat(500_000))),
            Some((5, 8)),
            "found the number -1",
        ),
        (
            "long-name",
            good_and(&format!("name = \"{}\"\n", "x".repeat(5_000))),
            Some((4, 8)),
            "`name` is longer than 4000 bytes",
        ),
        (
            "long-key",
            good_and(&format!("{} = 1\n", "x".repeat(500_000))),
            Some((4, 1)),
            "is not a key of the scenario",
        ),
        (
            "long-duration",
            good_and(&format!("duration = \"{}s\"\n", "1".repeat(500_000))),
            Some((4, 12)),
            "a duration needs a unit",
        ),
        (
            "long-number",
            good_and(&format!("seed = {}\n", "1".repeat(500_000))),
            Some((4, 8)),
            "a number with too many digits",
        ),
        (
            "long-kind",
            format!("topology.kind = \"{}\"\n", "x".repeat(500_000)).into_bytes(),
            Some((1, 17)),
            "is not a topology kind",
        ),
        ("long-selector", struck(&format!("\"{}\"", "n".repeat(500_000))), Some((4, 48)), "is nobody's name"),
        (
            "long-file-name",
            good_and(&format!(
                "network.latency = {{ kind = \"empirical\", file = \"{}\" }}\n",
                "f".repeat(500_000)
            )),
            Some((4, 48)),
            "ffffffff",
        ),
        (
            "direction-marks",
            good_and("name = 1 # \u{202e}\n\"\u{202e}seed\" = 1\n"),
            Some((4, 8)),
            "expected a text in quotes",
        ),
    ]
}

#[test]
fn large_deep_and_strange_files_are_refused_like_any_other() {
    let folder = scratch("bad-input-generated");
    let mut wrong = Vec::new();
    for (stem, bytes, place, words) in cases() {
        let file = folder.join(format!("{stem}.toml"));
        fs::write(&file, bytes).expect("a scratch file can be written");
        let name = file.to_string_lossy().into_owned();
        let err = refused(&name, &["run", &name]).err;
        let told = told(&name, &err);
        if !told.first().is_some_and(|(told, reason)| *told == place && reason.contains(words)) {
            let head: String = err.chars().take(600).collect();
            wrong.push(format!("{stem}: wanted `{words}` at {place:?}\n{head}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_is_too_large_to_run_is_refused_before_it_takes_memory() {
    let folder = scratch("bad-input-too-large");
    for (stem, text, words) in [
        ("nodes", "cluster.nodes = 100_000_000\n", "run(s) at once need about"),
        ("events", "cluster.nodes = 20\ntopology.interval = \"1ns\"\n", "more than 1e13"),
        ("faults", "cluster.nodes = 20\nduration = \"3650d\"\nmany = \"1ns\"\n", "more than 1e13"),
    ] {
        let every = if text.contains("many") { "every = \"1ns\"\n" } else { "" };
        let text = format!(
            "{}topology.kind = \"centralized\"\ndetector.kind = \"misses\"\n[[faults]]\nkind = \"crash\"\nat = \"1m\"\nnodes = \"all\"\n{every}",
            text.replace("many = \"1ns\"\n", "")
        );
        let file = folder.join(format!("{stem}.toml"));
        fs::write(&file, text).expect("a scratch file can be written");
        let name = file.to_string_lossy().into_owned();
        for verb in ["run", "check"] {
            let out = std::process::Command::output(&mut crate::program::limited(&[
                verb, &name, "--memory", "1GB",
            ]));
            let said = crate::program::said(out.expect("hbsim can be started"));
            assert!(
                said.code == Some(2) && said.err.contains(words),
                "{verb} {stem}: {:?}\n{}",
                said.code,
                said.err
            );
        }
    }
}
