//! The report that a run prints: a table, a picture, a sentence that can be read aloud, the digest.

use std::fmt::Write;

use super::histogram::histogram;
use super::numbers::{number, seconds, short};
use super::rows::Summary;
use crate::engine::cluster::{Cluster, Role};
use crate::engine::findings::Cause;
use crate::measures::{self, Class, Measure, RunRecord, Stretch};
use crate::scenario::Scenario;
use crate::statistics::{Estimate, Interval};
use crate::theory::{Calculated, ClosedForm};

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
pub fn report(scenario: &Scenario, summary: &Summary, records: &[RunRecord], lesson: Lesson) -> String {
    let mut page = String::new();
    let view = View { scenario, summary, records };
    view.heading(&mut page);
    view.table(&mut page);
    view.picture(&mut page);
    view.sentence(&mut page);
    page.push_str(&told(scenario, lesson));
    let _ = writeln!(page, "\ndigest {}", summary.digest);
    page
}

/// What the scenario's author wants seen and tried, each as a paragraph with an empty line before it.
pub fn told(scenario: &Scenario, lesson: Lesson) -> String {
    let said = [("Notice", &scenario.notice), ("Try", &scenario.suggestion)];
    let said: Vec<_> = said.into_iter().filter(|(_, text)| !text.is_empty()).collect();
    let titles: Vec<&str> = said.iter().map(|(title, _)| *title).collect();
    let paragraphs = match (lesson, &titles[..]) {
        (Lesson::Outdated, []) => Vec::new(),
        (Lesson::Outdated, [title]) => {
            vec![format!("{title} is left out: it speaks of the scenario as it came.")]
        }
        (Lesson::Outdated, titles) => {
            vec![format!("{} are left out: they speak of the scenario as it came.", titles.join(" and "))]
        }
        (Lesson::Holds, _) => said.iter().map(|(title, text)| format!("{title}: {text}")).collect(),
    };
    let mut page = String::new();
    for paragraph in paragraphs {
        page.push('\n');
        wrapped(&paragraph, WIDTH).iter().for_each(|line| {
            let _ = writeln!(page, "{line}");
        });
    }
    page
}

struct View<'a> {
    scenario: &'a Scenario,
    summary: &'a Summary,
    records: &'a [RunRecord],
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

/// How a measure is shown.
type Shown = fn(f64) -> String;

impl View<'_> {
    fn heading(&self, page: &mut String) {
        let scenario = self.scenario;
        for line in wrapped(&scenario.name, WIDTH) {
            let _ = writeln!(page, "{line}");
        }
        let runs = if scenario.replications == 1 { "run" } else { "runs" };
        let interval = scenario.beats().interval;
        let judging = match scenario.detector.is_idle() {
            true => format!("a round every {interval}, silence judged by rules of its own"),
            false => format!("a beat every {interval}, detector {}", scenario.detector.suspicion.kind()),
        };
        let facts = format!(
            "{}, {}, {judging}; {} {runs} of {}",
            who(scenario.cluster()),
            scenario.topology.kind(),
            short(f64::from(scenario.replications)),
            scenario.duration,
        );
        for line in [wrapped(&scenario.about, WIDTH - 2), wrapped(&facts, WIDTH - 2)].concat() {
            let _ = writeln!(page, "  {line}");
        }
        page.push('\n');
    }

    fn table(&self, page: &mut String) {
        let count = |name| self.value(name).unwrap_or(0.0);
        let _ = writeln!(page, "{:<32}{:>14}   95 % interval", "", "estimate");
        let crashes = if count("crashes") == 0.0 {
            "none that counts".to_owned()
        } else if count("detected") == count("crashes") {
            "all detected".to_owned()
        } else {
            let parts = [count("detected"), count("missed"), count("pending")].map(short);
            format!("{} detected, {} missed, {} pending", parts[0], parts[1], parts[2])
        };
        row(page, "crashes", &short(count("crashes")), &crashes);
        for (label, name) in [
            ("detection time, mean", "detection_s_mean"),
            ("                half within", "detection_s_p50"),
            ("           99 of 100 within", "detection_s_p99"),
            ("                 the longest", "detection_s_max"),
        ] {
            self.estimate_row(page, label, name, seconds);
        }
        if let Some(theory) = ClosedForm::of(self.scenario).filter(|_| count("crashes") > 0.0) {
            let [when, what] = closed_form(&theory);
            let _ = writeln!(page, "  in theory, {when}: {what}");
        }
        self.observers(page);
        self.estimate_row(page, "false positives", "false_positives", short);
        self.estimate_row(page, "  per node and day", "false_positives_per_node_day", short);
        self.mistakes(page);
        self.estimate_row(page, "dead but in service, node time", "dead_in_service_s", seconds);
        self.estimate_row(page, "healthy but out of service", "healthy_out_of_service_s", seconds);
        if self.value("flaps").is_some_and(|flaps| flaps > 0.0) {
            let label = format!("flaps: dead again within {}", self.scenario.verdict.flap_within);
            self.estimate_row(page, &label, "flaps", short);
        }
        for (label, name) in [
            ("two nodes held each other dead", "two_sides_s"),
            ("watched by nobody, node time", "unwatched_s"),
        ] {
            if self.value(name).is_some_and(|time| time > 0.0) {
                self.estimate_row(page, label, name, seconds);
            }
        }
        self.leadership(page);
        self.messages(page);
    }

    /// How the news of a crash spreads among several observers.
    fn observers(&self, page: &mut String) {
        let acting = self.value("detection_s_mean");
        for (label, name) in [
            ("  by the first observer, mean", "detection_first_s_mean"),
            ("  by the majority, mean", "detection_majority_s_mean"),
            ("  by all, mean", "detection_all_s_mean"),
        ] {
            if self.value(name) != acting {
                self.estimate_row(page, label, name, seconds);
            }
        }
        if !self.records.iter().any(|run| run.possible.dissemination) {
            return;
        }
        let (first, all) = (self.crashes_known_to(Class::First), self.crashes_known_to(Class::All));
        if all < first {
            let note = format!("of {} that any observer declared", short(first));
            row(page, "  crashes that all knew of", &short(all), &note);
        }
        self.estimate_row(page, "  from the first to all, mean", "dissemination_s_mean", seconds);
        self.estimate_row(page, "                 the longest", "dissemination_s_max", seconds);
    }

    fn crashes_known_to(&self, class: Class) -> f64 {
        let crashes = self.records.iter().flat_map(|run| &run.findings.crashes);
        crashes.filter(|crash| class.declared(crash).is_some()).count() as f64
    }

    fn mistakes(&self, page: &mut String) {
        self.estimate_row(page, "mistakes", "mistakes", short);
        self.calculated(page);
        if self.value("mistakes").unwrap_or(0.0) == 0.0 {
            return;
        }
        for (why, name) in CAUSES {
            let label = format!("  {why}");
            if self.value(name).is_some_and(|count| count > 0.0) {
                self.estimate_row(page, &label, name, short);
            }
        }
        self.estimate_row(page, "  lasting, mean", "mistake_s_mean", seconds);
        self.estimate_row(page, "  time between two of a pair", "mistake_recurrence_s_mean", seconds);
        self.estimate_row(page, "  right at a random instant", "query_accuracy", accuracy);
    }

    /// How rare mistakes are where simulation sees none or few of them, if that is known. It is no part of any
    /// estimate.
    fn calculated(&self, page: &mut String) {
        const FEW: f64 = 10.0;
        let few = self.value("mistakes").is_some_and(|mistakes| mistakes < FEW);
        let Some(Calculated { mistakes_per_pair_day, how }) = self.summary.calculated.filter(|_| few) else {
            return;
        };
        if mistakes_per_pair_day > 0.0 {
            let note = format!("{how}, not simulated");
            row(page, "  in theory, per pair and day", &short(mistakes_per_pair_day), &note);
        }
    }

    /// Nothing where nobody leads.
    fn leadership(&self, page: &mut String) {
        for (label, name, shown) in [
            ("nobody led", "leaderless_s", seconds as Shown),
            ("more than one led", "two_leaders_s", seconds),
            ("elections", "elections", short),
            ("  while a leader was up", "needless_elections", short),
        ] {
            self.estimate_row(page, label, name, shown);
        }
    }

    fn messages(&self, page: &mut String) {
        self.estimate_row(page, "messages a second", "messages_per_s", short);
        self.kinds(page);
        self.estimate_row(page, "  busiest node, busiest second", "messages_peak_per_s", short);
        self.estimate_row(page, "  busiest node against the mean", "load_imbalance", short);
        let sent = self.value("messages_sent").unwrap_or(0.0);
        if let Some(cut) = self.value("messages_cut").filter(|cut| *cut > 0.0) {
            row(page, "  stopped where the path was cut", &short(cut), &of_those_sent(cut, sent));
        }
        let there_are_queues = self.records.iter().any(|run| run.traffic.waiting.is_some());
        let dropped = self.value("messages_dropped");
        if let Some(dropped) = dropped.filter(|dropped| there_are_queues || *dropped > 0.0) {
            let note = match dropped > 0.0 {
                true => of_those_sent(dropped, sent),
                false => "no queue was ever full".to_owned(),
            };
            row(page, "  dropped at a full queue", &short(dropped), &note);
        }
        self.estimate_row(page, "  that had to wait", "waiting_share", percent);
        self.estimate_row(page, "  waiting, mean of all", "wait_s_mean", seconds);
        self.estimate_row(page, "  waiting, the longest", "wait_s_max", seconds);
    }

    /// Messages by kind, if there are several.
    fn kinds(&self, page: &mut String) {
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
            row(page, &label, &short(sent / counted_s), &percent(sent / all));
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

    fn sentence(&self, page: &mut String) {
        let mut said = self.detection_sentence();
        said.push_str(&self.mistake_sentence());
        if let Some(leaderless) = self.value("leaderless_s").filter(|time| *time > 0.0) {
            let counted_s: f64 = self.records.iter().map(|run| run.counted_s).sum();
            let _ = write!(said, " Nobody led for {} of the time.", percent(leaderless / counted_s));
        }
        if let Some(rate) = self.value("messages_per_s") {
            let _ = write!(said, " The price is {} messages a second.", short(rate));
        }
        let replications = self.summary.replications;
        if replications < 10 {
            let _ = write!(
                said,
                " These are {replications} run(s): for intervals that can be trusted use --replications 10 or more."
            );
        }
        page.push('\n');
        for line in wrapped(said.trim(), WIDTH) {
            let _ = writeln!(page, "{line}");
        }
    }

    fn detection_sentence(&self) -> String {
        let crashes = self.value("crashes").unwrap_or(0.0);
        let detected = self.value("detected").unwrap_or(0.0);
        let Some(mean) = self.value("detection_s_mean") else {
            return if crashes == 0.0 {
                "No crash was counted, so there was nothing to detect.".to_owned()
            } else {
                format!("None of the {} crashes was detected.", short(crashes))
            };
        };
        let known = if detected == 1.0 {
            format!("The one crash that was detected was known after {}", seconds(mean))
        } else {
            let mut known = format!("A crash is known after {} on average", seconds(mean));
            if let Some(p99) = self.value("detection_s_p99").filter(|_| detected >= 100.0) {
                let _ = write!(known, ", 99 of 100 within {}", seconds(p99));
            }
            known
        };
        let mut said = format!("{known}.");
        if let Some(all) = self.value("detection_all_s_mean").filter(|all| *all > mean) {
            let _ = write!(said, " All who are up know it after {} on average.", seconds(all));
        }
        if let Some(early) = self.value("already_dead").filter(|early| *early > 0.0) {
            let _ = write!(said, " In {} of them the node was wrongly held dead already.", short(early));
        }
        let unknown = crashes - detected;
        if unknown > 0.0 {
            let verb = if unknown == 1.0 { "was" } else { "were" };
            let _ = write!(said, " {} of {} crashes {verb} not detected.", short(unknown), short(crashes));
        }
        said
    }

    fn mistake_sentence(&self) -> String {
        let count = self.value("false_positives").unwrap_or(0.0);
        let Some(rate) = self.estimate("false_positives_per_node_day") else { return String::new() };
        let high = rate.interval.map_or(f64::INFINITY, |interval| interval.high);
        if count == 0.0 && self.value("query_accuracy").is_some_and(|accuracy| accuracy < 1.0) {
            return format!(
                " No living node was declared dead after the warm-up (at 95 % confidence that happens less than {} \
                 times per node and day), but some were still held dead from before.",
                short(high)
            );
        }
        if count == 0.0 {
            return format!(
                " No living node was declared dead; at 95 % confidence that happens less than {} times per node \
                 and day.",
                short(high)
            );
        }
        format!(
            " A living node was wrongly declared dead {} times, {} times per node and day{}.",
            short(count),
            short(rate.value),
            self.main_cause()
        )
    }

    /// Why most of the mistakes were made, if one cause alone explains most of them.
    fn main_cause(&self) -> String {
        let all = self.value("mistakes").unwrap_or(0.0);
        let of = |name| self.value(name).unwrap_or(0.0);
        match CAUSES.into_iter().find(|(_, name)| 2.0 * of(name) > all) {
            Some((why, name)) if of(name) == all => format!(", {why}"),
            Some((why, _)) => format!(", mostly {why}"),
            None => String::new(),
        }
    }

    fn estimate(&self, name: &str) -> Option<Estimate> {
        measures::find(&self.summary.estimates, name)
    }

    fn value(&self, name: &str) -> Option<f64> {
        self.estimate(name).map(|estimate| estimate.value)
    }

    fn estimate_row(&self, page: &mut String, label: &str, name: &str, shown: Shown) {
        let Some(estimate) = self.estimate(name) else { return };
        let interval = match estimate.interval {
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
        };
        row(page, label, &shown(estimate.value), &interval);
    }
}

fn row(page: &mut String, label: &str, value: &str, note: &str) {
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

/// Who there is. One node of a role goes without saying.
fn who(cluster: Cluster) -> String {
    let number = |role| f64::from(cluster.range(role).len() as u32);
    let mut said = format!("{} nodes", short(number(Role::Member)));
    let roles = [(Role::Monitor, "monitors"), (Role::Coordinator, "coordinators"), (Role::Global, "globals")];
    for (role, word) in roles.into_iter().filter(|(role, _)| number(*role) > 1.0) {
        let _ = write!(said, ", {} {word}", short(number(role)));
    }
    said
}

/// How much of what was sent this is.
fn of_those_sent(count: f64, sent: f64) -> String {
    format!("{} of those sent", percent(count / sent))
}

/// A share of all.
fn percent(value: f64) -> String {
    format!("{} %", short(value * 100.0))
}

/// A share close to one.
fn accuracy(value: f64) -> String {
    format!("{} %", number((value * 1e7).round() / 1e5))
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
