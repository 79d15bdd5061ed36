//! How a measure is computed from the records of runs, and how sure of it one can be.

use crate::engine::findings::Crash;
use crate::engine::time::{Span, Time};
use crate::statistics::{self, Estimate, Interval, Pooled};

use super::RunRecord;

/// How a measure is computed.
#[derive(Clone, Copy)]
pub enum Formula {
    /// A number of things that the scenario or the protocol determines: added up, a fact rather than an
    /// estimate.
    Total(fn(&RunRecord) -> u64),
    /// A number of rare events: added up, with an exact Poisson interval on the total.
    Rare(fn(&RunRecord) -> u64),
    /// Rare events per exposure, with an exact Poisson interval.
    Rate(fn(&RunRecord) -> (u64, f64)),
    /// Exposure per rare event: the inverse of a rate.
    Recurrence(fn(&RunRecord) -> (u64, f64)),
    /// A sum over a sum, with a Student interval.
    Ratio(fn(&RunRecord) -> (f64, f64)),
    /// The same of something that may not happen at all: then it has no interval.
    Share(fn(&RunRecord) -> (f64, f64)),
    /// One less a share of what was wrong.
    Accuracy(fn(&RunRecord) -> (f64, f64)),
    /// A mean over runs, with a Student interval.
    Mean(fn(&RunRecord) -> Option<f64>),
    /// A sum over runs, with a Student interval unless it is zero.
    Sum(fn(&RunRecord) -> f64),
    /// The longest ever seen, which never bounds the longest possible.
    Longest(fn(&RunRecord) -> f64),
    /// A statistic of stretches of time, one for each crash.
    Length(Stretch, Statistic),
}

/// A stretch of time that a crash has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// From the crash until a class of observers declared it.
    Detection(Class),
    /// From the first declaration until the last.
    Dissemination,
}

/// Whose declaration counts as the detection of a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The authority that the topology names.
    Acting,
    /// Whoever is first.
    First,
    /// The majority of the observers that are up.
    Majority,
    /// All of them.
    All,
}

/// A statistic of many values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// Their mean.
    Mean,
    /// What this share of them does not exceed.
    Quantile(f64),
}

impl Class {
    /// All classes.
    pub const ALL: [Class; 4] = [Class::Acting, Class::First, Class::Majority, Class::All];

    /// The word for it in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Class::Acting => "acting",
            Class::First => "first",
            Class::Majority => "majority",
            Class::All => "all",
        }
    }

    /// When the class declared a crash.
    pub fn declared(self, crash: &Crash) -> Option<Time> {
        match self {
            Class::Acting => crash.acting,
            Class::First => crash.first,
            Class::Majority => crash.majority,
            Class::All => crash.all,
        }
    }
}

impl Stretch {
    /// All stretches.
    const ALL: [Stretch; Class::ALL.len() + 1] = [
        Stretch::Detection(Class::Acting),
        Stretch::Detection(Class::First),
        Stretch::Detection(Class::Majority),
        Stretch::Detection(Class::All),
        Stretch::Dissemination,
    ];

    /// How long it was in each crash of a run that had it, in seconds.
    pub fn seconds(self, run: &RunRecord) -> Vec<f64> {
        let crashes = run.findings.crashes.iter();
        crashes.filter_map(|crash| Some(self.of(crash)?.seconds())).collect()
    }

    fn of(self, crash: &Crash) -> Option<Span> {
        match self {
            Stretch::Detection(class) => crash.detection(class.declared(crash)),
            Stretch::Dissemination => Some(crash.all? - crash.first?),
        }
    }

    /// Its place in [`Stretch::ALL`].
    fn place(self) -> usize {
        match self {
            Stretch::Detection(class) => class as usize,
            Stretch::Dissemination => Class::ALL.len(),
        }
    }
}

/// The stretches of the crashes of some runs, sorted once for all quantiles.
pub struct Samples {
    pooled: [Pooled; Stretch::ALL.len()],
}

impl Samples {
    /// The stretches of these runs.
    pub fn of(records: &[RunRecord]) -> Samples {
        let pooled = |stretch: Stretch| Pooled::new(records.iter().map(|run| stretch.seconds(run)));
        Samples { pooled: Stretch::ALL.map(pooled) }
    }
}

impl Formula {
    /// Whether the measure is an estimate, with an interval beside it.
    pub fn is_estimate(self) -> bool {
        !matches!(self, Formula::Total(_))
    }

    /// Whether zero means that nothing was seen, of which no more can be said.
    pub fn may_not_happen(self) -> bool {
        matches!(self, Formula::Sum(_) | Formula::Share(_))
    }

    /// The measure over some runs; `None` where nothing can be said.
    pub fn estimate(self, runs: &[RunRecord], samples: &Samples) -> Option<Estimate> {
        match self {
            Formula::Total(count) => fact(runs.iter().map(count).sum::<u64>() as f64),
            Formula::Rare(count) => {
                let counts: Vec<u64> = runs.iter().map(count).collect();
                Some(statistics::count(&counts))
            }
            Formula::Rate(events) => {
                let rate = statistics::rate(&runs.iter().map(events).collect::<Vec<_>>())?;
                Some(Estimate { value: rate.value, interval: Some(rate.interval) })
            }
            Formula::Recurrence(events) => {
                let rate = statistics::rate(&runs.iter().map(events).collect::<Vec<_>>())?;
                let interval = Interval { low: 1.0 / rate.interval.high, high: 1.0 / rate.interval.low };
                Some(Estimate { value: 1.0 / rate.value, interval: Some(interval) })
            }
            Formula::Ratio(parts) => ratio(&runs.iter().map(parts).collect::<Vec<_>>()),
            Formula::Share(parts) => share(&runs.iter().map(parts).collect::<Vec<_>>()),
            Formula::Accuracy(parts) => accuracy(&runs.iter().map(parts).collect::<Vec<_>>()),
            Formula::Mean(value) => {
                statistics::mean(&runs.iter().filter_map(value).collect::<Vec<_>>()).map(not_negative)
            }
            Formula::Sum(value) => {
                let mean = statistics::mean(&runs.iter().map(value).collect::<Vec<_>>())?;
                let sum = not_negative(mean.scaled(runs.len() as f64));
                Some(certain_of_nothing(sum))
            }
            Formula::Longest(value) => {
                let longest = runs.iter().map(value).reduce(f64::max)?;
                let interval = Some(Interval { low: longest, high: f64::INFINITY });
                Some(certain_of_nothing(Estimate { value: longest, interval }))
            }
            Formula::Length(stretch, Statistic::Mean) => {
                let sums: Vec<(f64, f64)> = runs
                    .iter()
                    .map(|run| stretch.seconds(run))
                    .map(|times| (times.iter().sum(), times.len() as f64))
                    .collect();
                ratio(&sums)
            }
            Formula::Length(stretch, Statistic::Quantile(level)) => {
                samples.pooled[stretch.place()].quantile(level)
            }
        }
    }
}

/// A sum over a sum. If only one run has anything to add up, nothing is known of the spread between runs.
fn ratio(parts: &[(f64, f64)]) -> Option<Estimate> {
    let estimate = statistics::ratio(parts).map(not_negative)?;
    let contributing = parts.iter().filter(|(_, count)| *count > 0.0).count();
    Some(Estimate { interval: estimate.interval.filter(|_| contributing > 1), ..estimate })
}

/// Nothing that is measured can be below zero, so neither can the end of an interval.
fn not_negative(estimate: Estimate) -> Estimate {
    let interval = estimate.interval.map(|interval| Interval { low: interval.low.max(0.0), ..interval });
    Estimate { interval, ..estimate }
}

fn fact(value: f64) -> Option<Estimate> {
    Some(Estimate { value, interval: None })
}

/// A share of what may not happen at all.
fn share(parts: &[(f64, f64)]) -> Option<Estimate> {
    statistics::ratio(parts).map(not_negative).map(certain_of_nothing)
}

/// Where nothing was seen, a zero-width interval would be a lie: how much of it there is when it does happen was
/// not seen.
fn certain_of_nothing(estimate: Estimate) -> Estimate {
    Estimate { interval: estimate.interval.filter(|_| estimate.value > 0.0), ..estimate }
}

/// One less the share of what was wrong.
fn accuracy(parts: &[(f64, f64)]) -> Option<Estimate> {
    let Estimate { value, interval } = share(parts)?;
    let interval = interval.map(|interval| Interval {
        low: (1.0 - interval.high).max(0.0),
        high: (1.0 - interval.low).min(1.0),
    });
    Some(Estimate { value: 1.0 - value, interval })
}

impl Estimate {
    /// The estimate of `factor` times the same thing.
    pub(super) fn scaled(self, factor: f64) -> Estimate {
        let scale =
            |interval: Interval| Interval { low: interval.low * factor, high: interval.high * factor };
        Estimate { value: self.value * factor, interval: self.interval.map(scale) }
    }
}
