//! Integrals of functions that may jump, and that may be as small as 10⁻¹⁰⁰ all over.

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// The points and weights of Gauss and Kronrod on one half of −1 to 1: where, weight of fifteen, weight of
/// seven.
const HALF: [(f64, f64, f64); 8] = [
    (0.991_455_371_120_812_6, 0.022_935_322_010_529_224, 0.0),
    (0.949_107_912_342_758_5, 0.063_092_092_629_978_55, 0.129_484_966_168_869_7),
    (0.864_864_423_359_769_1, 0.104_790_010_322_250_18, 0.0),
    (0.741_531_185_599_394_4, 0.140_653_259_715_525_92, 0.279_705_391_489_276_64),
    (0.586_087_235_467_691_1, 0.169_004_726_639_267_9, 0.0),
    (0.405_845_151_377_397_2, 0.190_350_578_064_785_4, 0.381_830_050_505_118_9),
    (0.207_784_955_007_898_47, 0.204_432_940_075_298_9, 0.0),
    (0.0, 0.209_482_141_084_727_82, 0.417_959_183_673_469_4),
];

thread_local! {
    /// How often functions may still be asked.
    static LEFT: Cell<u64> = const { Cell::new(MOST) };
}

/// So often is a function asked for one closed form, in integrals within integrals too: a second or two.
pub(super) const MOST: u64 = 3_000_000;

/// Computes something, unless that takes more than so many steps.
pub(super) fn within_reason<T>(steps: u64, compute: impl FnOnce() -> T) -> Option<T> {
    LEFT.set(steps);
    let computed = compute();
    (LEFT.get() > 0).then_some(computed)
}

/// One stretch of an integral.
struct Stretch {
    from: f64,
    to: f64,
    value: f64,
    /// How far that may be off.
    doubt: f64,
}

impl Stretch {
    fn of(f: &impl Fn(f64) -> f64, from: f64, to: f64) -> Stretch {
        LEFT.set(LEFT.get().saturating_sub(2 * HALF.len() as u64));
        if LEFT.get() == 0 {
            return Stretch { from, to, value: 0.0, doubt: 0.0 }; // Nobody will use it.
        }
        let (middle, half) = (f64::midpoint(from, to), 0.5 * (to - from));
        let (mut fifteen, mut seven) = (0.0, 0.0);
        for (place, fine, coarse) in HALF {
            let both =
                if place == 0.0 { f(middle) } else { f(middle - half * place) + f(middle + half * place) };
            fifteen += fine * both;
            seven += coarse * both;
        }
        Stretch { from, to, value: half * fifteen, doubt: (half * (fifteen - seven)).abs() }
    }
}

impl PartialEq for Stretch {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Stretch {}

impl PartialOrd for Stretch {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Stretch {
    /// The more doubtful is the greater.
    fn cmp(&self, other: &Self) -> Ordering {
        self.doubt.total_cmp(&other.doubt)
    }
}

/// The integral of `f` from the least to the greatest of `marks`, to about eleven digits where it can be had.
///
/// `marks` are where `f` is suspected of jumping or bending, in any order. The most doubtful stretch is
/// halved until none matters, so a jump that nobody marked is closed in on.
pub(super) fn integral(f: impl Fn(f64) -> f64, marks: &[f64]) -> f64 {
    const DIGITS: f64 = 1e-11;
    const MOST_STRETCHES: usize = 1500;
    let mut marks: Vec<f64> = marks.iter().copied().filter(|mark| mark.is_finite()).collect();
    marks.sort_unstable_by(f64::total_cmp);
    marks.dedup();
    let mut stretches: BinaryHeap<Stretch> =
        marks.windows(2).map(|ends| Stretch::of(&f, ends[0], ends[1])).collect();
    for _ in 0..MOST_STRETCHES {
        let value: f64 = stretches.iter().map(|stretch| stretch.value).sum();
        let doubt: f64 = stretches.iter().map(|stretch| stretch.doubt).sum();
        if doubt <= DIGITS * value.abs() {
            break;
        }
        let Some(Stretch { from, to, .. }) = stretches.pop() else { break };
        let middle = f64::midpoint(from, to);
        stretches.push(Stretch::of(&f, from, middle));
        stretches.push(Stretch::of(&f, middle, to));
    }
    // From the small to the large, so that the sum does not depend on how the heap lies.
    let mut values: Vec<f64> = stretches.into_iter().map(|stretch| stretch.value).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrals_of_the_books() {
        let jumps = |x: f64| if x < 0.3 { 1.0 } else { 2.0 };
        for (what, found, known) in [
            ("a polynomial", integral(|x| x * x * x, &[0.0, 2.0]), 4.0),
            ("one that decays fast", integral(|x| libm::exp(-50.0 * x), &[1.0, 0.0]), 0.02),
            ("a tiny one", integral(|x| 1e-200 * libm::exp(-x), &[0.0, 40.0]), 1e-200),
            ("a jump that is marked", integral(jumps, &[0.0, 0.3, 1.0]), 1.7),
            ("a jump that is not", integral(jumps, &[0.0, 1.0]), 1.7),
            ("a logarithm at its end", integral(|x| -libm::log(x), &[0.0, 1.0]), 1.0),
            ("nothing", integral(|_| 0.0, &[0.0, 1.0]), 0.0),
            ("no stretch", integral(|x| x, &[1.0, 1.0]), 0.0),
        ] {
            assert!((found - known).abs() <= 1e-9 * known, "{what}: {found}, not {known}");
        }
    }
}
