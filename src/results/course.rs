//! What happened when, of all runs of a scenario together: a few lines of small bars over the time of a run.

use std::fmt::Write as _;

use super::numbers::short;
use super::pages::round_width;
use super::sparkline::sparkline;
use crate::engine::findings::Mistake;
use crate::engine::time::{Span, Time};
use crate::measures::RunRecord;
use crate::scenario::Scenario;

/// At most so many steps of time are told apart.
const MOST_STEPS: u64 = 42;
/// Steps are as wide as two characters where they fit.
const WIDE: usize = 21;
/// Where the bars begin, and where the line ends.
const LABEL: usize = 20;
const WIDTH: usize = 80;

/// Crashes, what became of them, and mistakes, step by step. However many there are, this stays small.
#[derive(Clone, Debug)]
pub struct Course {
    /// From when on is counted, how long a step is, and for how long is counted.
    from: Span,
    step: Span,
    length: Span,
    runs: u32,
    crashes: Vec<f64>,
    known: Vec<f64>,
    begun: Vec<f64>,
    /// The time in which mistakes lasted within the steps in which they begin or end.
    wrong_nanos: Vec<u128>,
    /// How many mistakes more than in the step before last for the whole of a step.
    wrong_throughout: Vec<i64>,
    /// Mistakes of which no more than their number is known.
    unseen: u64,
}

impl Course {
    /// Nothing has happened yet in the runs of this scenario.
    pub fn of(scenario: &Scenario) -> Course {
        let (from, length) = (scenario.warmup, scenario.duration - scenario.warmup);
        let step = round_width(length, MOST_STEPS);
        let steps = length.nanos().div_ceil(step.nanos()).max(1) as usize;
        Course {
            from,
            step,
            length,
            runs: 0,
            crashes: vec![0.0; steps],
            known: vec![0.0; steps],
            begun: vec![0.0; steps],
            wrong_nanos: vec![0; steps],
            wrong_throughout: vec![0; steps],
            unseen: 0,
        }
    }

    /// Adds a run, of which single mistakes are still kept.
    pub fn add(&mut self, record: &RunRecord) {
        self.runs += 1;
        for crash in &record.findings.crashes {
            let at = self.step_of(crash.at);
            self.crashes[at] += 1.0;
            if let Some(acting) = crash.acting {
                let at = self.step_of(acting);
                self.known[at] += 1.0;
            }
        }
        record.findings.mistakes.iter().for_each(|mistake| self.add_mistake(mistake));
        self.unseen += record.findings.mistakes_total() - record.findings.mistakes.len() as u64;
    }

    fn add_mistake(&mut self, mistake: &Mistake) {
        let (first, last) = (self.step_of(mistake.start), self.step_of(mistake.end));
        self.begun[first] += 1.0;
        if first == last {
            self.wrong_nanos[first] += u128::from((mistake.end - mistake.start).nanos());
            return;
        }
        let begins = |step: usize| self.step.nanos() * step as u64;
        let (at_first, at_last) =
            (begins(first + 1) - self.counted(mistake.start), self.counted(mistake.end) - begins(last));
        self.wrong_nanos[first] += u128::from(at_first);
        self.wrong_nanos[last] += u128::from(at_last);
        self.wrong_throughout[first + 1] += 1;
        self.wrong_throughout[last] -= 1;
    }

    fn step_of(&self, time: Time) -> usize {
        ((self.counted(time) / self.step.nanos()) as usize).min(self.crashes.len() - 1)
    }

    /// How long has been counted, in nanoseconds.
    fn counted(&self, time: Time) -> u64 {
        time.nanos().saturating_sub(self.from.nanos())
    }

    /// How many observers were wrong about somebody at a time, on average over each step and all runs.
    fn wrong(&self) -> Vec<f64> {
        let mut throughout = 0;
        let steps = self.wrong_nanos.iter().zip(&self.wrong_throughout).enumerate();
        steps
            .map(|(at, (nanos, more))| {
                throughout += more;
                // The last step may be cut short by the end of the run.
                let rest = self.length.nanos() - self.step.nanos() * at as u64;
                let length = rest.min(self.step.nanos()).max(1) as f64;
                (throughout as f64 + *nanos as f64 / length) / f64::from(self.runs.max(1))
            })
            .collect()
    }

    fn first_moment(&self) -> String {
        if self.from == Span::ZERO { "0".to_owned() } else { self.from.to_string() }
    }

    /// The lines, with an empty one before them; nothing where nothing happened, or at one time as much as at another.
    pub(super) fn lines(&self) -> String {
        let mut page = String::new();
        let (wrong, none) = (self.wrong(), Vec::new());
        let is_lasting = wrong.iter().any(|level| *level > 0.0);
        let rows = [
            ("crashes", &self.crashes, ""),
            ("known", &self.known, ""),
            ("wrongly held dead", &wrong, " at once"),
            // For no time at all: whoever stood still reads at once what speaks against them.
            ("mistakes", if is_lasting { &none } else { &self.begun }, ""),
        ];
        let rows: Vec<_> =
            rows.iter().filter(|(_, values, _)| values.iter().any(|value| *value > 0.0)).collect();
        if ![&self.crashes, &self.known, &self.begun].into_iter().any(|counts| is_uneven(counts)) {
            return page;
        }
        let runs = if self.runs == 1 {
            "the run".to_owned()
        } else {
            format!("all {} runs", short(f64::from(self.runs)))
        };
        let _ = writeln!(page, "\nwhat happened when, in {runs}, in steps of {}", self.step);
        let wide = if self.crashes.len() <= WIDE { 2 } else { 1 };
        let bars = self.crashes.len() * wide;
        let (first, last) = (self.first_moment(), (self.from + self.length).to_string());
        let (scale, most) = (bars.saturating_sub(first.len()), WIDTH - LABEL - bars);
        let _ = writeln!(page, "{:LABEL$}{first}{last:>scale$}{:>most$}", "", "most");
        for (label, values, unit) in rows {
            let line: String =
                sparkline(values).chars().flat_map(|bar| std::iter::repeat_n(bar, wide)).collect();
            let greatest = short(values.iter().copied().fold(0.0, f64::max)) + unit;
            let _ = writeln!(page, "  {label:<label_width$}{line}{greatest:>most$}", label_width = LABEL - 2);
        }
        if self.unseen > 0 {
            let _ = writeln!(
                page,
                "  {} mistakes that came later are counted, and not seen here",
                short(self.unseen as f64)
            );
        }
        page
    }
}

/// Whether one step has far more than the others, and more than chance gives it.
fn is_uneven(counts: &[f64]) -> bool {
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    // Three standard deviations of what comes independently, beyond twice the mean; and two, for where there is little.
    counts.iter().any(|count| *count > 2.0 * mean + 3.0 * mean.sqrt() + 2.0)
}

#[cfg(test)]
mod tests;
