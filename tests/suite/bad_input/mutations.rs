//! However a scenario is garbled, reading it gives a scenario or a complaint, never a panic.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use hbsim::document::Document;
use hbsim::scenario::Scenario;
use hbsim::scenario::sweep::Sweep;

use crate::golden::scenarios;
use crate::program::project;

/// A generator of the test's own: the same cases on every machine, for ever.
struct Dice(u64);

impl Dice {
    /// SplitMix64.
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.roll() % count.max(1) as u64) as usize
    }
}

/// Pieces that mean something to the reader, put where they do not belong.
const PIECES: &[&str] = &[
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "=",
    ".",
    ",",
    "#",
    "\n",
    "\\",
    "-",
    "e",
    "inf",
    "nan",
    "0",
    "-1",
    "999999999999999999999",
    "1e309",
    "\"0s\"",
    "\"3650d\"",
    "\"n0..n99\"",
    "\"each\"",
    "\"region:eu\"",
    "[[faults]]",
    "[expect]",
    "kind = \"mixture\"",
    "for = {}",
    "at = {}",
    "every = \"1ns\"",
    "\u{feff}",
    "\u{202e}",
    "ä",
    "\0",
];

/// Pieces that mean something to a sweep.
const SWEPT: &[&str] = &[
    "[sweep]",
    "[[sweep]]",
    "..",
    " step ",
    " log ",
    "..5",
    "\"1..3\"",
    "seed = ",
    "where = ",
    "{}",
    "[]",
    "[[]]",
    "and ",
    "not ",
    "(",
    ">= 2",
    "5s",
    "\"0..99999\"",
];

fn garble(bytes: &mut Vec<u8>, pieces: &[&str], dice: &mut Dice) {
    let at = dice.below(bytes.len());
    let length = 1 + dice.below(12);
    let end = (at + length).min(bytes.len());
    match dice.below(6) {
        0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        1 if at < bytes.len() => bytes[at] = dice.roll() as u8,
        2 => drop(bytes.drain(at..end)),
        3 => {
            let copy = bytes[at..end].to_vec();
            let to = dice.below(bytes.len());
            bytes.splice(to..to, copy);
        }
        4 => drop(bytes.splice(at..at, pieces[dice.below(pieces.len())].bytes())),
        _ => {
            // Whole lines, so that tables lose and double their keys.
            let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            let (from, to) = (dice.below(lines.len()), dice.below(lines.len()));
            let line = if dice.below(2) == 0 { lines.remove(from) } else { lines[from].clone() };
            lines.insert(to.min(lines.len()), line);
            *bytes = lines.join(&b'\n');
        }
    }
}

#[test]
fn a_garbled_scenario_is_read_or_refused_but_never_a_panic() {
    const CASES: u64 = 600;
    let folder = project().join("scenarios");
    let sources = scenarios()
        .into_iter()
        .map(|name| fs::read(folder.join(format!("{name}.toml"))).expect("a scenario"));
    let rich = ["every-law", "all-that-goes-wrong"]
        .map(|name| fs::read(project().join(format!("tests/rich/{name}.toml"))).expect("a rich scenario"));
    let (mut read, mut refused) = (0, 0);
    for (number, source) in sources.chain(rich).enumerate() {
        for case in 0..CASES {
            let mut dice = Dice((number as u64) << 32 | case);
            let mut bytes = source.clone();
            for _ in 0..=dice.below(4) {
                garble(&mut bytes, PIECES, &mut dice);
            }
            let outcome = catch_unwind(|| {
                let text = Document::text_of("garbled.toml", &bytes)?;
                Scenario::read(&Document::parse("garbled.toml", &text)?, Path::new("no-such-folder"))
            });
            match outcome {
                Ok(Ok(_)) => read += 1,
                Ok(Err(page)) => {
                    refused += 1;
                    assert!(
                        page.starts_with("error: garbled.toml:") && page.ends_with("; nothing was run"),
                        "{page}"
                    );
                }
                Err(_) => panic!("this is neither read nor refused:\n{}", String::from_utf8_lossy(&bytes)),
            }
        }
    }
    assert!(read > 500 && refused > 1_000, "the cases are worth something: {read} read, {refused} refused");
}

#[test]
fn a_garbled_sweep_is_read_or_refused_but_never_a_panic() {
    const CASES: u64 = 2_000;
    let (mut read, mut refused) = (0, 0);
    for (number, name) in ["all-ways-to-write", "faults"].into_iter().enumerate() {
        let source = fs::read(project().join(format!("tests/sweeps/{name}.toml"))).expect("a sweep");
        for case in 0..CASES {
            let mut dice = Dice((number as u64) << 32 | case);
            let mut bytes = source.clone();
            for _ in 0..=dice.below(3) {
                let pieces = [PIECES, SWEPT][dice.below(2)];
                garble(&mut bytes, pieces, &mut dice);
            }
            let outcome = catch_unwind(|| {
                let text = Document::text_of("garbled.toml", &bytes)?;
                let mut document = Document::parse("garbled.toml", &text)?;
                let sweep = Sweep::take(&mut document, &[], &[])?;
                let shelf = Path::new("no-such-folder").into();
                assert!(sweep.labels(sweep.places() - 1).len() == sweep.columns().len());
                let cells: Result<Vec<_>, String> = sweep.cells(&document, &shelf).take(5).collect();
                cells.map(drop)
            });
            match outcome {
                Ok(Ok(())) => read += 1,
                Ok(Err(page)) => {
                    refused += 1;
                    assert!(page.starts_with("error: garbled.toml:"), "{page}");
                    assert!(page.contains("nothing was run"), "{page}");
                }
                Err(_) => panic!("this is neither read nor refused:\n{}", String::from_utf8_lossy(&bytes)),
            }
        }
    }
    assert!(read > 200 && refused > 500, "the cases are worth something: {read} read, {refused} refused");
}
