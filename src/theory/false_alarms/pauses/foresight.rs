//! How probable it is that nothing more comes by a deadline, as seen from a sender that may stand still.
//!
//! Time is counted backwards, from the deadline. A sender that runs so long before it either sends at its next
//! moment, or stands still first; where a pause begins by chance it has no memory, so what is ahead depends on the
//! time that is left, the next moment to send and the state of the link, and on nothing else. What is ahead after a
//! pause is what is ahead at the moment at which it ends, which is nearer to the deadline. So all of it is found by
//! going back from the deadline, where nothing more is ahead: a Volterra equation, in cells of time.
//!
//! In a cell what is ahead is taken as its mean. All that one pause does is exact then, as long as all delays are
//! alike; what further pauses add is of second order in the width of a cell.

use super::super::arrivals::{Delays, HALF_TICK, Losses};
use super::lengths::Lengths;
use crate::engine::model::Missed;

/// A sender that stands still now and then.
pub(super) struct Sender<'a> {
    /// How late what it sends is; nothing where all delays are alike, and the deadline is earlier by that instead.
    pub(super) delays: Option<&'a Delays<'a>>,
    pub(super) losses: Losses,
    /// The time between two moments to send.
    pub(super) interval: f64,
    /// What becomes of moments to send at which it stands still.
    pub(super) catch_up: Missed,
    /// How long it stands still.
    pub(super) lengths: &'a Lengths,
    /// How often it begins to, in each second in which it runs.
    pub(super) rate: f64,
    /// Into how many cells an interval is cut.
    pub(super) cells: usize,
}

/// The probability that nothing comes by a deadline, by the state of the link.
pub(super) type Column = [f64; 2];

/// What is ahead of a sender that runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ahead {
    /// If it goes on running.
    pub(super) running: Column,
    /// If it stands still as often as it does.
    pub(super) with_pauses: Column,
    /// What a pause for each second would add, if it stood still only once.
    pub(super) by_one_pause: Column,
}

/// The probability that a pause is longer than something in a cell, cell by cell.
pub(super) struct ByCells {
    /// If the first begins at nothing.
    whole: Vec<f64>,
    /// If it begins at half the width of a cell.
    halved: Vec<f64>,
}

/// The cells of time between a deadline and what lies before it.
struct Cells {
    /// The lowest is narrower, so that the moments to send are ends of cells.
    lowest: f64,
    width: f64,
    /// The first end of a cell that is a moment to send, and how many cells later the next is.
    first: usize,
    every: usize,
}

impl Cells {
    /// The ends of a cell.
    fn ends(&self, cell: usize) -> (f64, f64) {
        let at = |end: usize| if end == 0 { 0.0 } else { self.lowest + self.width * (end - 1) as f64 };
        (at(cell), at(cell + 1))
    }

    /// Whether a cell begins at a moment to send.
    fn begins_at_moment(&self, cell: usize) -> bool {
        cell >= self.first && (cell - self.first).is_multiple_of(self.every)
    }
}

impl Sender<'_> {
    /// The last moment to send before a deadline, if one is so long before it: how long before.
    pub(super) fn last_before(&self, long: f64) -> f64 {
        (long - ((long + HALF_TICK) / self.interval).floor() * self.interval).max(0.0)
    }

    /// The width of a cell.
    pub(super) fn width(&self) -> f64 {
        self.interval / self.cells as f64
    }

    /// How long a pause is, by cells: for all that is ahead so long before a deadline.
    pub(super) fn pauses_by_cells(&self, longest: f64) -> ByCells {
        let (width, count) = (self.width(), (longest / self.width()).ceil() as usize + 2);
        let beyond = |from: f64| self.lengths.beyond_each(from, width, count);
        ByCells { whole: beyond(0.0), halved: beyond(0.5 * width) }
    }

    /// What is ahead `until` before a deadline, if the last moment to send is `last` before it. What is sent at
    /// `until` itself is behind. `by_cells` is what [`Sender::pauses_by_cells`] said.
    pub(super) fn ahead(&self, last: f64, until: f64, by_cells: &ByCells) -> Ahead {
        let width = self.width();
        let cells_below = (last / width + 1e-9).floor();
        let lowest = last - cells_below * width;
        let lowest = if lowest > HALF_TICK { lowest } else { 0.0 };
        // Without a narrower cell, the lowest has no width.
        let cells = Cells { lowest, width, first: cells_below as usize + 1, every: self.cells };
        let count = ((until - lowest) / width).ceil().max(0.0) as usize + 1;
        let computed: Vec<f64>;
        let shifted = if lowest == 0.0 {
            &by_cells.whole
        } else if (lowest - 0.5 * width).abs() < HALF_TICK {
            &by_cells.halved
        } else {
            computed = self.lengths.beyond_each(lowest, width, count);
            &computed
        };
        let by_cells = &by_cells.whole;
        let within_lowest = self.lengths.beyond_between(0.0, lowest);
        let mut ahead = Ahead { running: [1.0; 2], with_pauses: [1.0; 2], by_one_pause: [0.0; 2] };
        let mut wakes = Wakes { sent: [Vec::new(), Vec::new()], late: Vec::new(), interval_from: 0 };
        for cell in 0.. {
            let (from, to) = cells.ends(cell);
            if from + HALF_TICK >= until {
                return ahead;
            }
            if cells.begins_at_moment(cell) {
                self.send_at(from, &mut ahead, &mut wakes, cell);
            }
            let beyond = |number: usize| if number == 0 { 1.0 } else { by_cells[number - 1] };
            // The shares of pauses that outlast the deadline, and that end in the same cell.
            let (outlast, same) = match cell {
                0 => (within_lowest, 1.0 - within_lowest),
                _ => (shifted[cell - 1], 1.0 - by_cells[0]),
            };
            let share = |other: usize| match other {
                0 => by_cells[cell - 1] - shifted[cell - 1],
                _ => beyond(cell - other) - beyond(cell - other + 1),
            };
            let mut after = [[outlast; 2]; 2];
            for other in 0..cell {
                let share = share(other).max(0.0);
                for (sum, sent) in after.iter_mut().zip(&wakes.sent) {
                    (0..2).for_each(|state| sum[state] += share * sent[other][state]);
                }
            }
            let part = ((until - from) / (to - from).max(f64::MIN_POSITIVE)).min(1.0);
            let means = self.pass(&mut ahead, after, same, (to - from) * part);
            wakes.sent.iter_mut().zip(means).for_each(|(sent, mean)| sent.push(mean));
            wakes.late.push(self.late_between(from, to));
        }
        ahead
    }

    /// Goes back over a cell. Gives the means in it: without pauses, and with them.
    fn pass(&self, ahead: &mut Ahead, after: [Column; 2], same: f64, width: f64) -> [Column; 2] {
        let x = self.rate * width;
        let stops = -libm::expm1(-x);
        // The share of the mean over a cell that is due to pauses in it: 1 − (1 − e^−x) / x.
        let due = if x < 1e-4 { 0.5 * x - x * x / 6.0 } else { 1.0 - stops / x };
        let mut means = [ahead.running, [0.0; 2]];
        for state in 0..2 {
            let (running, before) = (ahead.running[state], ahead.with_pauses[state]);
            ahead.by_one_pause[state] += width * (after[0][state] + same * running - running);
            let mean = (after[1][state] * due + before * (1.0 - due)) / (1.0 - same * due);
            ahead.with_pauses[state] = before * (1.0 - stops) + stops * (after[1][state] + same * mean);
            means[1][state] = mean;
        }
        means
    }

    /// Goes back over a moment to send. From before it, pauses that end later may make something come on waking.
    fn send_at(&self, moment: f64, ahead: &mut Ahead, wakes: &mut Wakes, cell: usize) {
        let late = self.delays.map_or(0.0, |delays| delays.beyond(moment));
        for column in [&mut ahead.running, &mut ahead.with_pauses, &mut ahead.by_one_pause] {
            *column = self.sent(*column, late);
        }
        let affected = match self.catch_up {
            Missed::None => cell..cell,
            Missed::One => wakes.interval_from..cell,
            Missed::All => 0..cell,
        };
        for other in affected {
            for sent in &mut wakes.sent {
                sent[other] = self.sent(sent[other], wakes.late[other]);
            }
        }
        wakes.interval_from = cell;
    }

    /// What is ahead once something is sent that is too late with this probability, unless it is lost.
    fn sent(&self, ahead: Column, late: f64) -> Column {
        [[1.0, 0.0], [0.0, 1.0]].map(|state| {
            let row = self.losses.silent(state, late);
            row[0] * ahead[0] + row[1] * ahead[1]
        })
    }

    /// The probability that what is sent somewhere in a cell comes after the deadline, unless it is lost.
    fn late_between(&self, from: f64, to: f64) -> f64 {
        /// Points and weights of Gauss on one half of −1 to 1.
        const HALF: [(f64, f64); 2] = [
            (0.339_981_043_584_856_3, 0.326_072_577_431_273_1),
            (0.861_136_311_594_052_6, 0.173_927_422_568_726_9),
        ];
        let Some(delays) = self.delays else { return 0.0 };
        if from >= delays.settled() {
            return delays.beyond(f64::INFINITY);
        }
        let (middle, half) = (f64::midpoint(from, to), 0.5 * (to - from));
        let both = |place: f64| delays.beyond(middle - half * place) + delays.beyond(middle + half * place);
        HALF.iter().map(|(place, weight)| weight * both(*place)).sum()
    }
}

/// What is ahead of a sender that wakes, cell by cell, if its pause began in the interval that is gone through.
struct Wakes {
    /// Without further pauses, and with them.
    sent: [Vec<Column>; 2],
    /// The probability that what is sent in the cell is late.
    late: Vec<f64>,
    /// The first cell of the interval.
    interval_from: usize,
}
