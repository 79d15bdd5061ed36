//! One root finder for every inverse.

/// The root of a rising function inside `bracket`, by Newton's method that
/// falls back on halving the bracket.
///
/// `excess_and_slope` gives the function's value (negative left of the root)
/// and its derivative. Newton's step is taken only while it stays inside the
/// bracket and at least halves the previous step; otherwise the bracket is
/// halved. Hence it terminates whatever the function does (the method of
/// `rtsafe`, Press et al., "Numerical Recipes", section 9.4).
pub(super) fn rising_root(
    bracket: (f64, f64),
    start: f64,
    excess_and_slope: impl Fn(f64) -> (f64, f64),
) -> f64 {
    const MOST_STEPS: u32 = 200;
    const TOLERANCE: f64 = 1e-14;
    let (mut low, mut high) = bracket;
    let inside = start > low && start < high;
    let mut at = if inside { start } else { f64::midpoint(low, high) };
    let mut last_step = high - low;
    for _ in 0..MOST_STEPS {
        let (excess, slope) = excess_and_slope(at);
        if excess == 0.0 || excess.is_nan() {
            break;
        }
        if excess < 0.0 {
            low = at;
        } else {
            high = at;
        }
        let newton = at - excess / slope;
        let shrinks = (newton - at).abs() <= 0.5 * last_step;
        let next = if newton > low && newton < high && shrinks { newton } else { f64::midpoint(low, high) };
        last_step = (next - at).abs();
        at = next;
        if last_step <= TOLERANCE * at.abs().max(1.0) {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_root_from_anywhere() {
        for start in [-9.0, -1.0, 0.0, 2.0, 9.0, f64::NAN, 1e300] {
            let root = rising_root((-10.0, 10.0), start, |x| (x * x * x - 8.0, 3.0 * x * x));
            assert!((root - 2.0).abs() < 1e-12, "from {start}: {root}");
        }
    }

    #[test]
    fn stays_in_the_bracket_without_a_root_or_a_slope() {
        let none = rising_root((0.0, 1.0), 0.5, |_| (-1.0, 0.0));
        assert!((none - 1.0).abs() < 1e-12);
        let broken = rising_root((0.0, 1.0), 0.5, |_| (f64::NAN, f64::NAN));
        assert!((0.0..=1.0).contains(&broken));
    }
}
