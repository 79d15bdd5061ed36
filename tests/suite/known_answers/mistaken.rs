//! One node that never crashes, watched for long, many times over: how often and for how long it is held
//! dead.

use hbsim::engine::findings::Ending;
use hbsim::measures::{RunRecord, find, summarise};

use super::experiment::{Experiment, s, simulate};
use super::sheet::Sheet;

/// Independent runs, each of which watches one node.
const RUNS: u32 = 40;

/// Mistakes of many runs.
pub(super) struct Mistakes {
    records: Vec<RunRecord>,
    /// Seconds that count in each run.
    counted: f64,
    /// Mistakes per second.
    pub rate: f64,
    /// The mean length of a mistake in seconds.
    pub length: f64,
    /// The share of time during which the node was rightly trusted.
    pub accuracy: f64,
}

impl Experiment {
    /// Watches for `horizon` seconds, once the first seconds, `warmup` of them, have passed.
    pub(super) fn mistakes(&self, warmup: f64, horizon: f64) -> Mistakes {
        self.mistakes_where("", warmup, horizon)
    }

    /// The same, with other lines added to the scenario.
    pub(super) fn mistakes_where(&self, lines: &str, warmup: f64, horizon: f64) -> Mistakes {
        let lines = format!(
            "duration = {}\nwarmup = {}\nreplications = {RUNS}\n{lines}",
            s(warmup + horizon),
            s(warmup)
        );
        let records = simulate(&self.scenario(1, &lines));
        let measures = summarise(&records);
        let value = |name| find(&measures, name).expect("mistakes were made").value;
        Mistakes {
            counted: horizon,
            rate: 1.0 / value("mistake_recurrence_s_mean"),
            length: value("mistake_s_mean"),
            accuracy: value("query_accuracy"),
            records,
        }
    }
}

impl Mistakes {
    pub(super) fn count(&self) -> usize {
        self.records.iter().map(|run| run.findings.mistakes_total() as usize).sum()
    }

    /// Beats, or questions, that were sent.
    pub(super) fn sent(&self) -> u64 {
        self.records.iter().map(|run| run.traffic.sent[0]).sum()
    }

    /// Those of them that arrived.
    pub(super) fn delivered(&self) -> u64 {
        self.records.iter().map(|run| run.traffic.delivered[0]).sum()
    }

    /// The lengths in seconds of the mistakes of each run that were taken back.
    pub(super) fn lengths(&self) -> Vec<Vec<f64>> {
        let length = |run: &RunRecord| {
            let known = run.findings.mistakes.iter().filter(|mistake| mistake.ending == Ending::TakenBack);
            known.map(|mistake| (mistake.end - mistake.start).seconds()).collect()
        };
        self.records.iter().map(length).collect()
    }

    /// The deviation of the length of a mistake, in seconds.
    pub(super) fn length_deviation(&self) -> f64 {
        let lengths = self.lengths().concat();
        let count = lengths.len() as f64;
        let mean = lengths.iter().sum::<f64>() / count;
        (lengths.iter().map(|length| (length - mean) * (length - mean)).sum::<f64>() / (count - 1.0)).sqrt()
    }

    /// For each run the sum of `f` over its good periods, from the end of a mistake to the start of the next.
    fn good_periods(&self, f: impl Fn(f64) -> f64) -> Vec<f64> {
        let sum = |run: &RunRecord| {
            let pairs = run.findings.mistakes.windows(2);
            pairs.map(|two| f((two[1].start - two[0].end).seconds())).sum()
        };
        self.records.iter().map(sum).collect()
    }

    /// The number of mistakes and the seconds that count, run by run.
    pub(super) fn by_run(&self) -> Vec<(f64, f64)> {
        let of = |run: &RunRecord| (run.findings.mistakes_total() as f64, self.counted);
        self.records.iter().map(of).collect()
    }

    /// Compares rate, length and accuracy. `deviation` is that of the length of a mistake; where no formula
    /// gives it, that of the sample.
    pub(super) fn compare(
        &self,
        sheet: &mut Sheet,
        label: &str,
        expected: &Expected,
        deviation: Option<f64>,
    ) {
        let count = self.count();
        // Mistakes come about as those of a Poisson process, or more regularly.
        sheet.mean(label, "mistakes per second", expected.rate, self.rate, self.rate, count);
        sheet.mean(label, "recurrence (s)", 1.0 / expected.rate, 1.0 / self.rate, 1.0 / self.rate, count);
        let deviation = deviation.unwrap_or_else(|| self.length_deviation());
        sheet.mean(label, "length (s)", expected.length, self.length, deviation, count);
        if let Some(accuracy) = expected.accuracy {
            // The time in mistakes is a sum of as many lengths as there are mistakes.
            let spread = (self.length * self.length + deviation * deviation).sqrt() * self.rate;
            sheet.mean(label, "accuracy", accuracy, self.accuracy, spread, count);
        }
    }

    /// Compares the mean good period, whose deviation is `deviation`, and the mean of what is left of a good
    /// period at a random instant of it.
    pub(super) fn compare_good_periods(
        &self,
        sheet: &mut Sheet,
        label: &str,
        mean: f64,
        deviation: f64,
        left: f64,
    ) {
        let (lengths, squares) =
            (self.good_periods(|length| length), self.good_periods(|length| length * length));
        let count: f64 = self.good_periods(|_| 1.0).iter().sum();
        let simulated = lengths.iter().sum::<f64>() / count;
        sheet.mean(label, "good period (s)", mean, simulated, deviation, count as usize);
        let runs: Vec<(f64, f64)> =
            squares.into_iter().zip(lengths).map(|(above, below)| (above, 2.0 * below)).collect();
        sheet.ratio(label, "rest of good period (s)", left, &runs);
    }

    /// Compares the number of mistakes per beat that arrived.
    pub(super) fn compare_per_beat(&self, sheet: &mut Sheet, label: &str, expected: f64) {
        let beats = self.delivered() as f64;
        let simulated = self.count() as f64 / beats;
        sheet.mean(label, "mistakes per beat received", expected, simulated, simulated, self.count());
    }

    /// Seconds that count, over all runs.
    pub(super) fn exposure(&self) -> f64 {
        self.counted * self.records.len() as f64
    }
}

/// What the formulas say.
pub(super) struct Expected {
    /// Mistakes per second.
    pub rate: f64,
    /// The mean length of a mistake in seconds.
    pub length: f64,
    /// The share of time without mistake.
    pub accuracy: Option<f64>,
}
