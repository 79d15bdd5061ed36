//! A question that is often asked and often answered wrongly: beats every 2 s, a timeout of 10 s, latency of 50 ms on
//! average: how probable is a false alarm? FT-10.

use hbsim::engine::model::Latency;

use super::experiment::Law::LogNormal;
use super::experiment::{Experiment, Law, push, timeout};
use super::sheet::Sheet;

/// interval, timeout, latency; logarithms to base 10 of the probabilities that a message takes longer than the
/// timeout; longer than the timeout less an interval; that a beat arrives a timeout after the one before it; that
/// all beats that were sent within a timeout after one arrive a timeout after it
const FT_10: [(f64, f64, Law, [f64; 4]); 2] = [
    (1.0, 2.0, LogNormal(0.2, 0.3), [-2.412978, -1.669197, -1.805508, -2.044853]),
    (0.1, 0.2, LogNormal(0.05, 0.02), [-4.124861, -1.634604, -2.724304, -2.862305]),
];

fn experiment(seed: u64, interval: f64, after: f64, latency: Law, loss: f64) -> Experiment {
    Experiment { seed, interval, topology: push(), detector: timeout(after), latency, loss }
}

/// The mean of `f` over delays.
fn mean_over(latency: &impl Latency, f: impl Fn(f64) -> f64) -> f64 {
    const STEPS: u32 = 100_000;
    let delay = |step: u32| latency.quantile((f64::from(step) + 0.5) / f64::from(STEPS));
    (0..STEPS).map(|step| f(delay(step))).sum::<f64>() / f64::from(STEPS)
}

#[test]
fn ft_10_latency_alone() {
    let mut sheet = Sheet::of("FT-10");
    for (seed, (interval, after, law, known)) in (1001..).zip(FT_10) {
        let experiment = experiment(seed, interval, after, law, 0.0);
        let latency = experiment.scenario(1, "").network.usual.latency;
        let longer = |seconds: f64| 1.0 - latency.cdf(seconds);
        let late = |delay: f64, beats: f64| {
            let mut all = 1.0;
            let mut sent = interval;
            while sent < beats {
                all *= longer(after + delay - sent);
                sent += interval;
            }
            all
        };
        let computed = [
            longer(after),
            longer(after - interval),
            mean_over(&latency, |delay| longer(after - interval + delay)),
            mean_over(&latency, |delay| late(delay, after + interval / 2.0)),
        ];
        let label = format!("interval={interval} timeout={after} loss=0 latency={law:?}");
        let quantities = [
            "lg P(latency > T)",
            "lg P(latency > T - interval)",
            "lg P(next beat late)",
            "lg P(beats within T late)",
        ];
        for ((quantity, known), computed) in quantities.into_iter().zip(known).zip(computed) {
            let computed = libm::log10(computed);
            let six_digits = (computed - 1e-6, computed + 1e-6);
            sheet.within(&label, quantity, known, computed, six_digits, 1);
        }
        // What can be seen of a detector: beats that were sent after the timeout, but before it ran out, save the
        // node as well.
        let per_beat = mean_over(&latency, |delay| late(delay, after + delay));
        let mistakes = experiment.mistakes(after + 20.0 * interval, 40_000.0 * interval);
        mistakes.compare_per_beat(&mut sheet, &label, per_beat);
    }
    sheet.close();
}

/// loss; mistakes per beat received, mean time between mistakes in hours
const FT_10_LOSS: [(f64, f64, f64); 2] = [(0.05, 3.28125e-06, 178.2233), (0.1, 5.5e-05, 11.22334)];

/// Watches long enough for about so many mistakes.
fn check_with_loss(table: &'static str, (loss, per_beat, hours): (f64, f64, f64), mistakes_wanted: f64) {
    const RUNS: f64 = 40.0;
    let mut sheet = Sheet::of(table);
    let seconds = hours * 3600.0;
    let law = LogNormal(0.05, 0.02);
    let mistakes = experiment(1011, 2.0, 10.0, law, loss).mistakes(60.0, seconds * mistakes_wanted / RUNS);
    let label = format!("interval=2 timeout=10 loss={loss} latency={law:?}");
    mistakes.compare_per_beat(&mut sheet, &label, per_beat);
    let simulated = mistakes.exposure() / mistakes.count() as f64 / 3600.0;
    sheet.mean(&label, "hours between mistakes", hours, simulated, simulated, mistakes.count());
    sheet.close();
}

#[test]
fn ft_10_loss_of_one_beat_in_ten() {
    check_with_loss("FT-10-loss-0.1", FT_10_LOSS[1], 1000.0);
}

#[test]
#[ignore = "half a minute; run with: cargo test --release -- --ignored"]
fn ft_10_loss_of_one_beat_in_twenty() {
    check_with_loss("FT-10-loss-0.05", FT_10_LOSS[0], 1000.0);
}
