//! What nothing beats: the front of what is wanted low in two ways at once.

/// Which of these points no other beats: is lower in one of the two and no higher in the other. Of equal points all
/// are.
/// A point without a number beats nobody and is beaten.
pub(super) fn front(points: &[[f64; 2]]) -> Vec<bool> {
    let mut order: Vec<usize> =
        (0..points.len()).filter(|place| points[*place].iter().all(|value| value.is_finite())).collect();
    order.sort_by(|one, other| {
        let ([x, y], [other_x, other_y]) = (points[*one], points[*other]);
        x.total_cmp(&other_x).then(y.total_cmp(&other_y))
    });
    let mut on_front = vec![false; points.len()];
    // The lowest so far, and where along the other axis it was.
    let mut best: Option<[f64; 2]> = None;
    for place in order {
        let point = points[place];
        if best.is_none_or(|best| point[1] < best[1] || point == best) {
            on_front[place] = true;
            best = Some(point);
        }
    }
    on_front
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_is_what_comparing_all_with_all_finds() {
        // Numbers that come as chance would have them, many of them equal.
        let mut state = 12_345_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % below) as f64
        };
        for size in [0, 1, 2, 7, 60, 300] {
            for range in [2, 10, 1000] {
                let mut points: Vec<[f64; 2]> = (0..size).map(|_| [next(range), next(range)]).collect();
                if size > 5 {
                    points[3] = [f64::NAN, 0.0];
                    points[4] = [0.0, f64::INFINITY];
                }
                let beats = |one: &[f64; 2], other: &[f64; 2]| {
                    one[0] <= other[0] && one[1] <= other[1] && one != other
                };
                let is_number = |point: &[f64; 2]| point.iter().all(|value| value.is_finite());
                let expected: Vec<bool> = points
                    .iter()
                    .map(|point| {
                        let mut others = points.iter().filter(|other| is_number(other));
                        is_number(point) && !others.any(|other| beats(other, point))
                    })
                    .collect();
                assert_eq!(front(&points), expected, "{points:?}");
            }
        }
    }
}
