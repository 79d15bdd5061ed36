//! What a page shows of runs that no record keeps: single mistakes, and the messages of each second. However many there
//! are, what is kept of them is small.

use std::collections::BTreeMap;
use std::io;

use crate::engine::findings::{Cause, Ending, Mistake};
use crate::engine::time::{Span, Time};
use crate::measures::RunRecord;
use crate::scenario::Scenario;

/// Mistakes and messages of some runs, by stretches of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighted {
    /// How long each of the stretches is.
    pub(super) width: Span,
    /// From when on is counted.
    from: Span,
    /// How long a run is.
    duration: Span,
    /// Mistakes that began in each stretch, by cause.
    pub(super) mistakes: Vec<[u64; Cause::ALL.len()]>,
    /// How long mistakes lasted, in small steps of a logarithmic scale: of each, how many there were and the longest.
    lengths: BTreeMap<i64, (u64, Span)>,
    /// Mistakes whose length is not known.
    pub(super) unended: u64,
    /// The messages of each kind, stretch by stretch, of each run; empty where they were not kept apart.
    pub(super) messages: Vec<Vec<Vec<u64>>>,
}

/// At most so many stretches of time are told apart.
const MOST_STRETCHES: u64 = 90;
/// Steps in which lengths are told apart: so many while they grow by a factor of e.
const FINENESS: f64 = 250.0;

/// What stretches may be long, in milliseconds up to a day; then any number of days.
const WIDTHS_MS: [u64; 26] = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000,
    300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 28_800_000, 86_400_000,
];

impl Sighted {
    /// Nothing was seen yet of the runs of this scenario.
    pub fn of(scenario: &Scenario) -> Sighted {
        let duration = scenario.duration;
        // The messages of a second are kept in one piece.
        let width = round_width(duration, MOST_STRETCHES).max(Span::SECOND);
        let stretches = (duration.nanos() / width.nanos() + 1) as usize;
        Sighted {
            width,
            from: scenario.warmup,
            duration,
            mistakes: vec![[0; Cause::ALL.len()]; stretches],
            lengths: BTreeMap::new(),
            unended: 0,
            messages: Vec::new(),
        }
    }

    /// Adds what a run saw one by one.
    pub fn add(&mut self, record: &RunRecord) {
        for Mistake { start, end, ending, cause, .. } in &record.findings.mistakes {
            self.add_mistake((*start, *end), *ending, *cause);
        }
        if !record.traffic.by_second.is_empty() {
            self.begin_run(record.traffic.kinds.len());
            for (second, counts) in record.traffic.by_second.iter().enumerate() {
                self.add_second(second as u64, counts);
            }
        }
    }

    /// Adds the mistakes of the table `mistakes.csv`.
    pub fn add_mistakes(&mut self, table: impl io::Read) -> Result<(), csv::Error> {
        let mut table = csv::Reader::from_reader(table);
        let headings = table.headers()?.clone();
        let column = |name: &str| headings.iter().position(|heading| heading == name);
        let columns = ["start_s", "end_s", "ending", "cause"].map(column);
        for row in table.records() {
            let row = row?;
            let [start, end, ending, cause] =
                columns.map(|place| place.and_then(|place| row.get(place)).unwrap_or_default());
            let is_known = [Ending::TakenBack, Ending::CameTrue].iter().any(|known| known.word() == ending);
            let ending = if is_known { Ending::TakenBack } else { Ending::RunEnded };
            let cause = Cause::ALL.into_iter().find(|known| known.word() == cause);
            if let (Some(start), Some(end), Some(cause)) = (time_of(start), time_of(end), cause) {
                self.add_mistake((start, end), ending, cause);
            }
        }
        Ok(())
    }

    /// Adds the messages of the table `traffic.csv`.
    pub fn add_traffic(&mut self, table: impl io::Read) -> Result<(), csv::Error> {
        let mut table = csv::Reader::from_reader(table);
        let mut run = None;
        for row in table.records() {
            let row = row?;
            let mut numbers = row.iter().map(|cell| cell.parse::<u64>().unwrap_or(0));
            let (replication, second) = (numbers.next(), numbers.next().unwrap_or(0));
            let counts: Vec<u64> = numbers.collect();
            if run != replication {
                run = replication;
                self.begin_run(counts.len());
            }
            self.add_second(second, &counts);
        }
        Ok(())
    }

    fn add_mistake(&mut self, (start, end): (Time, Time), ending: Ending, cause: Cause) {
        let last = self.mistakes.len() - 1;
        let stretch = (start.since_start().nanos() / self.width.nanos()) as usize;
        self.mistakes[stretch.min(last)][cause as usize] += 1;
        if !ending.is_known() {
            self.unended += 1;
            return;
        }
        let length = end - start;
        let step = (libm::log(length.nanos().max(1) as f64) * FINENESS) as i64;
        let (count, longest) = self.lengths.entry(step).or_insert((0, length));
        *count += 1;
        *longest = length.max(*longest);
    }

    fn begin_run(&mut self, kinds: usize) {
        self.messages.push(vec![vec![0; self.mistakes.len()]; kinds]);
    }

    fn add_second(&mut self, second: u64, counts: &[u64]) {
        let last = self.mistakes.len() - 1;
        let stretch = (second * Span::SECOND.nanos() / self.width.nanos()) as usize;
        let Some(run) = self.messages.last_mut() else { return };
        for (kind, count) in run.iter_mut().zip(counts) {
            kind[stretch.min(last)] += count;
        }
    }

    /// The stretches in which was counted, with their numbers: from when to when.
    pub(super) fn stretches(&self) -> impl Iterator<Item = (usize, [f64; 2])> {
        let ends = |number: usize| {
            let begin = self.width.times(number as u64);
            [begin.max(self.from), (begin + self.width).min(self.duration)]
        };
        let all = (0..self.mistakes.len()).map(move |number| (number, ends(number)));
        all.filter(|(_, [from, until])| from < until).map(|(number, ends)| (number, ends.map(Span::seconds)))
    }

    /// Mistakes that were seen one by one.
    pub(super) fn mistakes_seen(&self) -> u64 {
        self.mistakes.iter().flatten().sum()
    }

    /// How long mistakes lasted whose length is known, and how many lasted so long, the shortest first.
    pub(super) fn lengths(&self) -> Vec<(f64, u64)> {
        self.lengths.values().map(|(count, longest)| (longest.seconds(), *count)).collect()
    }
}

const DAY: Span = Span::from_secs(86_400);

/// The shortest round stretch of time of which there are not more than `most` in `duration`.
pub(in crate::results) fn round_width(duration: Span, most: u64) -> Span {
    let least = duration.nanos().div_ceil(most);
    let round = WIDTHS_MS.into_iter().map(|ms| Span::from_nanos(ms * 1_000_000));
    let days = |nanos: u64| DAY.times(nanos.div_ceil(DAY.nanos()));
    round.into_iter().find(|width| width.nanos() >= least).unwrap_or_else(|| days(least))
}

/// A moment as the tables tell it: seconds to the nanosecond.
fn time_of(cell: &str) -> Option<Time> {
    let (whole, fraction) = cell.split_once('.').unwrap_or((cell, ""));
    let seconds: u64 = whole.parse().ok()?;
    let nanos: u64 = if fraction.is_empty() { 0 } else { format!("{fraction:0<9}").parse().ok()? };
    Some(Time::from_nanos(seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_round_and_not_too_many() {
        for (duration, width) in [
            (Span::from_secs(1), Span::from_nanos(20_000_000)),
            (Span::from_secs(90), Span::SECOND),
            (Span::from_secs(1800), Span::from_secs(30)),
            (Span::from_secs(72_000), Span::from_secs(900)),
            (DAY.times(3650), DAY.times(41)),
        ] {
            assert_eq!(round_width(duration, MOST_STRETCHES), width, "{duration}");
        }
    }

    #[test]
    fn moments_come_back_to_the_nanosecond() {
        for (cell, nanos) in
            [("0", 0), ("12.6", 12_600_000_000), ("200197.9907806", 200_197_990_780_600), ("0.000000001", 1)]
        {
            assert_eq!(time_of(cell), Some(Time::from_nanos(nanos)));
        }
        for cell in ["", "x", "1.x", "99999999999999999999"] {
            assert_eq!(time_of(cell), None, "{cell}");
        }
    }
}
