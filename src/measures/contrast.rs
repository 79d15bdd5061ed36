//! How much the measures of one scenario differ from those of another.

use super::{Formula, MEASURES, Measure, RunRecord, Statistic};
use crate::statistics::{self, Contrast, Estimate, Evidence, Gap, Interval};

/// What each run contributes to each measure: all of the records that a difference needs.
pub struct Parts {
    runs: usize,
    /// In the order of [`MEASURES`]; empty where a measure is no sum over a sum.
    of: Vec<Vec<(f64, f64)>>,
}

/// What a scenario's runs told.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// The measures, in the order of [`MEASURES`].
    pub estimates: &'a [Option<Estimate>],
    /// What each run contributed to them.
    pub parts: &'a Parts,
}

/// How much a measure of one scenario differs from that of the reference.
#[derive(Clone, Copy)]
pub struct Difference {
    /// The measure.
    pub measure: &'static Measure,
    /// Its value.
    pub value: Option<f64>,
    /// Its value in the reference.
    pub reference: Option<f64>,
    /// The value less that of the reference.
    pub difference: Option<Gap>,
    /// The value over that of the reference.
    pub ratio: Option<Gap>,
    /// How the intervals were made, if there are any.
    pub method: Option<Method>,
    /// Why there is no interval of the difference, if there is none.
    pub doubt: Option<Doubt>,
}

/// How the interval of a difference was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Run by run, from what differs between two runs with the same chances.
    Paired,
    /// From how the runs of each scenario differ among themselves.
    Unpaired,
    /// From how many rare events there were in all.
    Counts,
    /// From the intervals of both.
    Intervals,
}

impl Method {
    /// The word for it in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Method::Paired => "paired",
            Method::Unpaired => "welch",
            Method::Counts => "counts",
            Method::Intervals => "intervals",
        }
    }
}

/// Why it is not known how sure a difference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The measure has no value in one of the two.
    NotInBoth,
    /// It is a total, and the numbers of runs differ.
    OtherRuns,
    /// One run alone shows no spread.
    OneRun,
    /// Nothing of the kind happened in either.
    Nothing,
    /// All that there was came from one run.
    OneSource,
    /// An interval of one of the two is open.
    Open,
}

impl Doubt {
    /// The reason in words.
    pub const fn words(self) -> &'static str {
        match self {
            Doubt::NotInBoth => "not known of both",
            Doubt::OtherRuns => "a total of other numbers of runs",
            Doubt::OneRun => "one run shows no spread",
            Doubt::Nothing => "none seen in either",
            Doubt::OneSource => "all that was seen came from one run",
            Doubt::Open => "too little was seen to bound both",
        }
    }
}

impl Parts {
    /// What these runs contribute.
    pub fn of(records: &[RunRecord]) -> Parts {
        let of = |measure: &Measure| records.iter().map_while(|run| part(measure.formula, run)).collect();
        Parts { runs: records.len(), of: MEASURES.iter().map(of).collect() }
    }

    /// What each run contributes to the measure called `name`.
    pub fn named(&self, name: &str) -> &[(f64, f64)] {
        let place = super::names().position(|candidate| candidate == name);
        place.and_then(|place| self.of.get(place)).map_or(&[], Vec::as_slice)
    }
}

/// What a run contributes to a sum, and to what the sum is divided by.
fn part(formula: Formula, run: &RunRecord) -> Option<(f64, f64)> {
    let swapped = |(events, exposure): (u64, f64)| (exposure, events as f64);
    match formula {
        Formula::Total(count) | Formula::Rare(count) => Some((count(run) as f64, 1.0)),
        Formula::Rate(events) => {
            let (count, exposure) = events(run);
            Some((count as f64, exposure))
        }
        Formula::Recurrence(events) => Some(swapped(events(run))),
        Formula::Ratio(parts) | Formula::Share(parts) => Some(parts(run)),
        Formula::Accuracy(parts) => {
            let (wrong, all) = parts(run);
            Some((all - wrong, all))
        }
        Formula::Mean(value) => Some(value(run).map_or((0.0, 0.0), |value| (value, 1.0))),
        Formula::Sum(value) => Some((value(run), 1.0)),
        Formula::Length(stretch, Statistic::Mean) => {
            let times = stretch.seconds(run);
            Some((times.iter().sum(), times.len() as f64))
        }
        Formula::Longest(_) | Formula::Length(_, Statistic::Quantile(_)) => None,
    }
}

/// How much each measure differs from that of the reference, in the order of [`MEASURES`]. `are_paired` says that
/// runs of the same number met the same chances.
pub fn differences(reference: Told<'_>, other: Told<'_>, are_paired: bool) -> Vec<Difference> {
    let of = |place: usize| Two {
        measure: &MEASURES[place],
        estimates: [reference, other].map(|told| told.estimates.get(place).copied().flatten()),
        parts: [reference, other].map(|told| told.parts.of[place].as_slice()),
        runs: [reference, other].map(|told| told.parts.runs),
        are_paired,
    };
    (0..MEASURES.len()).map(|place| of(place).difference()).collect()
}

/// A measure of the reference and of the other scenario.
struct Two<'a> {
    measure: &'static Measure,
    estimates: [Option<Estimate>; 2],
    parts: [&'a [(f64, f64)]; 2],
    runs: [usize; 2],
    are_paired: bool,
}

/// Both gaps, and how they were found.
type Found = (Option<Gap>, Option<Gap>, Method);

impl Two<'_> {
    fn difference(&self) -> Difference {
        let [reference, value] = self.estimates.map(|estimate| estimate.map(|estimate| estimate.value));
        let unknown = |doubt| Difference {
            measure: self.measure,
            value,
            reference,
            difference: None,
            ratio: None,
            method: None,
            doubt: Some(doubt),
        };
        if value.is_none() || reference.is_none() {
            return unknown(Doubt::NotInBoth);
        }
        if self.is_total() && self.runs[0] != self.runs[1] {
            return unknown(Doubt::OtherRuns);
        }
        let Some((difference, ratio, method)) = self.found() else { return unknown(Doubt::NotInBoth) };
        let nothing = method != Method::Counts && self.is_nothing();
        let certain = |gap: Gap| match nothing {
            true => Gap { estimate: Estimate { interval: None, ..gap.estimate }, ..gap },
            false => gap,
        };
        let (difference, ratio) = (difference.map(certain), ratio.map(certain));
        let has_interval = |gap: Option<Gap>| gap.is_some_and(|gap| gap.estimate.interval.is_some());
        let doubt = (!has_interval(difference)).then(|| self.doubt(method, nothing));
        let method = Some(method).filter(|_| has_interval(difference) || has_interval(ratio));
        Difference { difference, ratio, method, doubt, ..unknown(Doubt::OneRun) }
    }

    /// Whether it grows with the number of runs.
    fn is_total(&self) -> bool {
        matches!(self.measure.formula, Formula::Total(_) | Formula::Rare(_) | Formula::Sum(_))
    }

    /// Whether it is about what happened in neither: how much of it there is when it does happen was not seen.
    fn is_nothing(&self) -> bool {
        match self.measure.formula {
            Formula::Total(_) | Formula::Sum(_) | Formula::Share(_) => {
                self.estimates.iter().flatten().all(|estimate| estimate.value == 0.0)
            }
            Formula::Accuracy(_) => self.parts.iter().copied().flatten().all(|(right, all)| right == all),
            _ => false,
        }
    }

    fn doubt(&self, method: Method, nothing: bool) -> Doubt {
        match method {
            _ if nothing => Doubt::Nothing,
            Method::Counts | Method::Intervals => Doubt::Open,
            _ if self.runs.iter().any(|runs| *runs < 2) => Doubt::OneRun,
            _ => Doubt::OneSource,
        }
    }

    fn found(&self) -> Option<Found> {
        match self.measure.formula {
            Formula::Rare(_) | Formula::Rate(_) => {
                let (contrast, method) = self.rates(|part| part)?;
                Some((Some(contrast.difference), contrast.ratio, method))
            }
            Formula::Recurrence(_) => {
                let (rates, method) = self.rates(|(exposure, count)| (count, exposure))?;
                let by_runs = self.by_runs().filter(|_| method != Method::Counts);
                Some((by_runs.map(|contrast| contrast.difference), rates.ratio.map(Gap::inverse), method))
            }
            Formula::Longest(_) | Formula::Length(_, Statistic::Quantile(_)) => {
                let [reference, other] = self.estimates;
                let (reference, other) = (reference?, other?);
                let gap = |estimate| Gap { estimate, variance_ratio: None };
                let difference = gap(statistics::difference(reference, other));
                Some((Some(difference), statistics::quotient(reference, other).map(gap), Method::Intervals))
            }
            _ => {
                let contrast = self.by_runs()?;
                let method = if self.are_paired { Method::Paired } else { Method::Unpaired };
                Some((Some(contrast.difference), contrast.ratio, method))
            }
        }
        .map(|(difference, ratio, method)| {
            let scale = if self.is_total() { self.runs[0] as f64 } else { 1.0 };
            (difference.map(|gap| gap.scaled(scale)), ratio, method)
        })
    }

    fn by_runs(&self) -> Option<Contrast> {
        let [reference, other] = self.parts;
        if self.are_paired {
            statistics::paired(reference, other)
        } else {
            statistics::unpaired(reference, other)
        }
    }

    fn rates(&self, events: fn((f64, f64)) -> (f64, f64)) -> Option<(Contrast, Method)> {
        let [reference, other] = self.parts.map(|parts| {
            let event = |part: &(f64, f64)| {
                let (count, exposure) = events(*part);
                (count as u64, exposure)
            };
            parts.iter().map(event).collect::<Vec<_>>()
        });
        let (contrast, evidence) = statistics::rates(&reference, &other, self.are_paired)?;
        let method = match evidence {
            Evidence::Totals => Method::Counts,
            Evidence::Replications if self.are_paired => Method::Paired,
            Evidence::Replications => Method::Unpaired,
        };
        Some((contrast, method))
    }
}

impl Gap {
    /// The gap between so many times both.
    fn scaled(self, factor: f64) -> Gap {
        Gap { estimate: self.estimate.scaled(factor), ..self }
    }

    /// The ratio of the inverse of both.
    fn inverse(self) -> Gap {
        let interval = self.estimate.interval;
        let interval = interval.map(|ends| Interval { low: 1.0 / ends.high, high: 1.0 / ends.low });
        Gap { estimate: Estimate { value: 1.0 / self.estimate.value, interval }, ..self }
    }
}
