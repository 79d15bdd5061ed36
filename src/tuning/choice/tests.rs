//! Which of several settings is taken, for made-up measurements.

use super::*;
use crate::engine::digest::Digest;
use crate::measures::MEASURES;
use crate::statistics::{Estimate, Interval};
use crate::tuning::{Candidate, DetectionGoal, Goals, MistakesGoal};

/// A setting that sends so much, knows crashes in so many seconds for sure, and makes so many mistakes.
fn tried(place: u64, messages: f64, seconds: f64, mistakes: (f64, f64, f64)) -> Tried {
    let goals = Goals {
        detection: Some(DetectionGoal::read("mean < 10s").expect("a goal")),
        mistakes: Some(MistakesGoal::read("< 1/pair-day").expect("a goal")),
    };
    let (value, low, high) = mistakes;
    let estimate = |name: &str| match name {
        "messages_per_s" => Some((messages, messages, messages)),
        "detection_s_mean" => Some((seconds, seconds, seconds)),
        "mistakes_per_pair_day" => Some((value, low, high)),
        "crashes" | "detected" => Some((100.0, 100.0, 100.0)),
        _ => None,
    };
    let estimates = MEASURES.iter().map(|measure| {
        let (value, low, high) = estimate(measure.name)?;
        Some(Estimate { value, interval: Some(Interval { low, high }) })
    });
    let candidate = Candidate {
        point: vec![place as usize],
        place,
        labels: vec![place.to_string()],
        members: 10,
        forecast: messages,
    };
    Tried::of(candidate, &goals, (estimates.collect(), 10, Digest::default()), None)
}

const FEW: (f64, f64, f64) = (0.5, 0.4, 0.6);
const MANY: (f64, f64, f64) = (5.0, 4.0, 6.0);
const NONE_SEEN: (f64, f64, f64) = (0.0, 0.0, 3.0);

#[test]
fn the_cheapest_that_fails_in_nothing_is_taken() {
    let all = [
        tried(0, 10.0, 5.0, MANY),
        tried(1, 20.0, 12.0, FEW),
        tried(2, 30.0, 9.0, FEW),
        tried(3, 40.0, 2.0, FEW),
    ];
    assert_eq!(best_of(&all), Some(2));
    assert_eq!(best_of(&all[..2]), None);
}

#[test]
fn of_those_that_cost_the_same_the_sure_come_first_then_those_with_room() {
    let all = [
        tried(0, 10.0, 1.0, NONE_SEEN),
        tried(1, 10.02, 9.5, FEW),
        tried(2, 10.0, 8.0, FEW),
        tried(3, 11.0, 1.0, FEW),
    ];
    assert_eq!(alike(&all), [2, 1, 0]);
}

#[test]
fn among_equals_the_one_in_the_middle_is_taken() {
    let all: Vec<Tried> =
        (0..7).map(|place| tried(place, 10.0, 1.0 + place as f64 / 10.0, NONE_SEEN)).collect();
    assert_eq!(best_of(&all), Some(3));
}

#[test]
fn runs_are_doubled_as_often_as_it_takes_but_not_beyond_reason() {
    let open = tried(0, 10.0, 5.0, NONE_SEEN);
    assert_eq!(Doubts::about(&open.mistakes, 10), Doubts::Runs(30.0));
    assert_eq!(Doubts::about(&open.detection, 10), Doubts::None);
    assert_eq!(Doubts::next_runs(&open, 160), Some(40));
    assert_eq!(Doubts::next_runs(&open, 30), Some(30));
    assert_eq!(Doubts::next_runs(&open, 20), None, "it would not tell");
    assert_eq!(Doubts::next_runs(&tried(0, 10.0, 5.0, FEW), 160), None, "there is no doubt");
}

#[test]
fn the_nearest_is_the_least_of_those_that_stand_and_the_cheapest_of_equals() {
    let all = [tried(0, 30.0, 5.0, MANY), tried(1, 20.0, 5.0, MANY), tried(2, 10.0, 12.0, FEW)];
    let fastest = nearest(&all, |_| true, |one| one.detection.value);
    assert_eq!(fastest.map(|one| one.place), Some(1));
    assert!(nearest(&all, |_| false, |one| one.detection.value).is_none());
}
