//! What is gained by giving two scenarios the same chances is what seeds of their own would have lost.

use hbsim::measures::Method;
use hbsim::results::Compared;
use hbsim::statistics::Gap;

use super::experiment::{read, simulate};
use super::sheet::Sheet;

/// Runs of each. The variance of 400 differences is known to within 7 % (one standard error).
const RUNS: u32 = 400;

fn compared(seed: u32, detector: &str) -> Compared {
    let scenario = read(&format!(
        "name = \"same-chances\"\nseed = {seed}\nduration = \"5m\"\nreplications = {RUNS}\ncluster = {{ nodes = 10 }}\n\
         topology = {{ kind = \"centralized\", interval = \"1s\" }}\ndetector = {{ {detector} }}\n\
         network = {{ latency = {{ kind = \"exponential\", mean = \"100ms\" }}, loss = 0.1 }}\n\
         faults = [{{ kind = \"crash\", nodes = \"each\", mtbf = \"2m\", for = \"20s\" }}]\n"
    ));
    Compared::of(&scenario, &simulate(&scenario))
}

fn width(gap: Gap) -> f64 {
    let ends = gap.estimate.interval.expect("many runs");
    ends.high - ends.low
}

#[test]
fn pairing_gains_what_seeds_of_their_own_lose() {
    let mut sheet = Sheet::of("same-chances");
    let (timeout, misses) = ("kind = \"timeout\", timeout = \"2.5s\"", "kind = \"misses\", misses = 3");
    let reference = compared(6301, timeout);
    let (same, other) = (compared(6301, misses), compared(6302, misses));
    assert_eq!((same.unpaired(&reference), other.unpaired(&reference).is_some()), (None, true));
    let (paired, unpaired) = (same.differences(&reference), other.differences(&reference));
    let measures = [
        "detection_s_mean",
        "mistakes_per_pair_day",
        "mistakes",
        "healthy_out_of_service_s",
        "dead_in_service_s",
        "query_accuracy",
    ];
    for name in measures {
        let [paired, unpaired] = [&paired, &unpaired].map(|all| {
            *all.iter().find(|difference| difference.measure.name == name).expect("there is such a measure")
        });
        assert_eq!(
            (paired.method, unpaired.method),
            (Some(Method::Paired), Some(Method::Unpaired)),
            "{name}"
        );
        let (pair, apart) = (paired.difference.expect("a value"), unpaired.difference.expect("a value"));
        let told = pair.variance_ratio.expect("chance has a say");
        let seen = width(apart) * width(apart) / (width(pair) * width(pair));
        // Two variances, each with a relative standard error of √(2/399): four of both are 40 %.
        let allowed = 4.0 * (2.0 * 2.0 / f64::from(RUNS - 1)).sqrt();
        let limits = (seen * (1.0 - allowed), seen * (1.0 + allowed));
        sheet.within(
            "timeout 2.5 s, misses 3",
            &format!("variance ratio of {name}"),
            told,
            seen,
            limits,
            400,
        );
        assert!(told > 1.0, "{name} gains {told}");
        // What pairs say of the difference is what independent runs say of it: half a width is 2 standard errors.
        let both = (width(apart) * width(apart) + width(pair) * width(pair)).sqrt();
        let (value, truth) = (pair.estimate.value, apart.estimate.value);
        sheet.within("timeout 2.5 s, misses 3", name, truth, value, (value - both, value + both), 400);
    }
    sheet.close();
}
