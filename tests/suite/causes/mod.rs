//! Whole scenarios in which the cause of every mistake is known, because they were made up: three of each cause at
//! least, under every topology in which it is possible. `docs/measures.md` says which cause comes before which.

mod latency;
mod loss;
mod mixed;
mod observer;
mod overload;
mod partition;
mod pause;
mod relay;
mod start_up;
mod waking;

use std::path::Path;

use hbsim::document::Document;
use hbsim::engine::findings::{Cause, Mistake};
use hbsim::engine::world::Meter;
use hbsim::experiment::{Interrupted, Simulation, replicate};
use hbsim::measures::RunRecord;
use hbsim::scenario::Scenario;

/// A scenario, and what is wrong in it.
pub(crate) struct Story {
    /// What happens.
    told: &'static str,
    /// The scenario, but for what all have in common.
    text: &'static str,
    /// Every mistake.
    wrong: Wrong,
}

/// Every mistake of a story.
pub(crate) enum Wrong {
    /// One by one: observer, subject, from when to when in seconds, ending, cause, the newest beat heard (`-` for none),
    /// how many messages were lost, cut off, waiting and not sent, and how late the late beat was (`-` for none).
    Rows(&'static [&'static str]),
    /// Those of these observers (`*` for anybody) are of these causes, and there are some of each.
    Of(&'static [(&'static str, Cause)]),
}

/// Reads a scenario; what it leaves out is three nodes that beat at whole seconds, and half a minute.
pub(crate) fn scenario(text: &str) -> Scenario {
    let lacks = |key: &str| !text.lines().any(|line| line.trim_start().starts_with(key));
    let mut whole = String::new();
    for (key, line) in [("duration", "duration = \"30s\"\n"), ("cluster", "cluster.nodes = 3\n")] {
        whole += if lacks(key) { line } else { "" };
    }
    whole += text;
    Document::parse("story.toml", &whole)
        .and_then(|document| Scenario::read(&document, Path::new(".")))
        .unwrap_or_else(|complaint| panic!("{whole}\n{complaint}"))
}

/// All replications of a scenario.
pub(crate) fn run(scenario: &Scenario, threads: usize) -> Vec<RunRecord> {
    let mut records = Vec::new();
    let keep = |record| {
        records.push(record);
        Ok::<(), Interrupted>(())
    };
    replicate(Simulation { scenario, by_second: false }, threads, &Meter::default(), keep)
        .expect("nobody interrupts");
    records
}

/// A mistake as a row of a story.
fn row(scenario: &Scenario, mistake: &Mistake) -> String {
    let Mistake { pair, start, end, ending, cause, last_heard, missing, late } = mistake;
    let [observer, subject] = [pair.observer, pair.subject].map(|node| scenario.name_of(node));
    let [start, end] = [start, end].map(|time| seconds(time.nanos()));
    let heard = last_heard.map_or("-".to_owned(), |time| seconds(time.nanos()));
    let late = late.map_or("-".to_owned(), |span| seconds(span.nanos()));
    let [lost, cut, waiting, not_sent] = [missing.lost, missing.cut, missing.waiting(), missing.not_sent];
    let (ending, cause) = (ending.word(), cause.word());
    format!(
        "{observer} {subject} {start} {end} {ending} {cause} {heard} {lost} {cut} {waiting} {not_sent} {late}"
    )
}

/// Nanoseconds as seconds, to the last digit that is not zero.
fn seconds(nanos: u64) -> String {
    let text = format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Wrong {
    /// Whether these mistakes are what is wrong, and all of it.
    fn is(&self, scenario: &Scenario, mistakes: &[Mistake]) -> bool {
        match self {
            Wrong::Rows(rows) => {
                mistakes.iter().map(|mistake| row(scenario, mistake)).eq(rows.iter().copied())
            }
            Wrong::Of(known) => {
                let fits = |mistake: &Mistake, (observer, cause): &(&str, Cause)| {
                    let is_of = *observer == "*" || *observer == scenario.name_of(mistake.pair.observer);
                    is_of && mistake.cause == *cause
                };
                mistakes.iter().all(|mistake| known.iter().any(|known| fits(mistake, known)))
                    && known.iter().all(|known| mistakes.iter().any(|mistake| fits(mistake, known)))
            }
        }
    }
}

/// Runs the stories of a cause, and finds in each what is wrong in it and nothing else.
fn tell(stories: &[Story]) {
    let mut failures = String::new();
    for Story { told, text, wrong } in stories {
        let scenario = scenario(text);
        let records = run(&scenario, 1);
        let findings = &records[0].findings;
        let mut causes = [0; Cause::ALL.len()];
        findings.mistakes.iter().for_each(|mistake| causes[mistake.cause as usize] += 1);
        // Where only one cause is possible, suspicions are of it too.
        let suspicions = findings.false_suspicions_by_cause;
        let strange =
            causes.iter().zip(suspicions).any(|(mistakes, suspicions)| *mistakes == 0 && suspicions > 0);
        if !wrong.is(&scenario, &findings.mistakes) || causes != findings.mistakes_by_cause || strange {
            let rows: Vec<String> = findings.mistakes.iter().map(|mistake| row(&scenario, mistake)).collect();
            let rows = rows[..rows.len().min(20)].join("\n  ");
            failures += &format!("{told}: {causes:?}, suspicions {suspicions:?}\n  {rows}\n{text}\n\n");
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
