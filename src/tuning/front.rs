//! What no other setting beats in everything, and where on that front a step costs most for what it gives.

/// The points that no other is as small as in everything and smaller in something, in the order of `points`. Of
/// several that are the same only the first; none with a coordinate that is no finite number.
pub fn front<const N: usize>(points: &[[f64; N]]) -> Vec<usize> {
    let is_point = |point: &[f64; N]| point.iter().all(|coordinate| coordinate.is_finite());
    let beats = |one: &[f64; N], other: &[f64; N]| {
        one.iter().zip(other).all(|(one, other)| one <= other)
            && one.iter().zip(other).any(|(one, other)| one < other)
    };
    let stays = |(place, point): (usize, &[f64; N])| {
        is_point(point)
            && !points.iter().any(|other| is_point(other) && beats(other, point))
            && !points[..place].contains(point)
    };
    (0..points.len()).filter(|place| stays((*place, &points[*place]))).collect()
}

/// The knee of a front of positive coordinates: the point that is nearest to the corner in which everything would be
/// as small as it is anywhere on the front, where each coordinate is the share of the logarithmic way from its
/// smallest to its largest value. Of a front of fewer than three points there is none.
///
/// On a front of two coordinates that is bent towards the corner this is the point that lies farthest from the line
/// through its ends, or next to it. But fronts of mistakes are bent the other way where each beat more that is borne
/// divides them by the same factor; there the farthest from the line would be an end.
pub fn knee<const N: usize>(points: &[[f64; N]]) -> Option<usize> {
    if points.len() < 3 {
        return None;
    }
    let logarithm = |point: &[f64; N]| point.map(libm::log);
    let logs: Vec<[f64; N]> = points.iter().map(logarithm).collect();
    let mut distance = vec![0.0; points.len()];
    for axis in 0..N {
        let along = || logs.iter().map(|point| point[axis]);
        let (low, high) = (along().fold(f64::INFINITY, f64::min), along().fold(f64::NEG_INFINITY, f64::max));
        if high > low {
            let share = |log: f64| (log - low) / (high - low);
            distance.iter_mut().zip(along()).for_each(|(sum, log)| *sum += share(log) * share(log));
        }
    }
    let least = |one: &(usize, f64), other: &(usize, f64)| one.1.total_cmp(&other.1);
    distance.into_iter().enumerate().min_by(least).map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_is_what_nothing_beats() {
        let points =
            [[1.0, 5.0], [2.0, 4.0], [2.0, 6.0], [3.0, 4.0], [4.0, 1.0], [4.0, 1.0], [0.5, f64::NAN]];
        assert_eq!(front(&points), [0, 1, 4]);
        assert_eq!(front::<2>(&[]), [0usize; 0]);
    }

    #[test]
    fn the_knee_is_where_a_step_costs_most_for_what_it_gives() {
        // y = 100/x up to 10, and then hardly any less: on logarithmic scales a bend at x = 10.
        let points: Vec<[f64; 2]> = (0..=20)
            .map(|step| {
                let x = libm::exp10(f64::from(step) / 10.0);
                [x, if x <= 10.0 { 1e4 / (x * x * x * x) } else { 1.0 / libm::sqrt(x / 10.0) }]
            })
            .collect();
        let bend = knee(&points);
        assert!(bend == Some(9) || bend == Some(10), "{bend:?}");
        assert_eq!(knee(&points[..2]), None);
        // A coordinate that is the same for all has no say.
        let flat: Vec<[f64; 3]> = points.iter().map(|[x, y]| [*x, 7.0, *y]).collect();
        assert_eq!(knee(&flat), bend);
    }

    #[test]
    fn a_front_that_is_bent_the_other_way_has_its_knee_inside_too() {
        // Each step of x divides y by ten, so the logarithm of y falls ever faster with that of x.
        let points: Vec<[f64; 2]> =
            (1..=20).map(|step| [f64::from(step), libm::exp10(-f64::from(step))]).collect();
        let knee = knee(&points).expect("there are enough");
        assert!((3..17).contains(&knee), "{knee}");
    }
}
