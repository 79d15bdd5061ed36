//! The page of the runs of one scenario.

use super::pieces::{drawn, left_out, section, table, version};
use super::{Sighted, detection, mistakes, parameters, theory, traffic};
use crate::engine::time::Span;
use crate::figures::short;
use crate::measures::RunRecord;
use crate::page::{Page, Section};
use crate::results::report::{Lesson, View, how_often, judging, lessons, who};
use crate::results::{Summary, Timeline};
use crate::scenario::Scenario;

/// What a page of runs is about.
pub struct RunPage<'a> {
    pub(super) view: View<'a>,
    pub(super) sighted: &'a Sighted,
    lesson: Lesson,
    command: String,
    one_run: OneRun,
}

/// One run of several, looked at closely.
pub enum OneRun {
    /// What became of its nodes.
    Shown(u32, Box<Timeline>),
    /// It would take too long.
    TooLong,
}

impl OneRun {
    /// Which run shows most: the first with a mistake, else the first with a crash.
    pub fn chosen(records: &[RunRecord]) -> u32 {
        let is_wrong = |run: &&RunRecord| run.findings.mistakes_total() > 0;
        let crashes = |run: &&RunRecord| !run.findings.crashes.is_empty();
        let chosen = records.iter().find(is_wrong).or_else(|| records.iter().find(crashes));
        chosen.map_or(0, |run| run.replication)
    }

    fn section(&self) -> Section {
        match self {
            OneRun::Shown(replication, timeline) => {
                let Timeline { chart, table, notes } = timeline.as_ref();
                let text = format!(
                    "What became of nodes in replication {replication}: the first in which anybody was wrong or, where \
                     nobody was, in which a node crashed. hbsim why tells how each mistake came about, hbsim trace all \
                     that happened."
                );
                Section {
                    charts: vec![chart.clone()],
                    table: Some(table.clone()),
                    notes: notes.clone(),
                    ..section("One run", vec![text])
                }
            }
            OneRun::TooLong => {
                let text = "No single run is shown: one is too long to be looked at once more. hbsim trace tells what \
                            happened in a while of it.";
                section("One run", vec![text.to_owned()])
            }
        }
    }
}

impl<'a> RunPage<'a> {
    /// The runs of a scenario: their sums, what was seen one by one, and the command that does it again; and one of
    /// them, looked at closely.
    pub fn new(
        scenario: &'a Scenario,
        (summary, records): (&'a Summary, &'a [RunRecord]),
        sighted: &'a Sighted,
        (lesson, command): (Lesson, String),
        one_run: OneRun,
    ) -> RunPage<'a> {
        RunPage { view: View { scenario, summary, records }, sighted, lesson, command, one_run }
    }

    /// The page.
    pub fn page(&self) -> Page {
        let scenario = self.view.scenario;
        let parameters = parameters::parameters(scenario);
        let mut sections: Vec<Section> = Vec::new();
        let said = lessons(scenario, self.lesson);
        if !said.is_empty() {
            sections.push(section("What its author says", said));
        }
        sections.push(self.measures());
        sections.extend(detection::detection(self));
        sections.push(mistakes::mistakes(self));
        sections.push(self.one_run.section());
        sections.push(traffic::traffic(self));
        sections.push(theory::theory(self));
        sections.push(table_of(&parameters));
        Page {
            title: scenario.name.clone(),
            subtitle: scenario.about.clone(),
            headline: self.view.sentence(),
            facts: self.facts(&parameters),
            sections,
            foot: vec![self.command.clone(), format!("digest {}", self.view.summary.digest), version()],
        }
    }

    fn facts(&self, parameters: &[parameters::Parameter]) -> Vec<(String, String)> {
        let scenario = self.view.scenario;
        let mut facts = vec![
            ("Cluster", who(scenario.cluster())),
            ("Topology", parameters::in_words(parameters, "topology")),
            ("Beats", judging(scenario)),
        ];
        if !scenario.detector.is_idle() {
            facts.push(("Detector", parameters::in_words(parameters, "detector")));
        }
        for (name, path) in [("Verdict", "verdict"), ("Network", "network")] {
            let words = parameters::in_words(parameters, path);
            facts.extend((!words.is_empty()).then_some((name, words)));
        }
        for number in 1..=scenario.faults.len().min(MOST_FAULTS) {
            facts.push(("Fault", parameters::in_words(parameters, &format!("faults.{number}"))));
        }
        if scenario.faults.len() > MOST_FAULTS {
            facts.push((
                "Faults",
                left_out(scenario.faults.len() - MOST_FAULTS, "are in the table of all values"),
            ));
        }
        facts.push(("Runs", how_often(scenario)));
        if scenario.warmup > Span::ZERO {
            facts.push(("Not counted", format!("the first {} of each run", scenario.warmup)));
        }
        facts.push(("Seed", scenario.seed.to_string()));
        facts.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect()
    }

    fn measures(&self) -> Section {
        let rows = self.view.measures().into_iter().map(|row| {
            // What belongs to the line above stays further in, in a font of any width.
            let further_in = if row.label.starts_with(' ') { "\u{2003}" } else { "" };
            vec![format!("{further_in}{}", row.label.trim_start()), row.value, row.note]
        });
        let text = "Each figure with the interval that holds the truth in 95 of 100 such studies. Where nothing was \
                    seen, it is said below what it surely is.";
        Section {
            table: Some(table(&["", "#estimate", "95 % interval"], rows.collect())),
            ..section("What was measured", vec![text.to_owned()])
        }
    }

    /// What became of the crashes that were not detected, if there are any.
    pub(super) fn unknown_crashes(&self) -> Option<String> {
        let count = |name| self.view.value(name).unwrap_or(0.0);
        let [missed, pending] = [count("missed"), count("pending")];
        (missed + pending > 0.0).then(|| {
            format!(
                "Not in it: {} of {} crashes, of which {} were over before anybody noticed and {} came too late in a \
                 run.",
                short(drawn(missed + pending)),
                short(count("crashes")),
                short(missed),
                short(pending)
            )
        })
    }
}

/// More faults than this have no room among the facts.
const MOST_FAULTS: usize = 6;

fn table_of(parameters: &[parameters::Parameter]) -> Section {
    let row = |one: &parameters::Parameter| {
        let default = if one.is_default { "default" } else { "" };
        vec![one.path.clone(), one.value.clone(), default.to_owned()]
    };
    let rows = parameters.iter().map(row).collect();
    let text = "The scenario with every default filled in.";
    section("All values", vec![text.to_owned()])
        .with_table(table(&["key", "value", ""], rows).folded(), "values are in scenario.toml")
}
