//! What is compared, what is allowed, and the report of both.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use hbsim::statistics::special::clopper_pearson;

/// How many standard errors an estimate may be away from the known answer.
const ERRORS: f64 = 4.0;
/// The probability of four standard errors, on each side.
const TAIL: f64 = 3.167e-5;

/// The comparisons of one table. They are judged together, so that one failure shows all that disagrees.
#[derive(Debug)]
pub(super) struct Sheet {
    table: &'static str,
    lines: String,
    disagreements: Vec<String>,
}

impl Sheet {
    /// An empty sheet of the table of this name.
    pub(super) fn of(table: &'static str) -> Sheet {
        let lines = "parameters,quantity,expected,simulated,low,high,evidence\n".to_owned();
        Sheet { table, lines, disagreements: Vec::new() }
    }

    /// What was simulated supports anything from `low` to `high`; the known answer must be in there.
    /// `evidence` is the number of observations behind it.
    pub(super) fn within(
        &mut self,
        parameters: &str,
        quantity: &str,
        expected: f64,
        simulated: f64,
        (low, high): (f64, f64),
        evidence: usize,
    ) {
        let line = format!("\"{parameters}\",{quantity},{expected},{simulated},{low},{high},{evidence}");
        let _ = writeln!(self.lines, "{line}");
        // Written so that what is not a number disagrees.
        let agrees = low <= expected && expected <= high;
        if !agrees || !simulated.is_finite() {
            self.disagreements.push(line);
        }
    }

    /// A mean over `count` independent observations, each with deviation `sd`.
    pub(super) fn mean(
        &mut self,
        parameters: &str,
        quantity: &str,
        expected: f64,
        simulated: f64,
        sd: f64,
        count: usize,
    ) {
        let allowed = ERRORS * sd / (count as f64).sqrt();
        self.within(
            parameters,
            quantity,
            expected,
            simulated,
            (simulated - allowed, simulated + allowed),
            count,
        );
    }

    /// The share of `count` independent observations that is true. Where few are true or few are false, the
    /// exact binomial limits.
    pub(super) fn share(
        &mut self,
        parameters: &str,
        quantity: &str,
        expected: f64,
        hits: usize,
        count: usize,
    ) {
        let (all, simulated) = (count as f64, hits as f64 / count as f64);
        if all * expected.min(1.0 - expected) >= 25.0 {
            let sd = (expected * (1.0 - expected)).sqrt();
            return self.mean(parameters, quantity, expected, simulated, sd, count);
        }
        let limits = clopper_pearson(hits as f64, all, TAIL);
        self.within(parameters, quantity, expected, simulated, (limits.low, limits.high), count);
    }

    /// The value that a share `level` of observations, given in ascending order, does not exceed. It must lie
    /// between the observations whose ranks are four standard errors of a binomial count away.
    pub(super) fn quantile(&mut self, parameters: &str, level: f64, expected: f64, ascending: &[f64]) {
        let count = ascending.len() as f64;
        let (rank, allowed) = (count * level, ERRORS * (count * level * (1.0 - level)).sqrt());
        let at = |rank: f64| ascending[(rank.ceil().clamp(1.0, count)) as usize - 1];
        let limits = (at((rank - allowed).floor()), at(rank + allowed + 1.0));
        let quantity = format!("{}% quantile (s)", level * 100.0);
        self.within(parameters, &quantity, expected, at(rank), limits, ascending.len());
    }

    /// A ratio of sums over runs, `Σ numerator / Σ denominator`, judged by how much the runs differ.
    pub(super) fn ratio(&mut self, parameters: &str, quantity: &str, expected: f64, runs: &[(f64, f64)]) {
        let (above, below) = runs.iter().fold((0.0, 0.0), |(a, b), (above, below)| (a + above, b + below));
        let (value, count) = (above / below, runs.len() as f64);
        let squares: f64 = runs.iter().map(|(a, b)| (a - value * b) * (a - value * b)).sum();
        let sd = (squares / (count - 1.0)).sqrt() / (below / count);
        self.mean(parameters, quantity, expected, value, sd, runs.len());
    }

    /// A figure without chance. What is allowed is the rounding of the seconds in which it is shown.
    pub(super) fn exact(&mut self, parameters: &str, quantity: &str, expected: f64, simulated: f64) {
        let allowed = 1e-12 * expected.abs();
        self.within(parameters, quantity, expected, simulated, (simulated - allowed, simulated + allowed), 1);
    }

    /// Writes the report, and fails if anything disagrees.
    pub(super) fn close(self) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("known-answers");
        fs::create_dir_all(&folder).expect("a folder for the reports can be made");
        fs::write(folder.join(format!("{}.csv", self.table)), &self.lines)
            .expect("the report can be written");
        let (table, wrong) = (self.table, self.disagreements.join("\n"));
        assert!(wrong.is_empty(), "{table}: the known answer is outside low..high:\n{wrong}");
    }
}
