//! A setting that was tried, and how it stands to the goals.

use super::goals::{Goals, MistakesGoal, Status};
use super::search::{Point, Score};
use crate::engine::digest::Digest;
use crate::measures;
use crate::statistics::{Estimate, Interval, observations_to_bound};

/// A setting that was tried.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Which it is.
    pub point: Point,
    /// Its place in the product of all values.
    pub place: u64,
    /// What it has in the columns of the searched keys.
    pub labels: Vec<String>,
    /// How many members the cluster has.
    pub members: u32,
    /// In how many runs.
    pub replications: u32,
    /// Messages of one run, foretold.
    pub forecast: f64,
    /// All its measures.
    pub estimates: Vec<Option<Estimate>>,
    /// Messages a second.
    pub messages: f64,
    /// How soon crashes were known, in seconds.
    pub detection: Finding,
    /// How often anybody was wrong, in the unit of the goal.
    pub mistakes: Finding,
    /// A hash over the records of all runs.
    pub digest: Digest,
}

/// What was found out about one goal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding {
    /// What was measured: infinite if it never came to it, no number if there was no occasion.
    pub value: f64,
    /// How sure that is.
    pub interval: Option<Interval>,
    /// What was calculated instead.
    pub calculated: Option<f64>,
    /// How the goal stands, if there is one.
    pub status: Option<Status>,
    /// How many times as many runs would tell, if the goal is open, and if any number of them would.
    pub runs_to_tell: Option<f64>,
    limit: f64,
}

/// What a setting fails by that certainly fails, however little its estimate shows of it.
const A_LITTLE: f64 = 1e-6;
/// What it fails by if it is not even finite.
const FAR_OFF: f64 = 20.0;

impl Finding {
    /// A finding before any limit.
    fn new(estimate: Option<Estimate>, calculated: Option<f64>) -> Finding {
        Finding {
            value: estimate.map_or(f64::NAN, |estimate| estimate.value),
            interval: estimate.and_then(|estimate| estimate.interval),
            calculated,
            status: None,
            runs_to_tell: None,
            limit: f64::INFINITY,
        }
    }

    /// How it stands to a limit that it must stay below.
    fn judged(self, limit: f64) -> Finding {
        let status = match (self.interval, self.calculated) {
            // Where nobody ever knew of a crash, nobody knew of it in time.
            _ if self.value == f64::INFINITY => Status::Missed,
            (Some(Interval { low, .. }), _) if low >= limit => Status::Missed,
            (Some(Interval { high, .. }), _) if high < limit => Status::Met,
            (_, Some(calculated)) if calculated < limit => Status::Met,
            (_, Some(_)) => Status::Missed,
            _ => Status::Open,
        };
        Finding { status: Some(status), limit, ..self }
    }

    /// Whether the goal stands as it does because of what was calculated: what was simulated leaves it open.
    pub fn is_judged_by_calculation(&self) -> bool {
        self.status.is_some_and(|status| status != Status::Open)
            && self.calculated.is_some()
            && self.interval.is_none_or(|Interval { low, high }| low < self.limit && high >= self.limit)
    }

    /// The best that is known of it.
    pub fn expected(&self) -> f64 {
        self.calculated.unwrap_or(self.value)
    }

    /// The end of what may be that is the worse one, as far as it is known.
    pub fn unfavourable(&self) -> f64 {
        let high = self.interval.map(|interval| interval.high).filter(|high| high.is_finite());
        self.calculated.or(high).unwrap_or(self.value)
    }

    /// By how much it fails, on a logarithmic scale; zero if it does not.
    pub fn excess(&self) -> f64 {
        let expected = self.expected();
        match self.status {
            None | Some(Status::Met) => 0.0,
            Some(Status::Open) if expected < self.limit || expected.is_nan() => 0.0,
            Some(_) if !expected.is_finite() => FAR_OFF,
            Some(_) => libm::log(expected / self.limit).max(A_LITTLE),
        }
    }

    /// How much room it leaves to the limit.
    fn room(&self) -> f64 {
        let worst = self.unfavourable();
        let room = if worst > 0.0 { libm::log(self.limit / worst) } else { f64::INFINITY };
        if self.status.is_none() || room.is_nan() { f64::INFINITY } else { room }
    }

    /// A number greater than zero to stand for it on a logarithmic scale. Where nothing was seen, half of what would
    /// have been seen once.
    pub fn on_log_scale(&self) -> f64 {
        match (self.expected(), self.interval) {
            // After no events the interval ends where three of them would be expected.
            (0.0, Some(interval)) => interval.high / 6.0,
            (value, _) => value,
        }
    }

    fn with_runs_to_tell(self, of_quantile: Option<f64>) -> Finding {
        let times = match self.interval {
            _ if self.status != Some(Status::Open) => None,
            None => Some(2.0),
            Some(Interval { high: f64::INFINITY, .. }) => of_quantile,
            Some(Interval { high, .. }) if self.value == 0.0 => Some(high / self.limit),
            Some(Interval { low, high }) => {
                let ratio = (high - low) / 2.0 / (self.limit - self.value).abs();
                Some((ratio * ratio).max(1.1)).filter(|times| times.is_finite())
            }
        };
        Finding { runs_to_tell: times, ..self }
    }
}

/// Who a setting is, before anything is known of it.
pub struct Candidate {
    /// Which it is.
    pub point: Point,
    /// Its place in the product of all values.
    pub place: u64,
    /// What it has in the columns of the searched keys.
    pub labels: Vec<String>,
    /// How many members the cluster has.
    pub members: u32,
    /// Messages of one run, foretold.
    pub forecast: f64,
}

impl Tried {
    /// What came of a setting. `calculated` are mistakes of a pair in a day, where they are also those of a node.
    pub fn of(
        candidate: Candidate,
        goals: &Goals,
        (estimates, replications, digest): (Vec<Option<Estimate>>, u32, Digest),
        calculated: Option<f64>,
    ) -> Tried {
        let Candidate { point, place, labels, members, forecast } = candidate;
        let value = |name: &str| measures::find(&estimates, name).map_or(0.0, |estimate| estimate.value);
        let name = goals.detection.as_ref().map_or("detection_s_p99", |goal| goal.measure.name);
        let mut detection = Finding::new(measures::find(&estimates, name), None);
        if detection.value.is_nan() && value("crashes") > 0.0 {
            detection.value = f64::INFINITY;
        }
        if let Some(goal) = &goals.detection {
            let needed =
                goal.level().filter(|level| *level < 1.0).map(|level| observations_to_bound(level) as f64);
            let times = needed.map(|needed| needed / value("detected"));
            let (detected, missed) = (value("detected"), value("missed"));
            detection = detection.judged(goal.limit.seconds());
            // Crashes that were over before anybody noticed have no detection time, and were not noticed in time.
            if missed > 0.0 && detection.status == Some(Status::Met) {
                let is_enough = goal.level().is_some_and(|level| detected >= level * (detected + missed));
                detection.status = Some(if is_enough { Status::Open } else { Status::Missed });
            }
            detection = detection.with_runs_to_tell(times);
        }
        let goal = goals.mistakes.unwrap_or(MistakesGoal::USUAL);
        let factor = goal.factor(members);
        let scaled = |Estimate { value, interval }| Estimate {
            value: value * factor,
            interval: interval
                .map(|Interval { low, high }| Interval { low: low * factor, high: high * factor }),
        };
        let estimate = measures::find(&estimates, goal.measure()).map(scaled);
        let mut mistakes = Finding::new(estimate, calculated.map(|rate| rate * factor));
        if goals.mistakes.is_some() {
            mistakes = mistakes.judged(goal.limit).with_runs_to_tell(None);
        }
        let messages = value("messages_per_s");
        Tried {
            point,
            place,
            labels,
            members,
            replications,
            forecast,
            estimates,
            messages,
            detection,
            mistakes,
            digest,
        }
    }

    /// A measure that is a number, zero where there is none.
    pub fn value(&self, name: &str) -> f64 {
        measures::find(&self.estimates, name).map_or(0.0, |estimate| estimate.value)
    }

    /// What was found out about each goal.
    pub fn findings(&self) -> [&Finding; 2] {
        [&self.detection, &self.mistakes]
    }

    /// How both goals stand together: as the one that stands worse.
    pub fn status(&self) -> Status {
        self.findings().iter().filter_map(|finding| finding.status).max().unwrap_or(Status::Met)
    }

    /// How it stands, for the search.
    pub fn score(&self) -> Score {
        let findings = self.findings();
        Score {
            traffic: self.messages,
            excess: findings.iter().map(|finding| finding.excess()).sum(),
            room: findings.iter().map(|finding| finding.room()).fold(f64::INFINITY, f64::min),
        }
    }

    /// Its place in the space in which the front is looked for.
    pub fn coordinates(&self) -> [f64; 3] {
        [self.messages, self.detection.expected(), self.mistakes.expected()]
    }

    /// The same, none of them zero.
    pub fn on_log_scale(&self) -> [f64; 3] {
        [self.messages, self.detection.on_log_scale(), self.mistakes.on_log_scale()].map(|x| x.max(1e-300))
    }
}

#[cfg(test)]
mod tests;
