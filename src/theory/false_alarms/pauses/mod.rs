//! How often a node that stands still now and then is held dead while it lives.
//!
//! One pause fault, of members that beat to somebody who does nothing else, under a fixed timeout: so many mistakes
//! for each beat that was sent in its place on the grid, and for each that was sent on waking, if what is ahead of the
//! sender then is known (see `foresight`). Losses, bursts and delays are in it, and a second pause soon after the first
//! where pauses come by chance.

mod foresight;
mod lengths;
mod renewal;
mod scope;
#[cfg(test)]
mod tests;

use super::alarms_of;
use super::arrivals::{Delays, Losses};
use super::integral::{MOST, integral, within_reason};
use super::words::{figure, seconds};
use crate::engine::model::Missed;
use crate::engine::time::Span;
use crate::scenario::Scenario;
use foresight::{Ahead, ByCells, Column, Sender};
use lengths::Lengths;
use renewal::Renewal;
use scope::Scope;

/// How often pauses make mistakes, and everything else in the same runs.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmsOfPauses {
    /// Mistakes that a pause adds, on average.
    pub per_pause: f64,
    /// The mean time from one mistake of a pair of observer and subject to the next, over all pairs and all time that
    /// is counted; may be infinite.
    pub recurrence_s: f64,
    /// The mean length of a mistake, where it is known.
    pub mistake_s: Option<f64>,
    /// Whether pauses come by chance, so that mistakes do.
    pub by_chance: bool,
    /// So long after the beginning of a run pauses come as often as ever, in seconds.
    pub settles_s: f64,
    /// Whether it is exact, and not to some three digits.
    pub is_exact: bool,
    /// The formula.
    pub formula: String,
    /// The same with its numbers.
    pub numbers: String,
}

/// How often the members of a scenario are held dead that stand still now and then; otherwise, why that is not known.
pub fn alarms_of_pauses(scenario: &Scenario) -> Result<AlarmsOfPauses, String> {
    alarms_of_pauses_within(scenario, MOST)
}

/// The same in so many steps.
pub(in crate::theory) fn alarms_of_pauses_within(
    scenario: &Scenario,
    steps: u64,
) -> Result<AlarmsOfPauses, String> {
    let scope = Scope::of(scenario)?;
    let found = within_reason(steps, || Watched::of(scenario, &scope)?.alarms());
    found.unwrap_or_else(|| Err("it takes too long to compute".to_owned()))
}

/// A sender that stands still, and whoever watches it.
struct Watched<'a> {
    scenario: &'a Scenario,
    scope: &'a Scope,
    delays: Delays<'a>,
    losses: Losses,
    /// Whether all delays are alike.
    alike: bool,
    interval: f64,
    /// From when silence is counted, and how long it is borne.
    due: bool,
    borne: f64,
    /// Mistakes for each beat, if nobody stood still.
    usual: f64,
}

/// Mistakes for each beat in its place: without pauses; with pauses by chance; by how much more for each second of
/// beats in which a single pause may begin.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    running: f64,
    with_pauses: f64,
    by_one_pause: f64,
}

impl Sums {
    fn add(&mut self, weight: f64, row: Column, ahead: &Ahead) {
        let with = |column: Column| weight * (row[0] * column[0] + row[1] * column[1]);
        self.running += with(ahead.running);
        self.with_pauses += with(ahead.with_pauses);
        self.by_one_pause += with(ahead.by_one_pause);
    }
}

impl<'a> Watched<'a> {
    fn of(scenario: &'a Scenario, scope: &'a Scope) -> Result<Watched<'a>, String> {
        let silence = scenario.silence().ok_or(super::UNKNOWN_SILENCE)?;
        let wait = super::wait_of(scenario, super::delays_of_beats(scenario), &silence)?;
        let due = match (wait.start, wait.look > 0.0) {
            (_, true) => return Err("pauses and looks, or ticks, fall together by chance".to_owned()),
            (super::Start::Tick(_), _) => return Err("pauses and ticks fall together by chance".to_owned()),
            (super::Start::Arrival, _) => false,
            (super::Start::Due, _) => true,
        };
        let (borne, interval) = (wait.borne, wait.interval);
        const MOST_INTERVALS: f64 = 400.0;
        if borne > MOST_INTERVALS * interval {
            return Err("silence is borne for more than 400 intervals".to_owned());
        }
        let (delays, losses) = (wait.delays, wait.losses);
        let alike = delays.are_constant();
        let usual = alarms_of(wait)?.per_beat;
        let delays = delays.beside_losses(losses.rarest());
        if !alike && scenario.detector.count_late_beats {
            return Err("beats that come late count".to_owned());
        }
        if !alike && scope.catch_up == Missed::All {
            return Err("beats that come all at once on waking overtake one another".to_owned());
        }
        Ok(Watched { scenario, scope, delays, losses, alike, interval, due, borne, usual })
    }

    fn alarms(&self) -> Result<AlarmsOfPauses, String> {
        let lengths = Lengths::of(self.scope.length.clone());
        if self.scope.begins_anew {
            return self.alarms_of_renewal(&lengths);
        }
        let sender = self.sender(&lengths);
        let (grid, on_waking) = self.sums(&sender);
        let mean = lengths.mean();
        let counted = (self.scenario.duration - self.scenario.warmup).seconds();
        let missed = if self.usual > 0.0 { mean * self.usual } else { 0.0 };
        if !missed.is_finite() {
            return Err("pauses have no mean".to_owned());
        }
        let share = self.scope.share;
        let usual = self.usual / self.interval;
        let (per_pause, rate) = match self.scope.chance_of_pause() {
            Some(running) => {
                let cycle = running + mean;
                if !cycle.is_finite() {
                    return Err("pauses have no mean".to_owned());
                }
                // What is not due to pauses is known more exactly.
                let beats = self.usual + (grid.with_pauses - grid.running);
                let rate = (running / self.interval * beats + on_waking.with_pauses) / cycle;
                ((rate - usual) * cycle, (1.0 - share) * usual + share * rate)
            }
            None => {
                let per_pause = (grid.by_one_pause - missed) / self.interval + on_waking.running;
                let pauses =
                    share * self.scope.pauses_counted(self.scenario, self.settles(), &lengths, per_pause)?;
                (per_pause, usual + pauses * per_pause / counted)
            }
        };
        let mistake_s = self.length_of_mistake(&lengths, per_pause);
        Ok(self.told(per_pause, rate, mistake_s, self.settles() + 10.0 * mean))
    }

    /// Of beats of which each waits for the one before.
    fn alarms_of_renewal(&self, lengths: &Lengths) -> Result<AlarmsOfPauses, String> {
        let why = |reason: &str| Err(reason.to_owned());
        if !self.alike || self.losses.rarest() > 0.0 || self.losses.lost[1] > 0.0 || self.due {
            return why("beats that wait for one another may be lost or late");
        }
        let Some(running) = self.scope.chance_of_pause() else {
            return why("beats begin anew after each pause");
        };
        let (interval, borne, mean) = (self.interval, self.borne, lengths.mean());
        if !mean.is_finite() {
            return why("pauses have no mean");
        }
        if borne < interval {
            return why("silence is borne for less than an interval");
        }
        let rate = Renewal { interval, borne, running, lengths, always_sends: false }.rate();
        let settles = self.settles() + 10.0 * mean;
        Ok(self.told(rate * (running + mean), self.scope.share * rate, None, settles))
    }

    /// After a pause and so long, everything is as before it.
    fn settles(&self) -> f64 {
        self.borne + 2.0 * self.interval + self.delays.settled()
    }

    fn sender<'s>(&'s self, lengths: &'s Lengths) -> Sender<'s> {
        const MOST_CELLS: f64 = 160.0;
        const FINE: f64 = 32.0;
        const COARSE: f64 = 8.0;
        let fewest = if self.alike { FINE } else { COARSE };
        let cells = (MOST_CELLS * self.interval / self.borne).clamp(2.0, fewest) as usize;
        let single = self.scope.chance_of_pause().is_none();
        Sender {
            delays: (!self.alike).then_some(&self.delays),
            losses: self.losses,
            interval: self.interval,
            catch_up: self.scope.catch_up,
            lengths,
            rate: self.scope.chance_of_pause().map_or(0.0, |running| 1.0 / running),
            // What one pause does needs no cells where all delays are alike.
            cells: if single && self.alike { 1 } else { cells },
        }
    }

    /// How long before its deadline a beat is sent, with the probability of that.
    fn deadlines(&self) -> Vec<(f64, f64)> {
        let heard = self.delays.heard();
        match (self.alike, self.due) {
            // Then all is earlier by the delay.
            (true, false) => vec![(heard, self.borne)],
            (true, true) => vec![(heard, self.borne - self.delays.least())],
            (false, true) => vec![(heard, self.borne)],
            (false, false) => {
                self.delays.few().into_iter().map(|(weight, delay)| (weight, delay + self.borne)).collect()
            }
        }
    }

    /// Over all beats in their places, and over all pauses, for what is sent on waking.
    fn sums(&self, sender: &Sender<'_>) -> (Sums, Sums) {
        let deadlines = self.deadlines();
        let longest = deadlines.iter().map(|(_, long)| *long).fold(0.0, f64::max);
        let by_cells = sender.pauses_by_cells(longest);
        let (mut grid, mut on_waking) = (Sums::default(), Sums::default());
        for (weight, long) in deadlines {
            let ahead = sender.ahead(sender.last_before(long), long, &by_cells);
            grid.add(weight, self.losses.arrives(), &ahead);
            if self.scope.catch_up != Missed::None {
                self.add_on_waking(sender, (weight, long), &by_cells, &mut on_waking);
            }
        }
        (grid, on_waking)
    }

    /// What is sent on waking is sent at any moment of the interval; so long before it a beat was due.
    fn add_on_waking(
        &self,
        sender: &Sender<'_>,
        (weight, long): (f64, f64),
        by_cells: &ByCells,
        sums: &mut Sums,
    ) {
        let turn = sender.last_before(long);
        let ends = (0..=sender.cells).map(|cell| sender.width() * cell as f64);
        // Where the next beat is due at once, or a deadline falls on one, what is ahead jumps.
        let mut ends: Vec<f64> = ends.chain([turn]).collect();
        ends.sort_unstable_by(f64::total_cmp);
        for pair in ends.windows(2).filter(|pair| pair[1] - pair[0] > 1e-12 * self.interval) {
            let (from, to) = (pair[0], pair[1]);
            let since_due = if from >= turn { from - turn } else { from - turn + self.interval };
            let row = self.arrives_on_waking(sender.lengths, since_due, to - from);
            let ahead = sender.ahead(f64::midpoint(from, to), long, by_cells);
            sums.add(weight * (to - from) / self.interval, row, &ahead);
        }
    }

    /// The probability that something is sent on waking and arrives, by the state of the link then.
    fn arrives_on_waking(&self, lengths: &Lengths, since_due: f64, width: f64) -> Column {
        const MOST_BEATS: u32 = 1000;
        const NOTHING: f64 = 1e-15;
        let longer = |beats: u32| {
            let from = since_due + self.interval * f64::from(beats);
            lengths.beyond_between(from, from + width)
        };
        let first = longer(0);
        if self.scope.catch_up != Missed::All {
            return self.losses.arrives().map(|arrives| first * arrives);
        }
        // Each beat more is one chance more that not all are lost.
        let (mut row, mut all_lost, mut longer_than) = ([0.0; 2], self.losses.shares, first);
        for beats in 1..MOST_BEATS {
            let lost = self.losses.silent(all_lost, 0.0);
            (0..2).for_each(|state| row[state] += longer_than * (all_lost[state] - lost[state]));
            all_lost = lost;
            longer_than = longer(beats);
            if longer_than * (all_lost[0] + all_lost[1]) <= NOTHING * first {
                break;
            }
        }
        row
    }

    /// How long a mistake lasts on average, where nothing is lost and pauses come one by one.
    fn length_of_mistake(&self, lengths: &Lengths, per_pause: f64) -> Option<f64> {
        let simple = self.usual == 0.0 && self.losses.rarest() == 0.0 && self.alike && !self.due;
        if !simple || per_pause <= 0.0 || self.scope.chance_of_pause().is_some() || self.borne < self.interval
        {
            return None;
        }
        let (interval, borne) = (self.interval, self.borne);
        let sum = match self.scope.catch_up {
            // Until the next beat in its place.
            Missed::None => {
                let whole = borne - Sender::last_before(&self.sender(lengths), borne);
                (whole + interval - borne) * per_pause + lengths.excess(whole)
            }
            // Until it wakes: the mean of what a pause is longer than the silence that is left.
            Missed::One | Missed::All => {
                let excess = |seconds: f64| lengths.excess(seconds);
                integral(excess, &[borne - interval, borne]) / interval
            }
        };
        Some(sum / per_pause).filter(|length| length.is_finite())
    }

    fn told(&self, per_pause: f64, rate: f64, mistake_s: Option<f64>, settles_s: f64) -> AlarmsOfPauses {
        let by_chance = self.scope.chance_of_pause();
        let way = &self.scenario.network.usual;
        let (catch_up, until) = match self.scope.catch_up {
            _ if self.scope.begins_anew => (
                "a beat that was due comes on waking, and the next an interval after it",
                "a pause outlasts it",
            ),
            Missed::One => ("one beat comes on waking", "a pause outlasts it"),
            Missed::All => ("all that fell due come on waking", "a pause outlasts it"),
            Missed::None => {
                ("the next beat comes in its place", "the next beat that is heard comes after it")
            }
        };
        let second = if by_chance.is_some() { ", or further pauses fill the gap" } else { "" };
        let formula = format!(
            "P = mistakes with a pause − mistakes without it: after a beat, silence is borne so long, and {until}, while \
             all others are lost or late{second}; {catch_up}; E(T_MR) = time counted / mistakes of a pair in it",
        );
        let mean = Span::from_seconds(self.borne);
        let recurrence_s = 1.0 / rate;
        let numbers = format!(
            "p = {}, delay {}, silence {mean}, interval {}, pause {}: P = {}; E(T_MR) = {}",
            figure(way.mean_loss()),
            way.latency,
            seconds(self.interval),
            self.scope.length,
            figure(per_pause),
            seconds(recurrence_s),
        );
        AlarmsOfPauses {
            per_pause,
            recurrence_s,
            mistake_s,
            by_chance: by_chance.is_some(),
            settles_s,
            is_exact: self.alike,
            formula,
            numbers,
        }
    }
}
