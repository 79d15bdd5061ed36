//! What is measured of a run, line by line: what it is called, the estimate, and how sure that is.

use super::{CAUSES, View, closed_form, percent};
use crate::measures::{self, Class, Measure};
use crate::results::numbers::{number, seconds, short};
use crate::statistics::{Estimate, Interval};
use crate::theory::{Calculated, ClosedForm};

/// A line of the table of measures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::results) struct Measured {
    /// What it is called; what belongs to the line above is further in.
    pub(in crate::results) label: String,
    /// The estimate; nothing in a line that is all words.
    pub(in crate::results) value: String,
    /// How sure it is.
    pub(in crate::results) note: String,
}

impl Measured {
    fn words(words: String) -> Measured {
        Measured { label: words, value: String::new(), note: String::new() }
    }
}

/// How a measure is shown.
type Shown = fn(f64) -> String;

impl View<'_> {
    /// All lines of the table.
    pub(in crate::results) fn measures(&self) -> Vec<Measured> {
        let mut rows = Vec::new();
        self.measured(&mut rows);
        rows
    }

    fn measured(&self, rows: &mut Vec<Measured>) {
        let count = |name| self.value(name).unwrap_or(0.0);
        let crashes = if count("crashes") == 0.0 {
            "none that counts".to_owned()
        } else if count("detected") == count("crashes") {
            "all detected".to_owned()
        } else {
            let parts = [count("detected"), count("missed"), count("pending")].map(short);
            format!("{} detected, {} missed, {} pending", parts[0], parts[1], parts[2])
        };
        row(rows, "crashes", &short(count("crashes")), &crashes);
        for (label, name) in [
            ("detection time, mean", "detection_s_mean"),
            ("                half within", "detection_s_p50"),
            ("           99 of 100 within", "detection_s_p99"),
            ("                 the longest", "detection_s_max"),
        ] {
            self.estimate_row(rows, label, name, seconds);
        }
        if let Some(theory) = ClosedForm::of(self.scenario).filter(|_| count("crashes") > 0.0) {
            let [when, what] = closed_form(&theory);
            rows.push(Measured::words(format!("  in theory, {when}: {what}")));
        }
        self.observers(rows);
        self.estimate_row(rows, "false positives", "false_positives", short);
        self.estimate_row(rows, "  per node and day", "false_positives_per_node_day", short);
        self.mistakes(rows);
        self.estimate_row(rows, "dead but in service, node time", "dead_in_service_s", seconds);
        self.estimate_row(rows, "healthy but out of service", "healthy_out_of_service_s", seconds);
        if self.value("flaps").is_some_and(|flaps| flaps > 0.0) {
            let label = format!("flaps: dead again within {}", self.scenario.verdict.flap_within);
            self.estimate_row(rows, &label, "flaps", short);
        }
        for (label, name) in [
            ("two nodes held each other dead", "two_sides_s"),
            ("watched by nobody, node time", "unwatched_s"),
        ] {
            if self.value(name).is_some_and(|time| time > 0.0) {
                self.estimate_row(rows, label, name, seconds);
            }
        }
        self.leadership(rows);
        self.messages(rows);
    }

    /// How the news of a crash spreads among several observers.
    fn observers(&self, rows: &mut Vec<Measured>) {
        let acting = self.value("detection_s_mean");
        for (class, name) in [
            (Class::First, "detection_first_s_mean"),
            (Class::Majority, "detection_majority_s_mean"),
            (Class::All, "detection_all_s_mean"),
        ] {
            if self.value(name) != acting {
                self.estimate_row(rows, &format!("  {}, mean", by_whom(class)), name, seconds);
            }
        }
        if !self.records.iter().any(|run| run.possible.dissemination) {
            return;
        }
        let (first, all) = (self.crashes_known_to(Class::First), self.crashes_known_to(Class::All));
        if all < first {
            let note = format!("of {} that any observer declared", short(first));
            row(rows, "  crashes that all knew of", &short(all), &note);
        }
        self.estimate_row(rows, "  from the first to all, mean", "dissemination_s_mean", seconds);
        self.estimate_row(rows, "                 the longest", "dissemination_s_max", seconds);
    }

    fn crashes_known_to(&self, class: Class) -> f64 {
        let crashes = self.records.iter().flat_map(|run| &run.findings.crashes);
        crashes.filter(|crash| class.declared(crash).is_some()).count() as f64
    }

    fn mistakes(&self, rows: &mut Vec<Measured>) {
        self.estimate_row(rows, "mistakes", "mistakes", short);
        self.calculated(rows);
        if self.value("mistakes").unwrap_or(0.0) == 0.0 {
            return;
        }
        for (why, name) in CAUSES {
            let label = format!("  {why}");
            if self.value(name).is_some_and(|count| count > 0.0) {
                self.estimate_row(rows, &label, name, short);
            }
        }
        self.estimate_row(rows, "  lasting, mean", "mistake_s_mean", seconds);
        self.estimate_row(rows, "  time between two of a pair", "mistake_recurrence_s_mean", seconds);
        self.estimate_row(rows, "  right at a random instant", "query_accuracy", accuracy);
    }

    /// How rare mistakes are where simulation sees none or few of them, if that is known. It is no part of any
    /// estimate.
    fn calculated(&self, rows: &mut Vec<Measured>) {
        const FEW: f64 = 10.0;
        let few = self.value("mistakes").is_some_and(|mistakes| mistakes < FEW);
        let Some(Calculated { mistakes_per_pair_day, how }) = self.summary.calculated.filter(|_| few) else {
            return;
        };
        if mistakes_per_pair_day > 0.0 {
            let note = format!("{how}, not simulated");
            row(rows, "  in theory, per pair and day", &short(mistakes_per_pair_day), &note);
        }
    }

    /// Nothing where nobody leads.
    fn leadership(&self, rows: &mut Vec<Measured>) {
        for (label, name, shown) in [
            ("nobody led", "leaderless_s", seconds as Shown),
            ("more than one led", "two_leaders_s", seconds),
            ("elections", "elections", short),
            ("  while a leader was up", "needless_elections", short),
        ] {
            self.estimate_row(rows, label, name, shown);
        }
    }

    fn messages(&self, rows: &mut Vec<Measured>) {
        self.estimate_row(rows, "messages a second", "messages_per_s", short);
        self.kinds(rows);
        self.estimate_row(rows, "  busiest node, busiest second", "messages_peak_per_s", short);
        self.estimate_row(rows, "  busiest node against the mean", "load_imbalance", short);
        let sent = self.value("messages_sent").unwrap_or(0.0);
        if let Some(cut) = self.value("messages_cut").filter(|cut| *cut > 0.0) {
            row(rows, "  stopped where the path was cut", &short(cut), &of_those_sent(cut, sent));
        }
        let there_are_queues = self.records.iter().any(|run| run.traffic.waiting.is_some());
        let dropped = self.value("messages_dropped");
        if let Some(dropped) = dropped.filter(|dropped| there_are_queues || *dropped > 0.0) {
            let note = match dropped > 0.0 {
                true => of_those_sent(dropped, sent),
                false => "no queue was ever full".to_owned(),
            };
            row(rows, "  dropped at a full queue", &short(dropped), &note);
        }
        self.estimate_row(rows, "  that had to wait", "waiting_share", percent);
        self.estimate_row(rows, "  waiting, mean of all", "wait_s_mean", seconds);
        self.estimate_row(rows, "  waiting, the longest", "wait_s_max", seconds);
    }

    /// Messages by kind, if there are several.
    fn kinds(&self, rows: &mut Vec<Measured>) {
        let Some(first) = self.records.first() else { return };
        let sent = |kind| self.records.iter().map(|run| run.traffic.sent[kind]).sum::<u64>() as f64;
        let sent: Vec<(&str, f64)> =
            first.traffic.kinds.iter().enumerate().map(|(kind, name)| (*name, sent(kind))).collect();
        let counted_s: f64 = self.records.iter().map(|run| run.counted_s).sum();
        let all: f64 = sent.iter().map(|(_, sent)| sent).sum();
        if sent.iter().filter(|(_, sent)| *sent > 0.0).count() < 2 {
            return;
        }
        for (name, sent) in sent.into_iter().filter(|(_, sent)| *sent > 0.0) {
            let label = format!("  of kind {}", name.replace('_', " "));
            row(rows, &label, &short(sent / counted_s), &percent(sent / all));
        }
    }

    fn estimate_row(&self, rows: &mut Vec<Measured>, label: &str, name: &str, shown: Shown) {
        let Some(estimate) = self.estimate(name) else { return };
        let interval = surely(name, estimate, shown);
        row(rows, label, &shown(estimate.value), &interval);
    }
}

fn row(rows: &mut Vec<Measured>, label: &str, value: &str, note: &str) {
    rows.push(Measured { label: label.to_owned(), value: value.to_owned(), note: note.to_owned() });
}

/// How much of what was sent this is.
fn of_those_sent(count: f64, sent: f64) -> String {
    format!("{} of those sent", percent(count / sent))
}

/// A share close to one.
fn accuracy(value: f64) -> String {
    format!("{} %", number((value * 1e7).round() / 1e5))
}

/// How sure an estimate of the measure `name` is, in words.
pub(in crate::results) fn surely(name: &str, estimate: Estimate, shown: fn(f64) -> String) -> String {
    match estimate.interval {
        // A rare thing that was not seen at all: only its upper bound is known.
        Some(Interval { high, .. }) if estimate.value == 0.0 && high > 0.0 && high.is_finite() => {
            format!("none seen; below {}", shown(high))
        }
        Some(Interval { low, high }) if high.is_infinite() => format!("{} … no upper bound", shown(low)),
        Some(Interval { low, high }) if low == high => "the same in all runs".to_owned(),
        Some(Interval { low, high }) => format!("{} … {}", shown(low), shown(high)),
        None if estimate.value == 0.0 && measures::named(name).is_some_and(Measure::may_not_happen) => {
            "none seen".to_owned()
        }
        None => "not known".to_owned(),
    }
}

/// By whom a crash is known.
pub(in crate::results) fn by_whom(class: Class) -> &'static str {
    match class {
        Class::Acting => "in the name of all",
        Class::First => "by the first observer",
        Class::Majority => "by the majority",
        Class::All => "by all",
    }
}
