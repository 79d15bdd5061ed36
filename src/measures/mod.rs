//! What is measured: the list of measures, one line each, in the order of the columns.
//!
//! A measure is a formula over the records of runs. Over one record it gives a cell of `runs.csv`, over all
//! records of a scenario the estimate and interval of `summary.csv`.

mod formula;
mod record;

pub use formula::{Class, Formula, Samples, Statistic, detections};
pub use record::RunRecord;

use crate::engine::findings::Cause;
use crate::statistics::Estimate;

/// One measure.
#[derive(Clone, Copy)]
pub struct Measure {
    /// Its name: the column in every table.
    pub name: &'static str,
    /// How it is computed.
    pub formula: Formula,
}

const fn measure(name: &'static str, formula: Formula) -> Measure {
    Measure { name, formula }
}

/// The mistakes of one cause.
const fn by_cause(cause: Cause) -> Formula {
    match cause {
        Cause::Relay => Formula::Rare(|run| run.findings.mistakes_by_cause[Cause::Relay as usize]),
        Cause::Overload => Formula::Rare(|run| run.findings.mistakes_by_cause[Cause::Overload as usize]),
        Cause::StartUp => Formula::Rare(|run| run.findings.mistakes_by_cause[Cause::StartUp as usize]),
        Cause::Loss => Formula::Rare(|run| run.findings.mistakes_by_cause[Cause::Loss as usize]),
        Cause::Latency => Formula::Rare(|run| run.findings.mistakes_by_cause[Cause::Latency as usize]),
    }
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
    measure("detection_s_mean", Formula::Detection(Class::Acting, Statistic::Mean)),
    measure("detection_s_p50", Formula::Detection(Class::Acting, Statistic::Quantile(0.5))),
    measure("detection_s_p90", Formula::Detection(Class::Acting, Statistic::Quantile(0.9))),
    measure("detection_s_p99", Formula::Detection(Class::Acting, Statistic::Quantile(0.99))),
    measure("detection_s_p999", Formula::Detection(Class::Acting, Statistic::Quantile(0.999))),
    measure("detection_s_max", Formula::Detection(Class::Acting, Statistic::Quantile(1.0))),
    measure("detection_first_s_mean", Formula::Detection(Class::First, Statistic::Mean)),
    measure("detection_first_s_p50", Formula::Detection(Class::First, Statistic::Quantile(0.5))),
    measure("detection_first_s_p90", Formula::Detection(Class::First, Statistic::Quantile(0.9))),
    measure("detection_first_s_p99", Formula::Detection(Class::First, Statistic::Quantile(0.99))),
    measure("detection_first_s_max", Formula::Detection(Class::First, Statistic::Quantile(1.0))),
    measure("detection_majority_s_mean", Formula::Detection(Class::Majority, Statistic::Mean)),
    measure("detection_majority_s_p50", Formula::Detection(Class::Majority, Statistic::Quantile(0.5))),
    measure("detection_majority_s_p90", Formula::Detection(Class::Majority, Statistic::Quantile(0.9))),
    measure("detection_majority_s_p99", Formula::Detection(Class::Majority, Statistic::Quantile(0.99))),
    measure("detection_majority_s_max", Formula::Detection(Class::Majority, Statistic::Quantile(1.0))),
    measure("detection_all_s_mean", Formula::Detection(Class::All, Statistic::Mean)),
    measure("detection_all_s_p50", Formula::Detection(Class::All, Statistic::Quantile(0.5))),
    measure("detection_all_s_p90", Formula::Detection(Class::All, Statistic::Quantile(0.9))),
    measure("detection_all_s_p99", Formula::Detection(Class::All, Statistic::Quantile(0.99))),
    measure("detection_all_s_max", Formula::Detection(Class::All, Statistic::Quantile(1.0))),
    measure("false_positives", Formula::Rare(|run| run.findings.false_positives)),
    measure(
        "false_positives_per_node_day",
        Formula::Rate(|run| (run.findings.false_positives, run.node_s() / SECONDS_PER_DAY)),
    ),
    measure("mistakes", Formula::Rare(|run| run.findings.mistakes_total())),
    measure("mistakes_start_up", by_cause(Cause::StartUp)),
    measure("mistakes_loss", by_cause(Cause::Loss)),
    measure("mistakes_latency", by_cause(Cause::Latency)),
    measure("mistakes_censored", Formula::Total(|run| run.mistakes_censored())),
    measure(
        "mistake_s_mean",
        Formula::Ratio(|run| {
            (run.findings.mistake_nanos as f64 / NANOS_PER_S, run.findings.mistakes_ended as f64)
        }),
    ),
    measure(
        "mistake_recurrence_s_mean",
        Formula::Recurrence(|run| (run.findings.mistakes_total(), run.pair_s())),
    ),
    measure(
        "query_accuracy",
        Formula::Accuracy(|run| (run.findings.wrong_nanos as f64 / NANOS_PER_S, run.pair_s())),
    ),
    measure("false_suspicions", Formula::Rare(|run| run.findings.false_suspicions)),
    measure("dead_in_service_s", Formula::Sum(|run| run.findings.dead_in_service_nanos as f64 / NANOS_PER_S)),
    measure(
        "healthy_out_of_service_s",
        Formula::Sum(|run| run.findings.healthy_out_of_service_nanos as f64 / NANOS_PER_S),
    ),
    measure("flaps", Formula::Rare(|run| run.findings.flaps)),
    measure("messages_sent", Formula::Total(|run| run.sent())),
    measure("messages_delivered", Formula::Total(|run| run.traffic.delivered.iter().sum())),
    measure("messages_lost", Formula::Total(|run| run.traffic.lost.iter().sum())),
    measure("messages_per_s", Formula::Ratio(|run| (run.sent() as f64, run.counted_s))),
    measure("messages_per_node_per_s", Formula::Ratio(|run| (run.sent() as f64, run.counted_s * run.nodes))),
    measure("messages_peak_per_s", Formula::Mean(|run| Some(run.traffic.peak_per_s as f64))),
    measure("bytes_per_s", Formula::Ratio(|run| (run.traffic.bytes as f64, run.counted_s))),
    measure("load_imbalance", Formula::Mean(|run| run.load_imbalance())),
];

/// The names of all measures.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    MEASURES.iter().map(|measure| measure.name)
}

/// All measures of some runs, in the order of [`MEASURES`]; `None` where nothing can be said.
pub fn summarise(records: &[RunRecord]) -> Vec<Option<Estimate>> {
    let samples = Samples::of(records);
    MEASURES.iter().map(|measure| measure.formula.estimate(records, &samples)).collect()
}

/// The estimate of the measure called `name` among `estimates`, as [`summarise`] gives them.
pub fn find(estimates: &[Option<Estimate>], name: &str) -> Option<Estimate> {
    let place = names().position(|candidate| candidate == name)?;
    estimates.get(place).copied().flatten()
}
