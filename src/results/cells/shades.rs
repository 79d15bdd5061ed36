//! Sizes as shades: a few characters that grow darker, and a legend of round bounds.

use crate::results::numbers::short;

/// From light to dark.
const SHADES: [char; 5] = [':', '░', '▒', '▓', '█'];
/// Stands for none at all.
pub(super) const NONE: char = '·';
/// Stands for what is not known.
pub(super) const UNKNOWN: char = '?';
/// Sizes that differ less than so many times are told apart by steps, others by factors.
const FEW_TIMES: f64 = 10.0;
/// Factors between bounds: 1, 2, 5, 10 …; then ten times, a hundred times, and so on.
const FINEST: [f64; 3] = [1.0, 2.0, 5.0];

/// Which shade a size has.
pub(super) struct Shades {
    /// Where each shade but the darkest ends: below this.
    bounds: Vec<f64>,
}

impl Shades {
    /// Shades for all of these sizes, of which those that are not above zero have none.
    pub(super) fn of(sizes: impl Iterator<Item = f64> + Clone) -> Shades {
        let sizes = sizes.filter(|size| size.is_finite() && *size > 0.0);
        let least = sizes.clone().fold(f64::INFINITY, f64::min);
        let most = sizes.fold(0.0, f64::max);
        let inside = |bounds: Vec<f64>| {
            let bounds = bounds.into_iter().filter(|bound| *bound > least && *bound <= most);
            bounds.collect::<Vec<f64>>()
        };
        let mut bounds = match () {
            () if least >= most => Vec::new(),
            () if most < FEW_TIMES * least => inside(even(least, most)),
            () => (0..)
                .map(|coarseness| inside(by_factors(coarseness)))
                .find(|bounds| bounds.len() <= SHADES.len())
                .unwrap_or_default(),
        };
        // One too many: the lowest two shades become one, rather than all of them twice as coarse.
        if bounds.len() == SHADES.len() {
            bounds.remove(0);
        }
        Shades { bounds }
    }

    /// The character for a size.
    pub(super) fn shade(&self, size: f64) -> char {
        if size.is_nan() {
            return UNKNOWN;
        }
        if size <= 0.0 {
            return NONE;
        }
        let place = self.bounds.iter().filter(|bound| size >= **bound).count();
        // The darkest shade is always the greatest.
        SHADES[SHADES.len() - 1 - self.bounds.len() + place]
    }

    /// What each shade stands for.
    pub(super) fn legend(&self) -> Vec<String> {
        let darkest = SHADES.len() - 1 - self.bounds.len();
        let below = self.bounds.iter().zip(&SHADES[darkest..]);
        let below = below.map(|(bound, shade)| format!("{shade} below {}", short(*bound)));
        let last = SHADES[SHADES.len() - 1];
        below
            .chain([if self.bounds.is_empty() {
                format!("{last} all others")
            } else {
                format!("{last} more")
            }])
            .collect()
    }
}

/// Round bounds from one to the other, evenly apart.
fn even(least: f64, most: f64) -> Vec<f64> {
    let width = (most - least) / SHADES.len() as f64;
    let step = round_up(width);
    let first = (least / step).ceil();
    (0..=SHADES.len()).map(|place| (first + place as f64) * step).collect()
}

/// The next of 1, 2, 5 × a power of ten that is not below `width`.
fn round_up(width: f64) -> f64 {
    (-300..300)
        .flat_map(|decade| FINEST.map(|factor| factor * power_of_ten(decade)))
        .find(|round| *round >= width)
        .unwrap_or(width)
}

/// Bounds each so many times the one before: 1, 2, 5 of each decade, then whole decades, then ever more of them.
fn by_factors(coarseness: i32) -> Vec<f64> {
    match coarseness {
        0 => (-300..300).flat_map(|decade| FINEST.map(|factor| factor * power_of_ten(decade))).collect(),
        decades => (-300 / decades..300 / decades).map(|step| power_of_ten(step * decades)).collect(),
    }
}

/// As it is written, so that bounds are the nearest numbers to what the legend says.
fn power_of_ten(decade: i32) -> f64 {
    format!("1e{decade}").parse().unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shades of sizes beside one another, and the legend.
    fn shades(sizes: &[f64]) -> (String, String) {
        let shades = Shades::of(sizes.iter().copied());
        (sizes.iter().map(|size| shades.shade(*size)).collect(), shades.legend().join(", "))
    }

    #[test]
    fn bounds_are_round_and_the_greatest_is_darkest() {
        for (sizes, picture, legend) in [
            // Rates over decades.
            (
                &[0.0, 0.5, 3.0, 40.0, 1700.0][..],
                "·:░▒█",
                ": below 1, ░ below 10, ▒ below 100, ▓ below 1000, █ more",
            ),
            // One decade too many: the two lowest are one.
            (
                &[0.05, 0.5, 3.0, 40.0, 170.0, 1700.0],
                "::░▒▓█",
                ": below 1, ░ below 10, ▒ below 100, ▓ below 1000, █ more",
            ),
            // Far more: every other decade.
            (&[1e-4, 0.5, 30.0, 5000.0], "░▒▓█", "░ below 0.01, ▒ below 1, ▓ below 100, █ more"),
            // Times within a decade or so.
            (&[0.8, 1.5, 3.0, 7.0, 19.0], ":░▒▓█", ": below 1, ░ below 2, ▒ below 5, ▓ below 10, █ more"),
            // Times close together.
            (
                &[10.1, 11.0, 12.0, 13.5, 14.9],
                ":░▒▓█",
                ": below 11, ░ below 12, ▒ below 13, ▓ below 14, █ more",
            ),
            // Two, one, none, and what is not known.
            (&[4.0, 5.0], ":█", ": below 4.4, ░ below 4.6, ▒ below 4.8, ▓ below 5, █ more"),
            (&[7.0, 7.0], "██", "█ all others"),
            (&[0.0, 0.0], "··", "█ all others"),
            (&[], "", "█ all others"),
            (&[f64::NAN, 1.0, f64::INFINITY], "?██", "█ all others"),
            (&[1e-12, 1e300], ":█", ""),
        ] {
            let (shown, told) = shades(sizes);
            assert_eq!(shown, picture, "{sizes:?}: {told}");
            assert!(legend.is_empty() || told == legend, "{sizes:?}: {told}");
        }
    }
}
