//! Where to look next: a coarse grid first, then finer steps around the best and around where goals begin to be met.
//!
//! All values that a key can have are numbered, so a setting is a [`Point`] of whole numbers. Each round halves the
//! steps. What follows depends on nothing but what is known, so a search is the same on any number of threads.

use std::collections::{BTreeMap, BTreeSet};

/// The number of a value for each key.
pub type Point = Vec<usize>;

/// A key that is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    /// How many values there are.
    pub values: usize,
    /// Whether it changes only how the same traffic is judged: then many of its values cost little more than one.
    pub judges_only: bool,
    /// Whether its values have an order, so that something lies between two of them.
    pub is_ordered: bool,
    /// How far apart those are that are looked at first.
    pub stride: usize,
}

/// How a setting stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// What it costs.
    pub traffic: f64,
    /// By how much it fails, on logarithmic scales; zero if it does not.
    pub excess: f64,
    /// How much room it leaves to the limits; more is better.
    pub room: f64,
}

/// A search under way.
#[derive(Clone, Debug)]
pub struct Search {
    dials: Vec<Dial>,
    strides: Vec<usize>,
}

/// Beside the best, so many others are looked around, in each round.
const PROMISING: usize = 2;
/// So many steps to either side, of a key that only judges.
const REACH: usize = 3;

impl Search {
    /// A search that has not begun.
    pub fn new(dials: Vec<Dial>) -> Search {
        let strides = dials.iter().map(|dial| if dial.is_ordered { dial.stride.max(1) } else { 1 }).collect();
        Search { dials, strides }
    }

    /// The settings to begin with.
    pub fn first(&self) -> Vec<Point> {
        product(&self.dials.iter().map(coarse).collect::<Vec<_>>())
    }

    /// The settings to try next, none of them known; none at all when every step is as short as it can be.
    pub fn next(&mut self, known: &BTreeMap<Point, Option<Score>>) -> Vec<Point> {
        loop {
            let is_last = self.strides.iter().all(|stride| *stride == 1);
            self.strides.iter_mut().for_each(|stride| *stride = (*stride / 2).max(1));
            let mut wanted = BTreeSet::new();
            seeds(&self.dials, known).into_iter().for_each(|seed| wanted.extend(self.around(seed)));
            wanted.retain(|point| !known.contains_key(point));
            if is_last || !wanted.is_empty() {
                return wanted.into_iter().collect();
            }
        }
    }

    /// The settings around one. Of keys that only judge many, since they cost little.
    fn around(&self, seed: &Point) -> Vec<Point> {
        let judging = self.dials.iter().filter(|dial| dial.judges_only && dial.is_ordered).count();
        let steps = |place: usize, reach: usize| {
            let (dial, stride, at) = (&self.dials[place], self.strides[place], seed[place]);
            if !dial.is_ordered {
                return vec![at];
            }
            let offsets = 1..=reach;
            let mut values: BTreeSet<usize> =
                offsets.clone().map(|steps| at.saturating_sub(steps * stride)).collect();
            values.extend(offsets.map(|steps| (at + steps * stride).min(dial.values - 1)));
            values.insert(at);
            values.into_iter().collect()
        };
        let reach = if judging == 1 { REACH } else { 1 };
        let mut points = product(
            &(0..seed.len())
                .map(|place| steps(place, if self.dials[place].judges_only { reach } else { 1 }))
                .collect::<Vec<_>>(),
        );
        // Where the traffic is another, who knows which judge is the best of it.
        let mut elsewhere: BTreeSet<Point> = points.iter().map(|point| self.traffic(point)).collect();
        elsewhere.remove(&self.traffic(seed));
        for traffic in elsewhere {
            let mut traffic = traffic.into_iter();
            let of_dial = |dial: &Dial| match dial.judges_only {
                true => coarse(dial),
                false => traffic.next().into_iter().collect(),
            };
            points.extend(product(&self.dials.iter().map(of_dial).collect::<Vec<_>>()));
        }
        points
    }

    /// What of a setting says how much is sent.
    fn traffic(&self, point: &Point) -> Point {
        traffic(&self.dials, point)
    }
}

fn traffic(dials: &[Dial], point: &Point) -> Point {
    point.iter().zip(dials).filter(|(_, dial)| !dial.judges_only).map(|(value, _)| *value).collect()
}

/// The best, and the most promising of those that would cost less if they did not fail, each of another traffic.
fn seeds<'a>(dials: &[Dial], known: &'a BTreeMap<Point, Option<Score>>) -> Vec<&'a Point> {
    let scored = || known.iter().filter_map(|(point, score)| Some((point, (*score)?)));
    let best = scored().filter(|(_, score)| score.excess == 0.0).min_by(|(_, one), (_, other)| {
        one.traffic.total_cmp(&other.traffic).then(other.room.total_cmp(&one.room))
    });
    let limit = best.map_or(f64::INFINITY, |(_, score)| score.traffic);
    let mut failing: Vec<(&Point, Score)> =
        scored().filter(|(_, score)| score.excess > 0.0 && score.traffic < limit).collect();
    failing.sort_by(|(_, one), (_, other)| one.excess.total_cmp(&other.excess));
    let mut seeds: Vec<&Point> = best.iter().map(|(point, _)| *point).collect();
    let mut seen = BTreeSet::new();
    let others = failing.into_iter().filter(|(point, _)| seen.insert(traffic(dials, point)));
    seeds.extend(others.take(PROMISING + usize::from(best.is_none())).map(|(point, _)| point));
    seeds
}

/// The values of a key that are looked at first, its ends among them.
fn coarse(dial: &Dial) -> Vec<usize> {
    let step = if dial.is_ordered { dial.stride.max(1) } else { 1 };
    let mut values: Vec<usize> = (0..dial.values).step_by(step).collect();
    if values.last().is_some_and(|last| last + 1 < dial.values) {
        values.push(dial.values - 1);
    }
    values
}

/// All combinations, the last the fastest.
fn product(choices: &[Vec<usize>]) -> Vec<Point> {
    choices.iter().fold(vec![Vec::new()], |points, values| {
        let extended = |point: &Point, value: usize| {
            let mut point = point.clone();
            point.push(value);
            point
        };
        points
            .iter()
            .flat_map(|point| values.iter().map(|value| extended(point, *value)).collect::<Vec<_>>())
            .collect()
    })
}

#[cfg(test)]
mod tests;
