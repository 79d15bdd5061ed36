//! What a person reads of two scenarios that differ by known figures.

use std::path::Path;

use super::*;
use crate::document::Document;
use crate::engine::digest::Digest;
use crate::engine::findings::{Crash, Findings};
use crate::engine::time::Span;
use crate::engine::traffic::Traffic;
use crate::measures::Possible;

/// What a run found out.
#[derive(Clone)]
struct Run {
    /// Milliseconds until each crash was known; 0 if it never was.
    known_after: Vec<u64>,
    mistakes: u64,
    out_of_service_ms: u128,
    sent: u64,
}

const PLAIN: Run = Run { known_after: Vec::new(), mistakes: 0, out_of_service_ms: 0, sent: 1000 };

fn run(known_after: &[u64]) -> Run {
    Run { known_after: known_after.to_vec(), ..PLAIN }
}

fn record(number: usize, run: &Run) -> RunRecord {
    let ms = |ms: u64| Span::from_nanos(ms * 1_000_000);
    let at = Time::ZERO + ms(10_000);
    let crash = |known_after: &u64| {
        let known = Some(at + ms(*known_after)).filter(|_| *known_after > 0);
        let (first, majority, all, acting) = (known, known, known, known);
        Crash { node: NodeId(0), at, restarted: None, already_dead: false, first, majority, all, acting }
    };
    let mut findings = Findings {
        crashes: run.known_after.iter().map(crash).collect(),
        false_positives: run.mistakes,
        healthy_out_of_service_nanos: run.out_of_service_ms * 1_000_000,
        dead_in_service_nanos: 7_000_000_000,
        pair_nanos: 100_000_000_000,
        node_nanos: 100_000_000_000,
        ..Findings::default()
    };
    findings.mistakes_by_cause[0] = run.mistakes;
    let mut traffic = Traffic::new(&["beat"], 0);
    traffic.sent = vec![run.sent];
    RunRecord {
        replication: number as u32,
        findings,
        traffic,
        counted_s: 100.0,
        nodes: 4.0,
        events: 0,
        possible: Possible::default(),
        digest: Digest::default(),
    }
}

fn compared(name: &str, seed: u32, runs: &[Run]) -> Compared {
    let text = format!(
        "name = \"{name}\"\nseed = {seed}\nreplications = {}\ncluster = {{ nodes = 4 }}\n\
         topology = {{ kind = \"pairs\" }}\ndetector = {{ kind = \"timeout\", timeout = \"3s\" }}\n",
        runs.len()
    );
    let document = Document::parse("text.toml", &text).expect("it is TOML");
    let scenario = Scenario::read(&document, Path::new("")).expect("it is valid");
    let records: Vec<RunRecord> = runs.iter().enumerate().map(|(number, run)| record(number, run)).collect();
    Compared::of(&scenario, &records)
}

/// What is said of B beside A.
fn said(reference: &[Run], other: &[Run]) -> Vec<String> {
    said_of([compared("A", 1, reference), compared("B", 1, other)])
}

fn said_of(both: [Compared; 2]) -> Vec<String> {
    let page = comparison(&both);
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
    let (_, sentences) = page.split_once("\nBeside A").expect("B is set beside A");
    let (_, sentences) = sentences.split_once("\nB").expect("B is spoken of");
    let (sentences, _) = sentences.split_once("\n\n").expect("the digests follow");
    // What was wrapped is put together again.
    let lines = sentences.replace("\n    ", " ");
    lines.lines().skip(1).map(|line| line.trim_start().to_owned()).collect()
}

/// Ten runs of which all is the same but what chance does: `jitter` times -1, 0 or 1.
fn ten(of: impl Fn(i64) -> Run) -> Vec<Run> {
    [-1, 0, 1, 1, 0, -1, 0, 0, 1, -1].into_iter().map(of).collect()
}

#[test]
fn sooner_later_and_so_many_times_as_many() {
    let reference = ten(|chance| Run {
        mistakes: (10 + chance) as u64,
        out_of_service_ms: 100,
        ..run(&[(12_000 + 1000 * chance) as u64, 11_000])
    });
    let other = ten(|chance| Run {
        mistakes: (40 + 2 * chance) as u64,
        out_of_service_ms: 300,
        sent: 3000,
        ..run(&[(10_100 + 1100 * chance) as u64, 9100])
    });
    assert_eq!(
        said(&reference, &other),
        [
            "detects 1.9 s sooner (1.871 … 1.929 s; pairing narrows this 15 times)",
            "makes 4 times as many mistakes (3.88 … 4.12; pairing narrows this 2.2 times)",
            "keeps healthy nodes out of service 3 times as long in every run",
            "sends 3 times as many messages in every run",
        ]
    );
    assert_eq!(
        said(&other, &reference),
        [
            "detects 1.9 s later (1.871 … 1.929 s; pairing narrows this 15 times)",
            "makes 0.25 times as many mistakes (0.2428 … 0.2574; pairing narrows this 2.2 times)",
            "keeps healthy nodes out of service 0.3333 times as long in every run",
            "sends 0.3333 times as many messages in every run",
        ]
    );
    let unpaired = said_of([compared("A", 1, &reference), compared("B", 2, &other)]);
    assert_eq!(
        unpaired[0], "detects 1.9 s sooner (1.5 … 2.3 s)",
        "wider, and without pairs nothing is gained"
    );
}

#[test]
fn no_difference_is_told_as_far_as_it_is_known() {
    let reference =
        ten(|chance| Run { mistakes: (10 + chance) as u64, ..run(&[(3000 + 100 * chance) as u64]) });
    let other = ten(|chance| Run {
        mistakes: (10 - chance) as u64,
        sent: (1000 - 10 * chance) as u64,
        ..run(&[(3000 - 100 * chance) as u64])
    });
    let said = said(&reference, &other);
    for (sentence, begins, ends) in [
        (
            &said[0],
            "makes no difference to detection that 10 runs could show (",
            " ms later; pairing widens this 1.4 times)",
        ),
        (
            &said[1],
            "makes no difference to mistakes that 10 runs could show (0.",
            " times as many mistakes; pairing widens this 1.4 times)",
        ),
        (
            &said[2],
            "makes no difference to messages that 10 runs could show (0.99",
            " times as many messages)",
        ),
    ] {
        assert!(sentence.starts_with(begins) && sentence.ends_with(ends), "{sentence}");
    }
    let same = self::said(&reference, &reference);
    assert_eq!(same, ["detects just as soon", "makes as many mistakes", "sends as many messages"]);
}

#[test]
fn mistakes_that_only_one_makes_have_words_of_their_own() {
    let none = vec![PLAIN; 3];
    let mut some = none.clone();
    some[1] = Run { mistakes: 12, out_of_service_ms: 2500, ..PLAIN };
    assert_eq!(
        said(&none, &some),
        [
            "makes 12 mistakes where A makes none (at least 3.5 times as many)",
            "keeps healthy nodes out of service for 2.5 s in all, A never",
            "sends as many messages",
        ]
    );
    assert_eq!(
        said(&some, &none),
        [
            "makes none where A makes 12 mistakes (at most 0.28 times as many)",
            "never keeps healthy nodes out of service, A for 2.5 s in all",
            "sends as many messages",
        ]
    );
    assert_eq!(said(&none, &none), ["makes no mistakes either", "sends as many messages"]);
    some[1].mistakes = 1;
    assert_eq!(said(&none, &some)[0], "makes one mistake where A makes none (at least 0.053 times as many)");
}

#[test]
fn that_fewer_crashes_are_detected_is_told_before_how_soon() {
    let reference = ten(|chance| run(&[(5000 + 10 * chance) as u64, 9000]));
    let other = ten(|chance| run(&[(5000 + 10 * chance) as u64, 0]));
    assert_eq!(
        said(&reference, &other),
        [
            "detects 10 of 20 crashes, where A detects 20 of 20 crashes",
            "detects 2 s sooner (1.997 … 2.003 s; pairing narrows this 2.2 times)",
            "makes no mistakes either",
            "leaves dead nodes in service as long",
            "sends as many messages",
        ]
    );
}

#[test]
fn one_run_has_figures_and_no_intervals() {
    let both = [compared("A", 1, &[run(&[5000])]), compared("B", 1, &[run(&[3500])])];
    assert!(
        comparison(&both).contains("\nBeside A (one run shows no spread; 95 % intervals of counts alone):\n"),
        "{}",
        comparison(&both)
    );
    assert_eq!(said_of(both), ["detects 1.5 s sooner", "makes no mistakes either", "sends as many messages"]);
}

#[test]
fn a_scenario_without_crashes_is_compared_by_what_else_there_is() {
    let (none, one) = (vec![PLAIN; 10], vec![run(&[4000]); 10]);
    assert_eq!(said(&none, &none), ["makes no mistakes either", "sends as many messages"]);
    assert_eq!(said(&none, &one)[0], "detects 10 of 10 crashes, where A has no crash to detect");
}

#[test]
fn why_runs_are_not_compared_one_by_one_is_told() {
    let ten = ten(|chance| run(&[(5000 + 10 * chance) as u64]));
    let mut others = ten.clone();
    others[3] = run(&[5000, 5000]);
    for (other, why) in [
        (compared("B", 2, &ten), "the seeds differ"),
        (compared("B", 1, &ten[..9]), "the numbers of runs differ"),
        (compared("B", 1, &others), "the crashes differ"),
    ] {
        let page = comparison(&[compared("A", 1, &ten), other]);
        assert!(page.contains(&format!("\nB (not compared run by run with A: {why})\n")), "{page}");
    }
}

#[test]
fn names_of_any_length_fit() {
    let long = "a-scenario-with-a-name-that-is-longer-than-any-line-that-was-ever-printed-or-read-by-anybody";
    let ten = ten(|chance| run(&[(5000 + 10 * chance) as u64]));
    let mut seldom = ten.clone();
    seldom[0].mistakes = 3;
    let page = sentences::sentences(&[compared(long, 1, &ten), compared(&long[1..], 2, &seldom)]);
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
    assert_eq!(sentences::sentences(&[compared(long, 1, &ten)]), "\n");
}

#[test]
fn rows_say_all_of_it() {
    let reference = ten(|chance| run(&[(5000 + 100 * chance) as u64]));
    let other = ten(|chance| run(&[(7000 + 110 * chance) as u64]));
    let both = [compared("A", 1, &reference), compared("B", 1, &other)];
    let mut csv = Vec::new();
    write_differences_csv(&both, &mut csv).expect("memory takes anything");
    let csv = String::from_utf8(csv).expect("it is text");
    let row = |measure: &str| {
        let begins = format!("B,A,{measure},");
        csv.lines().find(|line| line.starts_with(&begins)).map(str::to_owned)
    };
    let mean = row("detection_s_mean").expect("a row");
    assert!(mean.starts_with("B,A,detection_s_mean,7,5,2,1.994"), "{mean}");
    assert!(mean.ends_with(",221,paired,,10"), "{mean}");
    let open = row("detection_s_p99").expect("a row");
    assert!(open.ends_with(",7.11,5.1,2.01,,,1.39411765,,,,,too little was seen to bound both,10"), "{open}");
    assert_eq!(row("elections"), None, "there can be none in either");
    let mut json = Vec::new();
    write_differences_json(&both, &mut json).expect("memory takes anything");
    let json = String::from_utf8(json).expect("it is text");
    assert_eq!(json.matches("\"measure\": \"").count(), csv.lines().count() - 1);
    assert!(json.contains("\"method\": \"paired\",\n    \"note\": null"), "{json}");
}
