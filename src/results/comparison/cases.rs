//! Scenarios under the same conditions, case by case: one table of all.

use std::fmt::Write as _;

use super::Compared;
use crate::engine::digest::Digest;
use crate::figures::{seconds, short};
use crate::results::cells::aligned_by_name;
use crate::results::rows::Summary;

/// A scenario in each of the cases.
pub struct Tested {
    /// Its runs in each case.
    pub cases: Vec<Compared>,
    /// Whether its nodes elect a leader and something else happened to it because of that.
    pub elects: bool,
}

/// Scenarios in the same cases.
pub struct Cases<'a> {
    /// The names of the cases.
    pub names: Vec<&'a str>,
    /// The scenarios.
    pub tested: &'a [Tested],
}

impl Cases<'_> {
    /// The names of the columns and a row for each scenario and case.
    pub fn rows(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let mut columns = Summary::columns();
        columns.insert(1, "case".to_owned());
        let row = |(name, one): (&&str, &Compared)| {
            let mut cells = one.summary.cells();
            cells.insert(1, (*name).to_owned());
            cells
        };
        let rows = self.tested.iter().flat_map(|tested| self.names.iter().zip(&tested.cases).map(row));
        (columns, rows.collect())
    }

    /// A table with a row for each scenario.
    pub fn table(&self) -> String {
        let known = [["crashes", "known"], ["first", "knows"], ["known", "after"], ["", "95 %"]];
        let usual = known.into_iter().chain([["all", "know"], ["messages", "a second"]]);
        let errors = self.names.iter().map(|name| ["errors,", name]);
        let headings: Vec<[&str; 2]> = [["", "scenario"]].into_iter().chain(usual).chain(errors).collect();
        let heading = |line: usize| headings.iter().map(|heading| heading[line].to_owned()).collect();
        let rows = self.tested.iter().filter_map(Tested::cells);
        let lines: Vec<Vec<String>> = [heading(0), heading(1)].into_iter().chain(rows).collect();
        let mut page = aligned_by_name(lines.iter());
        page.push_str(&self.legend());
        page
    }

    /// How to read the table, and what it rests on.
    fn legend(&self) -> String {
        let first = self.names.first().copied().unwrap_or_default();
        let [known, errors] = EXPLAINED;
        let mut text = format!("\nAll but errors: {first}. {known}\n{errors}\n{}\n", self.crashes());
        let (mut runs, mut digest) = (0, Digest::default());
        for one in self.all() {
            runs += u64::from(one.summary.replications);
            digest.add_digest(one.summary.digest);
        }
        if self.all().any(|one| one.summary.replications < 10) {
            text.push_str("For intervals that can be trusted use --replications 10 or more.\n");
        }
        let (scenarios, cases, runs) =
            (counted(self.tested.len(), "scenario"), counted(self.names.len(), "case"), short(runs as f64));
        let _ =
            writeln!(text, "{scenarios}, {cases}, {runs} runs; all measures: --format csv. digest {digest}");
        text
    }

    /// Whether the same nodes crash at the same moments in all of them.
    pub(in crate::results) fn crashes(&self) -> String {
        let elect = self.tested.iter().any(|tested| tested.elects);
        let note = if elect { " * Its leader crashes instead." } else { "" };
        let others = || self.tested.iter().filter(|tested| !tested.elects).flat_map(|tested| &tested.cases);
        let Some(first) = others().next() else { return note.trim_start().to_owned() };
        match others().find(|other| other.crashes != first.crashes) {
            None => {
                let count: usize = first.crashes.iter().map(Vec::len).sum();
                format!("The same {} crashes: the same nodes at the same moments.{note}", short(count as f64))
            }
            Some(other) => format!(
                "Not the same crashes: {} differs from {}, so chance makes a difference too.{note}",
                other.summary.name, first.summary.name
            ),
        }
    }

    /// Every scenario in every case.
    pub fn all(&self) -> impl Iterator<Item = &Compared> + Clone {
        self.tested.iter().flat_map(|tested| &tested.cases)
    }
}

/// What the columns of detection and of errors are.
pub(in crate::results) const EXPLAINED: [&str; 2] = [
    "Known: when a death is declared in the name of all; first and all: those who watch.",
    "Errors: healthy nodes held dead, per node and day; < where there was none: at most so many, at 95 %.",
];

/// So many things.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{} {what}s", short(count as f64)) }
}

impl Tested {
    /// The row of the table, if there is any case.
    fn cells(&self) -> Option<Vec<String>> {
        let first = self.cases.first()?;
        let of = |count: &str| first.shown(count, short);
        let mark = if self.elects { " *" } else { "" };
        let mut cells = vec![
            format!("{}{mark}", first.summary.name),
            format!("{}/{}", of("detected"), of("crashes")),
            first.shown("detection_first_s_mean", seconds),
            first.shown("detection_s_mean", seconds),
            first.margin("detection_s_mean", seconds),
            first.shown("detection_all_s_mean", seconds),
            of("messages_per_s"),
        ];
        cells.extend(self.cases.iter().map(Compared::mistaken));
        Some(cells)
    }
}
