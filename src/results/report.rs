//! The report that a run prints: a table, a picture, a sentence that can be read aloud, the digest.

mod measured;
mod sentence;

use std::fmt::Write;

use super::course::Course;
use super::histogram::histogram;
use super::numbers::{seconds, short};
use super::rows::Summary;
use crate::engine::cluster::{Cluster, Role};
use crate::engine::findings::Cause;
use crate::measures::{self, Class, RunRecord, Stretch};
use crate::scenario::Scenario;
use crate::statistics::Estimate;
use crate::theory::ClosedForm;
pub(super) use measured::{Measured, by_whom, surely};

/// The width of the report.
const WIDTH: usize = 80;

/// Whether what the author of a scenario says of it still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lesson {
    /// The scenario is as its author left it.
    Holds,
    /// Something else was simulated: the author's figures would contradict the table.
    Outdated,
}

/// The report of all runs of a scenario, at most 80 columns wide.
pub fn report(
    scenario: &Scenario,
    (summary, records): (&Summary, &[RunRecord]),
    course: &Course,
    lesson: Lesson,
) -> String {
    let mut page = String::new();
    let view = View { scenario, summary, records };
    view.heading(&mut page);
    view.table(&mut page);
    view.picture(&mut page);
    page.push_str(&course.lines());
    page.push('\n');
    for line in wrapped(&view.sentence(), WIDTH) {
        let _ = writeln!(page, "{line}");
    }
    page.push_str(&told(scenario, lesson));
    let _ = writeln!(page, "\ndigest {}", summary.digest);
    page
}

/// What the scenario's author wants seen and tried, or that it is left out, each as a paragraph.
pub fn lessons(scenario: &Scenario, lesson: Lesson) -> Vec<String> {
    let said = [("Notice", &scenario.notice), ("Try", &scenario.suggestion)];
    let said: Vec<_> = said.into_iter().filter(|(_, text)| !text.is_empty()).collect();
    let titles: Vec<&str> = said.iter().map(|(title, _)| *title).collect();
    match (lesson, &titles[..]) {
        (Lesson::Outdated, []) => Vec::new(),
        (Lesson::Outdated, [title]) => {
            vec![format!("{title} is left out: it speaks of the scenario as it came.")]
        }
        (Lesson::Outdated, titles) => {
            vec![format!("{} are left out: they speak of the scenario as it came.", titles.join(" and "))]
        }
        (Lesson::Holds, _) => said.iter().map(|(title, text)| format!("{title}: {text}")).collect(),
    }
}

/// The same as lines, with an empty one before each paragraph.
pub fn told(scenario: &Scenario, lesson: Lesson) -> String {
    let mut page = String::new();
    for paragraph in lessons(scenario, lesson) {
        page.push('\n');
        wrapped(&paragraph, WIDTH).iter().for_each(|line| {
            let _ = writeln!(page, "{line}");
        });
    }
    page
}

/// What a report is about.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) summary: &'a Summary,
    pub(super) records: &'a [RunRecord],
}

/// Why mistakes were made, in words, and the measure that counts them.
pub(super) const CAUSES: [(&str, &str); Cause::ALL.len()] = [
    ("because others said so", "mistakes_relay"),
    ("because the path was cut", "mistakes_partition"),
    ("because the node stood still", "mistakes_pause"),
    ("because the observer stood still", "mistakes_observer"),
    ("because of waiting in a queue", "mistakes_overload"),
    ("because beats were lost", "mistakes_loss"),
    ("before the first beat", "mistakes_start_up"),
    ("because beats were late", "mistakes_latency"),
];

impl View<'_> {
    fn heading(&self, page: &mut String) {
        let scenario = self.scenario;
        for line in wrapped(&scenario.name, WIDTH) {
            let _ = writeln!(page, "{line}");
        }
        let facts = format!(
            "{}, {}, {}; {}",
            who(scenario.cluster()),
            scenario.topology.kind(),
            judging(scenario),
            how_often(scenario)
        );
        for line in [wrapped(&scenario.about, WIDTH - 2), wrapped(&facts, WIDTH - 2)].concat() {
            let _ = writeln!(page, "  {line}");
        }
        page.push('\n');
    }

    fn table(&self, page: &mut String) {
        let _ = writeln!(page, "{:<32}{:>14}   95 % interval", "", "estimate");
        for Measured { label, value, note } in self.measures() {
            row(page, &label, &value, &note);
        }
    }

    fn picture(&self, page: &mut String) {
        let times: Vec<f64> =
            self.records.iter().flat_map(|run| Stretch::Detection(Class::Acting).seconds(run)).collect();
        let picture = histogram(&times);
        if !picture.is_empty() {
            let _ =
                write!(page, "\ndetection times of {} crashes, from\n{picture}", short(times.len() as f64));
        }
    }

    pub(super) fn estimate(&self, name: &str) -> Option<Estimate> {
        measures::find(&self.summary.estimates, name)
    }

    pub(super) fn value(&self, name: &str) -> Option<f64> {
        self.estimate(name).map(|estimate| estimate.value)
    }
}

fn row(page: &mut String, label: &str, value: &str, note: &str) {
    if value.is_empty() {
        let _ = writeln!(page, "{label}");
        return;
    }
    // A label that is too long for its column borrows from the next.
    let space = 46usize.saturating_sub(label.chars().count().max(32));
    let mut line = format!("{label:<32}{value:>space$}   {note}");
    if line.chars().count() > WIDTH {
        line = format!("{label:<32}{value:>space$}\n{note:>WIDTH$}");
    }
    let _ = writeln!(page, "{}", line.trim_end());
}

/// Under which circumstances theory speaks of the detection time, and what it says.
pub fn closed_form(theory: &ClosedForm) -> [String; 2] {
    let (earliest, mean, latest) = (seconds(theory.earliest), seconds(theory.mean), seconds(theory.latest));
    if theory.is_learnt {
        return ["once it has learnt".to_owned(), format!("mean {mean}")];
    }
    let what = match (theory.uniform, theory.latest.is_finite()) {
        (true, _) => format!("uniform on ({earliest}, {latest}), mean {mean}"),
        (false, true) => format!("between {earliest} and {latest}, mean {mean}"),
        (false, false) => format!("at least {earliest}, mean {mean}"),
    };
    ["without loss".to_owned(), what]
}

/// How often a node is heard of, and who judges its silence.
pub(super) fn judging(scenario: &Scenario) -> String {
    let interval = scenario.beats().interval;
    match scenario.detector.is_idle() {
        true => format!("a round every {interval}, silence judged by rules of its own"),
        false => format!("a beat every {interval}, detector {}", scenario.detector.suspicion.kind()),
    }
}

/// How many runs there are, and how long each is.
pub(super) fn how_often(scenario: &Scenario) -> String {
    let runs = if scenario.replications == 1 { "run" } else { "runs" };
    format!("{} {runs} of {}", short(f64::from(scenario.replications)), scenario.duration)
}

/// Who there is. One node of a role goes without saying.
pub(super) fn who(cluster: Cluster) -> String {
    let number = |role| f64::from(cluster.range(role).len() as u32);
    let mut said = format!("{} nodes", short(number(Role::Member)));
    let roles = [(Role::Monitor, "monitors"), (Role::Coordinator, "coordinators"), (Role::Global, "globals")];
    for (role, word) in roles.into_iter().filter(|(role, _)| number(*role) > 1.0) {
        let _ = write!(said, ", {} {word}", short(number(role)));
    }
    said
}

/// A share of all.
pub(super) fn percent(value: f64) -> String {
    format!("{} %", short(value * 100.0))
}

/// A text broken into lines of at most `width` characters: at its spaces, and in words that are longer.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace().flat_map(|word| pieces(word, width)) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// A word in pieces of at most `width` characters.
fn pieces(word: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters.chunks(width).map(String::from_iter).collect()
}

#[cfg(test)]
mod tests;
