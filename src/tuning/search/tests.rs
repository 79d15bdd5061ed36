//! The search on made-up functions, whose best is known.

use super::*;

fn dial(values: usize, judges_only: bool, stride: usize) -> Dial {
    Dial { values, judges_only, is_ordered: true, stride }
}

/// Searches to the end, and says what is best and how many settings and traffics it took.
fn searched(dials: &[Dial], score: impl Fn(&Point) -> Option<Score>) -> (Option<Point>, usize, usize) {
    let mut search = Search::new(dials.to_vec());
    let mut known = BTreeMap::new();
    let mut passes = 0;
    let mut points = search.first();
    while !points.is_empty() {
        passes += points.iter().map(|point| traffic(dials, point)).collect::<BTreeSet<_>>().len();
        for point in points {
            let before = known.insert(point.clone(), score(&point));
            assert!(before.is_none(), "{point:?} is tried twice");
        }
        points = search.next(&known);
    }
    let met = known.iter().filter(|(_, score)| score.is_some_and(|score| score.excess == 0.0));
    let cost = |point: &Point| score(point).map_or(f64::INFINITY, |score| score.traffic);
    let best = met.min_by(|(one, _), (other, _)| cost(one).total_cmp(&cost(other)));
    (best.map(|(point, _)| point.clone()), known.len(), passes)
}

/// An interval and a timeout from 0.1 s on in steps of 5 %: silence must be borne for `beats` intervals, and no
/// longer than 10 s. The longest interval is the best.
fn beats_and_silence(beats: f64) -> impl Fn(&Point) -> Option<Score> {
    let seconds = |step: usize| 0.1 * libm::exp(0.05 * step as f64);
    move |point| {
        let (interval, timeout) = (seconds(point[0]), seconds(point[1]));
        let early = libm::log(beats * interval / timeout).max(0.0);
        let late = libm::log(timeout / 10.0).max(0.0);
        Some(Score {
            traffic: 1.0 / interval,
            excess: early + late,
            room: -libm::fabs(libm::log(timeout / 9.0)),
        })
    }
}

#[test]
fn it_finds_the_best_to_the_last_step_in_few_passes() {
    for beats in [1.0, 2.0, 3.3, 7.9, 20.0] {
        let dials = [dial(97, false, 16), dial(97, true, 4)];
        let score = beats_and_silence(beats);
        let (best, tried, passes) = searched(&dials, &score);
        let all = product(&[(0..97).collect(), (0..97).collect()]);
        let met = all.iter().filter_map(&score).filter(|score| score.excess == 0.0);
        let least = met.map(|score| score.traffic).fold(f64::INFINITY, f64::min);
        let found = best.and_then(|point| score(&point)).map_or(f64::INFINITY, |score| score.traffic);
        assert!((found - least).abs() < 1e-12, "{beats}: {found} instead of {least}");
        assert!(tried < 97 * 97 / 10 && passes < 40, "{beats}: {tried} settings in {passes} passes");
    }
}

#[test]
fn what_has_no_order_is_tried_one_by_one_and_never_between() {
    let kinds = Dial { values: 3, judges_only: true, is_ordered: false, stride: 16 };
    let dials = [kinds, dial(33, false, 8)];
    let (best, ..) = searched(&dials, |point| {
        let limit = [4, 29, 11][point[0]];
        let excess = point[1].saturating_sub(limit) as f64;
        Some(Score { traffic: 1.0 / (1.0 + point[1] as f64), excess, room: 0.0 })
    });
    assert_eq!(best, Some(vec![1, 29]));
}

#[test]
fn settings_that_cannot_be_are_passed_by() {
    let dials = [dial(65, false, 16)];
    let (best, ..) = searched(&dials, |point| {
        let is_valid = point[0] >= 20;
        is_valid.then(|| Score { traffic: 100.0 - point[0] as f64, excess: 0.0, room: 0.0 })
    });
    assert_eq!(best, Some(vec![64]));
}

#[test]
fn where_no_setting_will_do_it_ends_all_the_same() {
    let dials = [dial(65, false, 16), dial(65, true, 4)];
    let (best, tried, _) = searched(&dials, |point| {
        let excess = 1.0 + libm::fabs(point[0] as f64 - 37.0) + libm::fabs(point[1] as f64 - 5.0);
        Some(Score { traffic: 1.0, excess, room: 0.0 })
    });
    assert_eq!(best, None);
    assert!(tried < 600, "{tried}");
}
