//! How often nothing comes for too long, and for how long: the renewal argument behind all timeouts.
//!
//! Number the signs of life by when they were due, 0 for the newest that was heard. It has a deadline; an
//! alarm is raised at the deadline unless one of the next was heard by then, where sign j was due j intervals
//! later. All of these are independent of one another, or linked by the state of the link only. So
//!
//! - alarms per sign of life = E over its delay D of Π over j ≥ 1 of P(sign j is not heard by the deadline),
//! - share of time in error = 1/interval ∫ P(its deadline lies before s) Π over j ≥ 1 of P(sign j is not
//!   heard by s) ds,
//!
//! and a mistake lasts for the second over the first, times the interval. This is exact also where signs
//! overtake one another, as long as one that was overtaken changes nothing. With a fixed timeout and none
//! that overtake it is the sum over numbers of losses in a row that one finds in books, with equal delays the
//! power of the loss, and counted from when signs were sent Chen's q₀ · u(0).

use super::arrivals::{Delays, HALF_TICK, Losses};
use super::integral::integral;

/// From what the wait is counted that a sign of life buys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Start {
    /// From when it arrived.
    Arrival,
    /// From when it was due. Then [`Delays`] must be cut at the end of the wait: what comes later buys
    /// nothing.
    Due,
    /// From the first tick at or after its arrival; ticks come every interval, the first so long after signs
    /// are due.
    Tick(f64),
}

/// A way to judge silence.
pub(super) struct Wait<'a> {
    pub(super) delays: Delays<'a>,
    pub(super) losses: Losses,
    /// The time between two signs of life.
    pub(super) interval: f64,
    pub(super) start: Start,
    /// How long silence is borne.
    pub(super) borne: f64,
    /// How much longer it may last until somebody looks; anything from nothing to this is equally likely.
    pub(super) look: f64,
}

/// How often, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alarms {
    /// For each sign of life that was due.
    pub(super) per_beat: f64,
    /// The share of time that is spent in them.
    pub(super) share: f64,
}

impl Wait<'_> {
    /// How often, and for how long; `None` where somebody is suspected for ever.
    pub(super) fn alarms(self) -> Option<Alarms> {
        let rarest = self.losses.rarest();
        let wait = Wait { delays: self.delays.beside_losses(rarest), ..self };
        wait.alarms_once_settled()
    }

    fn alarms_once_settled(&self) -> Option<Alarms> {
        if self.delays.heard() == 0.0 {
            return None;
        }
        if self.look == 0.0 {
            let share = self.time_in_error(0.0)? / self.interval;
            return Some(Alarms { per_beat: self.per_beat(0.0), share });
        }
        let marks = self.marks_of_looks();
        let mean = |f: &dyn Fn(f64) -> f64| integral(f, &marks) / self.look;
        self.time_in_error(0.0)?;
        Some(Alarms {
            per_beat: mean(&|late| self.per_beat(late)),
            share: mean(&|late| self.time_in_error(late).unwrap_or(f64::NAN)) / self.interval,
        })
    }

    /// How long after the arrival of a sign that took `delay` its deadline is.
    pub(super) fn after_arrival(&self, delay: f64) -> f64 {
        match self.start {
            Start::Arrival => self.borne,
            Start::Due => self.borne - delay,
            Start::Tick(phase) => first_at_or_after(delay, phase, self.interval) + self.borne - delay,
        }
    }

    /// Alarms for each sign of life, if somebody looks so long after each deadline.
    fn per_beat(&self, late: f64) -> f64 {
        let borne = self.borne + late;
        let arrives = self.losses.arrives();
        match self.start {
            Start::Arrival => self.delays.mean(|delay| self.silent_until(arrives, delay + borne)),
            Start::Due => self.delays.heard() * self.silent_until(arrives, borne),
            Start::Tick(phase) => {
                const NOTHING: f64 = 1e-16;
                let (mut sum, mut before) = (0.0, 0.0);
                let mut tick = first_at_or_after(self.delays.least(), phase, self.interval);
                loop {
                    let (within, silent) =
                        (self.delays.within(tick), self.silent_until(arrives, tick + borne));
                    sum += (within - before) * silent;
                    // The later the tick, the rarer the silence.
                    if (self.delays.heard() - within) * silent <= NOTHING * sum {
                        return sum;
                    }
                    (before, tick) = (within, tick + self.interval);
                }
            }
        }
    }

    /// Seconds in error for each sign of life, if somebody looks so long after each deadline.
    fn time_in_error(&self, late: f64) -> Option<f64> {
        const MOST_INTERVALS: u32 = 100_000;
        const NOTHING: f64 = 1e-14;
        let borne = self.borne + late;
        let arrives = self.losses.arrives();
        let from = borne
            + match self.start {
                Start::Arrival => self.delays.least(),
                Start::Due => 0.0,
                Start::Tick(phase) => first_at_or_after(self.delays.least(), phase, self.interval),
            };
        // From here on each interval is as the one before, times the probability of one more silence.
        let settled = self.delays.settled();
        let steady = settled.max(match self.start {
            Start::Arrival => borne + settled,
            Start::Due => borne,
            Start::Tick(_) => borne + settled + self.interval,
        });
        let mut sum = 0.0;
        for number in 0..MOST_INTERVALS {
            let from = from + self.interval * f64::from(number);
            let marks = self.marks(from, borne);
            let over = |row| integral(|s| self.deadline_before(s, borne) * self.silent_until(row, s), &marks);
            if from >= steady {
                let never = self.delays.beyond(f64::INFINITY);
                return Some(sum + over(self.losses.silent_any_times(arrives, never)?));
            }
            let more = over(arrives);
            sum += more;
            if more <= NOTHING * sum {
                return Some(sum);
            }
        }
        None
    }

    /// The probability that a sign of life that is not lost was heard, and its deadline lies before `s`.
    fn deadline_before(&self, s: f64, borne: f64) -> f64 {
        match self.start {
            Start::Arrival => self.delays.within(s - borne),
            Start::Due if s > borne => self.delays.heard(),
            Start::Due => 0.0,
            Start::Tick(phase) => {
                let next = first_at_or_after(s - borne, phase, self.interval);
                self.delays.within(next - self.interval)
            }
        }
    }

    /// The probability, given how the link was for one that was heard, that none of those that follow is by
    /// `s`.
    fn silent_until(&self, arrives: [f64; 2], s: f64) -> f64 {
        let (least, settled) = (self.delays.least(), self.delays.settled());
        let due_by = ((s + HALF_TICK - least) / self.interval).floor().max(0.0);
        let long_due = ((s - settled) / self.interval).floor().clamp(0.0, due_by);
        let never = self.delays.beyond(f64::INFINITY);
        let mut row = self.losses.silent_times(arrives, never, long_due);
        let mut number = long_due + 1.0;
        while number <= due_by && row[0] + row[1] > 0.0 {
            row = self.losses.silent(row, self.delays.beyond(s - number * self.interval));
            number += 1.0;
        }
        row[0] + row[1]
    }

    /// Where the integrand may jump in the interval that begins at `from`.
    fn marks(&self, from: f64, borne: f64) -> Vec<f64> {
        let phase = |at: f64| {
            let off = (at - from) / self.interval;
            from + (off - off.floor()) * self.interval
        };
        let of_start = match self.start {
            Start::Arrival => self.delays.marks().into_iter().map(|delay| phase(borne + delay)).collect(),
            Start::Due => vec![phase(borne)],
            Start::Tick(tick) => vec![phase(borne + tick)],
        };
        let arrivals = self.delays.marks().into_iter().map(phase);
        arrivals.chain(of_start).chain([from, from + self.interval]).collect()
    }

    /// Where alarms may jump as somebody looks later.
    fn marks_of_looks(&self) -> Vec<f64> {
        const MOST: f64 = 1000.0;
        let start = match self.start {
            Start::Arrival => self.delays.least(),
            Start::Due => 0.0,
            Start::Tick(phase) => first_at_or_after(self.delays.least(), phase, self.interval),
        };
        let (from, least) = (start + self.borne, self.delays.least());
        let first = ((from - least) / self.interval).ceil();
        let count = (self.look / self.interval).ceil().min(MOST) as u32;
        let jumps = (0..=count).map(|more| (first + f64::from(more)) * self.interval + least - from);
        jumps.filter(|late| (0.0..self.look).contains(late)).chain([0.0, self.look]).collect()
    }
}

/// The first tick at or after `at`.
fn first_at_or_after(at: f64, phase: f64, interval: f64) -> f64 {
    phase + ((at - HALF_TICK - phase) / interval).ceil() * interval
}
