//! A distribution as a line that can be drawn: how many do not exceed each value.

use super::pieces::drawn;
use crate::statistics::{Interval, Pooled};

/// Steps of a line that can be told apart, in each direction.
const STEPS: f64 = 400.0;
/// Levels at which it is said between what the truth lies.
const LEVELS: u32 = 60;

/// The share of `sorted` values that does not exceed each of them, as the places of a line in steps. Steps that are too
/// small to be seen are taken together, so that there are at most about [`STEPS`] × 2 of them.
pub(super) fn steps(sorted: &[f64]) -> Vec<[f64; 2]> {
    let weighted: Vec<(f64, u64)> = sorted.iter().map(|value| (*value, 1)).collect();
    weighted_steps(&weighted)
}

/// The same of values that are there so often.
pub(super) fn weighted_steps(sorted: &[(f64, u64)]) -> Vec<[f64; 2]> {
    let (Some((first, _)), Some((last, _))) = (sorted.first(), sorted.last()) else { return Vec::new() };
    let total: u64 = sorted.iter().map(|(_, count)| count).sum();
    let width = (last - first) / STEPS;
    let mut places = vec![[drawn(*first), 0.0]];
    let mut count = 0;
    let mut values = sorted.iter().peekable();
    while let Some((value, times)) = values.next() {
        count += times;
        // Of equal values only the last has them all below it or beside it.
        if values.peek().is_some_and(|(next, _)| next == value) {
            continue;
        }
        let share = count as f64 / total as f64;
        let [x, y] = places[places.len() - 1];
        let is_seen = value - x >= width || share - y >= 1.0 / STEPS;
        if is_seen || values.peek().is_none() || places.len() == 1 {
            places.push([drawn(*value), drawn(share)]);
        }
    }
    places
}

/// Between what the true distribution lies at each value, at 95 %: by the intervals of its quantiles, which know of
/// runs that are not alike. Place, low, high.
pub(super) fn band(pooled: &Pooled) -> Vec<[f64; 3]> {
    let levels = (1..LEVELS).map(|number| f64::from(number) / f64::from(LEVELS));
    let known: Vec<(f64, Interval)> =
        levels.filter_map(|level| Some((level, pooled.quantile(level)?.interval?))).collect();
    let mut places: Vec<f64> = known.iter().flat_map(|(_, ends)| [ends.low, ends.high]).collect();
    places.retain(|place| place.is_finite());
    // Of what lies before the first value and after the last, the line says nothing either.
    if let (Some(first), Some(last)) = (pooled.quantile(0.0), pooled.quantile(1.0)) {
        places.iter_mut().for_each(|place| *place = place.clamp(first.value, last.value));
    }
    places.sort_unstable_by(f64::total_cmp);
    places.dedup();
    let at = |place: f64| {
        let least = known.iter().rev().find(|(_, ends)| ends.high <= place).map_or(0.0, |(level, _)| *level);
        // It holds from here on to the next place, so what ends at this one bounds it no more.
        let most = known.iter().find(|(_, ends)| ends.low > place).map_or(1.0, |(level, _)| *level);
        [drawn(place), drawn(least), drawn(most)]
    };
    places.into_iter().map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_a_step_where_there_are_few() {
        assert_eq!(steps(&[]), Vec::<[f64; 2]>::new());
        assert_eq!(steps(&[2.0]), [[2.0, 0.0], [2.0, 1.0]]);
        assert_eq!(
            steps(&[1.0, 2.0, 2.0, 4.0]),
            [[1.0, 0.0], [1.0, 0.25], [2.0, 0.75], [4.0, 1.0]],
            "equal values are one step"
        );
    }

    #[test]
    fn a_line_of_a_million_values_is_short_and_nobody_sees_it() {
        // Dense at first and sparse in the end, as detection times are.
        let values: Vec<f64> = (0..1_000_000).map(|n| f64::from(n) * f64::from(n) / 1e9).collect();
        let places = steps(&values);
        assert!(places.len() < 1000, "{}", places.len());
        let width = values[values.len() - 1] / STEPS;
        for (number, value) in values.iter().enumerate().step_by(997) {
            let share = (number + 1) as f64 / values.len() as f64;
            let place = places.partition_point(|[x, _]| x <= value);
            let [x, y] = places[place - 1];
            assert!(value - x <= 1.001 * width + 1e-3, "{value} is drawn at {x}");
            assert!((share - y).abs() <= 1.01 / STEPS, "{share} is drawn as {y}");
        }
        assert_eq!(places[places.len() - 1], [999.998, 1.0]);
    }

    #[test]
    fn the_band_is_about_the_line_and_narrower_with_more_values() {
        let uniform = |count: u32| {
            let run = |run: u32| (0..count).map(move |n| f64::from(n * 10 + run) / f64::from(count * 10));
            Pooled::new((0..10).map(|number| run(number).collect()))
        };
        let widest = |band: &[[f64; 3]]| band.iter().map(|[_, low, high]| high - low).fold(0.0, f64::max);
        let (few, many) = (band(&uniform(10)), band(&uniform(1000)));
        assert!(widest(&many) < widest(&few) / 3.0, "{} {}", widest(&many), widest(&few));
        // The shares that are below a value, and just after it, are both within the band that is drawn there.
        for (count, band) in [(10, few), (1000, many)] {
            let values: Vec<f64> =
                (0..count * 10).map(|number| f64::from(number) / f64::from(count * 10)).collect();
            for (number, value) in values.iter().enumerate() {
                let [.., low, high] = band[band.partition_point(|[place, ..]| place <= value).max(1) - 1];
                let share = (number + 1) as f64 / values.len() as f64;
                assert!(low <= share && share <= high, "{count}: {low} {share} {high} at {value}");
            }
        }
    }
}
