//! What is measured: the list of measures, one line each, in the order of the columns.
//!
//! A measure is a formula over the records of runs. Over one record it gives a cell of `runs.csv`, over all
//! records of a scenario the estimate and interval of `summary.csv`.

mod contrast;
mod formula;
mod record;

pub use contrast::{Difference, Doubt, Method, Parts, Told, differences};
pub use formula::{Class, Formula, Samples, Statistic, Stretch};
pub use record::{Possible, RunRecord};

use crate::engine::findings::Cause;
use crate::statistics::Estimate;

/// One measure.
#[derive(Clone, Copy)]
pub struct Measure {
    /// Its name: the column in every table.
    pub name: &'static str,
    /// How it is computed.
    pub formula: Formula,
    /// Whether there can be such a thing in this run at all.
    pub exists: fn(&RunRecord) -> bool,
}

const fn measure(name: &'static str, formula: Formula) -> Measure {
    Measure { name, formula, exists: |_| true }
}

impl Measure {
    /// Whether zero means that nothing was seen, of which no more can be said.
    pub fn may_not_happen(&self) -> bool {
        self.formula.may_not_happen()
    }

    /// Whether it is a length of time: those that are say so in their names.
    pub fn is_time(&self) -> bool {
        !self.name.ends_with("_per_s") && (self.name.ends_with("_s") || self.name.contains("_s_"))
    }

    /// The same, but empty where there can be no such thing.
    const fn where_there_is(self, exists: fn(&RunRecord) -> bool) -> Measure {
        Measure { exists, ..self }
    }
}

/// What can be only where messages wait to be handled.
const fn of_queues(name: &'static str, formula: Formula) -> Measure {
    measure(name, formula).where_there_is(|run| run.traffic.waiting.is_some())
}

/// What can be only where there is a leader.
const fn of_leaders(name: &'static str, formula: Formula) -> Measure {
    measure(name, formula).where_there_is(|run| run.findings.leadership.is_some())
}

/// How long a class of observers took to declare a crash.
const fn detection(name: &'static str, class: Class, statistic: Statistic) -> Measure {
    measure(name, Formula::Length(Stretch::Detection(class), statistic))
}

/// How long the news of a crash took from the first observer to the last, where there are several.
const fn dissemination(name: &'static str, statistic: Statistic) -> Measure {
    let formula = Formula::Length(Stretch::Dissemination, statistic);
    measure(name, formula).where_there_is(|run| run.possible.dissemination)
}

/// The mistakes of one cause.
const fn mistakes_by<const CAUSE: usize>(name: &'static str) -> Measure {
    let formula = Formula::Rare(|run| run.findings.mistakes_by_cause[CAUSE]);
    measure(name, formula).where_there_is(|run| run.has_cause(Cause::ALL[CAUSE]))
}

/// The false suspicions of one cause.
const fn false_suspicions_by<const CAUSE: usize>(name: &'static str) -> Measure {
    let formula = Formula::Rare(|run| run.findings.false_suspicions_by_cause[CAUSE]);
    measure(name, formula).where_there_is(|run| run.has_cause(Cause::ALL[CAUSE]))
}

const NANOS_PER_S: f64 = 1e9;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// All measures, in the order of their columns.
pub const MEASURES: &[Measure] = &[
    measure("crashes", Formula::Total(|run| run.findings.crashes.len() as u64)),
    measure("detected", Formula::Total(|run| run.detected())),
    measure("missed", Formula::Total(|run| run.missed())),
    measure("pending", Formula::Total(|run| run.pending())),
    measure("already_dead", Formula::Total(|run| run.already_dead())),
    detection("detection_s_mean", Class::Acting, Statistic::Mean),
    detection("detection_s_p50", Class::Acting, Statistic::Quantile(0.5)),
    detection("detection_s_p90", Class::Acting, Statistic::Quantile(0.9)),
    detection("detection_s_p99", Class::Acting, Statistic::Quantile(0.99)),
    detection("detection_s_p999", Class::Acting, Statistic::Quantile(0.999)),
    detection("detection_s_max", Class::Acting, Statistic::Quantile(1.0)),
    detection("detection_first_s_mean", Class::First, Statistic::Mean),
    detection("detection_first_s_p50", Class::First, Statistic::Quantile(0.5)),
    detection("detection_first_s_p90", Class::First, Statistic::Quantile(0.9)),
    detection("detection_first_s_p99", Class::First, Statistic::Quantile(0.99)),
    detection("detection_first_s_max", Class::First, Statistic::Quantile(1.0)),
    detection("detection_majority_s_mean", Class::Majority, Statistic::Mean),
    detection("detection_majority_s_p50", Class::Majority, Statistic::Quantile(0.5)),
    detection("detection_majority_s_p90", Class::Majority, Statistic::Quantile(0.9)),
    detection("detection_majority_s_p99", Class::Majority, Statistic::Quantile(0.99)),
    detection("detection_majority_s_max", Class::Majority, Statistic::Quantile(1.0)),
    detection("detection_all_s_mean", Class::All, Statistic::Mean),
    detection("detection_all_s_p50", Class::All, Statistic::Quantile(0.5)),
    detection("detection_all_s_p90", Class::All, Statistic::Quantile(0.9)),
    detection("detection_all_s_p99", Class::All, Statistic::Quantile(0.99)),
    detection("detection_all_s_max", Class::All, Statistic::Quantile(1.0)),
    dissemination("dissemination_s_mean", Statistic::Mean),
    dissemination("dissemination_s_p50", Statistic::Quantile(0.5)),
    dissemination("dissemination_s_p99", Statistic::Quantile(0.99)),
    dissemination("dissemination_s_max", Statistic::Quantile(1.0)),
    measure("false_positives", Formula::Rare(|run| run.findings.false_positives)),
    measure(
        "false_positives_per_node_day",
        Formula::Rate(|run| (run.findings.false_positives, run.node_s() / SECONDS_PER_DAY)),
    ),
    measure("mistakes", Formula::Rare(|run| run.findings.mistakes_total())),
    measure(
        "mistakes_per_pair_day",
        Formula::Rate(|run| (run.findings.mistakes_total(), run.pair_s() / SECONDS_PER_DAY)),
    ),
    mistakes_by::<{ Cause::Relay as usize }>("mistakes_relay"),
    mistakes_by::<{ Cause::Partition as usize }>("mistakes_partition"),
    mistakes_by::<{ Cause::Pause as usize }>("mistakes_pause"),
    mistakes_by::<{ Cause::Observer as usize }>("mistakes_observer"),
    mistakes_by::<{ Cause::Overload as usize }>("mistakes_overload"),
    mistakes_by::<{ Cause::Loss as usize }>("mistakes_loss"),
    mistakes_by::<{ Cause::StartUp as usize }>("mistakes_start_up"),
    mistakes_by::<{ Cause::Latency as usize }>("mistakes_latency"),
    measure("mistakes_censored", Formula::Total(|run| run.mistakes_censored())),
    // Time by what happened in it, never a mean of those stretches that were seen whole: the long ones among them
    // are the first to be cut off.
    measure("mistake_s_mean", Formula::Ratio(|run| (run.wrong_s(), run.findings.wrong_ended as f64))),
    measure(
        "mistake_recurrence_s_mean",
        Formula::Recurrence(|run| (run.findings.mistakes_total(), run.pair_s())),
    ),
    measure("good_s_mean", Formula::Recurrence(|run| (run.findings.mistakes_total(), run.right_s()))),
    measure("query_accuracy", Formula::Accuracy(|run| (run.wrong_s(), run.pair_s()))),
    measure("false_suspicions", Formula::Rare(|run| run.findings.false_suspicions_total())),
    false_suspicions_by::<{ Cause::Relay as usize }>("false_suspicions_relay"),
    false_suspicions_by::<{ Cause::Partition as usize }>("false_suspicions_partition"),
    false_suspicions_by::<{ Cause::Pause as usize }>("false_suspicions_pause"),
    false_suspicions_by::<{ Cause::Observer as usize }>("false_suspicions_observer"),
    false_suspicions_by::<{ Cause::Overload as usize }>("false_suspicions_overload"),
    false_suspicions_by::<{ Cause::Loss as usize }>("false_suspicions_loss"),
    false_suspicions_by::<{ Cause::StartUp as usize }>("false_suspicions_start_up"),
    false_suspicions_by::<{ Cause::Latency as usize }>("false_suspicions_latency"),
    measure("dead_in_service_s", Formula::Sum(|run| run.findings.dead_in_service_nanos as f64 / NANOS_PER_S)),
    measure(
        "healthy_out_of_service_s",
        Formula::Sum(|run| run.findings.healthy_out_of_service_nanos as f64 / NANOS_PER_S),
    ),
    measure("flaps", Formula::Rare(|run| run.findings.flaps)),
    // Where a leader watches, nobody does while nobody leads: `leaderless_s` says so.
    measure("unwatched_s", Formula::Sum(|run| run.unwatched_s()))
        .where_there_is(|run| run.findings.unwatched_nanos.is_some() && run.findings.leadership.is_none()),
    of_leaders("leaderless_s", Formula::Sum(|run| run.leadership().leaderless_nanos as f64 / NANOS_PER_S)),
    of_leaders("two_leaders_s", Formula::Sum(|run| run.leadership().two_leaders_nanos as f64 / NANOS_PER_S)),
    measure("two_sides_s", Formula::Sum(|run| run.two_sides_s()))
        .where_there_is(|run| run.findings.two_sides_nanos.is_some()),
    of_leaders("elections", Formula::Rare(|run| run.leadership().elections)),
    of_leaders("needless_elections", Formula::Rare(|run| run.leadership().needless_elections)),
    measure("messages_sent", Formula::Total(|run| run.sent())),
    measure("messages_delivered", Formula::Total(|run| run.traffic.delivered.iter().sum())),
    measure("messages_lost", Formula::Total(|run| run.traffic.lost.iter().sum())),
    measure("messages_cut", Formula::Total(|run| run.traffic.cut.iter().sum()))
        .where_there_is(|run| run.can_cut()),
    measure("messages_dropped", Formula::Total(|run| run.traffic.dropped.iter().sum()))
        .where_there_is(|run| run.can_drop()),
    measure("messages_per_s", Formula::Ratio(|run| (run.sent() as f64, run.counted_s))),
    measure("messages_per_node_per_s", Formula::Ratio(|run| (run.sent() as f64, run.counted_s * run.nodes))),
    measure("messages_peak_per_s", Formula::Mean(|run| Some(run.traffic.peak_per_s as f64))),
    measure("bytes_per_s", Formula::Ratio(|run| (run.traffic.bytes as f64, run.counted_s))),
    measure("load_imbalance", Formula::Mean(|run| run.load_imbalance())),
    of_queues(
        "wait_s_mean",
        Formula::Share(|run| (run.waiting().nanos as f64 / NANOS_PER_S, run.waiting().begun as f64)),
    ),
    of_queues("wait_s_max", Formula::Longest(|run| run.waiting().longest.seconds())),
    of_queues(
        "waiting_share",
        Formula::Share(|run| (run.waiting().waited as f64, run.waiting().begun as f64)),
    ),
];

/// The names of all measures.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    MEASURES.iter().map(|measure| measure.name)
}

/// All measures of some runs, in the order of [`MEASURES`]; `None` where nothing can be said.
pub fn summarise(records: &[RunRecord]) -> Vec<Option<Estimate>> {
    let samples = Samples::of(records);
    let estimate = |measure: &Measure| {
        let exists = records.iter().any(measure.exists);
        exists.then(|| measure.formula.estimate(records, &samples)).flatten()
    };
    MEASURES.iter().map(estimate).collect()
}

/// The measure called `name`.
pub fn named(name: &str) -> Option<&'static Measure> {
    MEASURES.iter().find(|measure| measure.name == name)
}

/// The estimate of the measure called `name` among `estimates`, as [`summarise`] gives them.
pub fn find(estimates: &[Option<Estimate>], name: &str) -> Option<Estimate> {
    let place = names().position(|candidate| candidate == name)?;
    estimates.get(place).copied().flatten()
}

#[cfg(test)]
mod tests;
