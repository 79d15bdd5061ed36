//! How surely a goal stands, for made-up measurements.

use super::*;

fn finding(value: f64, interval: Option<(f64, f64)>, calculated: Option<f64>) -> Finding {
    let interval = interval.map(|(low, high)| Interval { low, high });
    Finding::new(Some(Estimate { value, interval }), calculated)
}

const NEVER: f64 = f64::INFINITY;

#[test]
fn a_goal_is_met_or_missed_only_if_the_end_that_matters_says_so() {
    for (value, interval, calculated, status) in [
        (5.0, Some((4.0, 6.0)), None, Status::Met),
        (9.0, Some((7.0, 11.0)), None, Status::Open),
        (9.0, Some((7.0, NEVER)), None, Status::Open),
        (11.0, Some((9.0, 13.0)), None, Status::Open),
        (12.0, Some((10.0, 14.0)), None, Status::Missed),
        (5.0, None, None, Status::Open),
        // What was simulated comes first, what was calculated decides where that cannot.
        (0.0, Some((0.0, 30.0)), Some(9.9), Status::Met),
        (0.0, Some((0.0, 30.0)), Some(10.1), Status::Missed),
        (12.0, Some((11.0, 14.0)), Some(9.9), Status::Missed),
        (0.0, Some((0.0, 3.0)), None, Status::Met),
        // Nobody ever knew of a crash.
        (NEVER, None, None, Status::Missed),
        // Nobody crashed.
        (f64::NAN, None, None, Status::Open),
    ] {
        let judged = finding(value, interval, calculated).judged(10.0);
        assert_eq!(judged.status, Some(status), "{value} {interval:?} {calculated:?}");
    }
}

#[test]
fn that_a_calculation_decided_is_known() {
    let zero = |calculated| finding(0.0, Some((0.0, 30.0)), calculated).judged(10.0);
    assert!(zero(Some(1.0)).is_judged_by_calculation());
    assert!(zero(Some(100.0)).is_judged_by_calculation());
    assert!(!zero(None).is_judged_by_calculation());
    assert!(!finding(1.0, Some((0.5, 2.0)), Some(1.0)).judged(10.0).is_judged_by_calculation());
}

#[test]
fn what_fails_fails_by_how_far_it_is_off_and_what_may_do_does_not_fail() {
    let excess = |value, interval| finding(value, interval, None).judged(10.0).excess();
    assert_eq!(excess(5.0, Some((4.0, 6.0))), 0.0);
    assert_eq!(excess(9.0, Some((7.0, 11.0))), 0.0);
    assert!((excess(20.0, Some((15.0, 25.0))) - libm::log(2.0)).abs() < 1e-12);
    assert!(excess(11.0, Some((9.0, 13.0))) > 0.0);
    assert!(excess(NEVER, None) > 10.0);
    // Without a goal there is nothing to fail.
    assert_eq!(finding(20.0, None, None).excess(), 0.0);
}

#[test]
fn how_many_times_as_many_runs_would_tell_follows_from_what_is_missing() {
    let times = |value, interval, of_quantile| {
        finding(value, interval, None).judged(10.0).with_runs_to_tell(of_quantile).runs_to_tell
    };
    assert_eq!(times(5.0, Some((4.0, 6.0)), None), None, "nothing is open");
    assert_eq!(times(0.0, Some((0.0, 30.0)), None), Some(3.0), "three times as long without any");
    assert_eq!(times(9.0, Some((8.0, NEVER)), Some(3.68)), Some(3.68), "more crashes");
    assert_eq!(times(9.0, Some((8.0, NEVER)), None), None, "no number of runs bounds the longest");
    assert_eq!(times(9.0, None, None), Some(2.0), "one run has no interval");
    assert_eq!(times(9.0, Some((7.0, 11.0)), None), Some(4.0), "an interval half as wide");
}
