//! A line of small bars, plain at 80 columns.

/// Bars from the lowest to the highest.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// One bar for each value, the greatest of them the highest. Nothing stands for nothing, and the lowest bar for as little
/// as one likes.
pub(super) fn sparkline(values: &[f64]) -> String {
    let most = values.iter().copied().filter(|value| value.is_finite()).fold(0.0, f64::max);
    values.iter().map(|value| bar(*value, most)).collect()
}

fn bar(value: f64, most: f64) -> char {
    if value.is_nan() || value <= 0.0 {
        return ' ';
    }
    // A share first, so that nothing huge grows beyond what a number holds.
    let height = (value / most * BARS.len() as f64).ceil() as usize;
    BARS[height.clamp(1, BARS.len()) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_their_values_and_nothing_has_none() {
        for (values, line) in [
            (&[][..], ""),
            (&[0.0], " "),
            (&[0.0, 0.0, 0.0], "   "),
            (&[7.0], "█"),
            (&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], "▁▂▃▄▅▆▇█"),
            (&[8.0, 0.0, 1.1, 0.001], "█ ▂▁"),
            (&[1e-300, 5e-301], "█▄"),
            (&[f64::MAX, f64::MAX / 2.0, 1.0], "█▄▁"),
            (&[f64::NAN, f64::INFINITY, 2.0, -1.0], " ██ "),
            (&[f64::INFINITY], "█"),
        ] {
            assert_eq!(sparkline(values), line, "{values:?}");
        }
    }

    #[test]
    fn a_line_is_as_long_as_its_values_and_plain() {
        let line = sparkline(&(0..44).map(f64::from).collect::<Vec<_>>());
        assert_eq!(line.chars().count(), 44);
        assert!(!line.contains(|c: char| c.is_control()), "{line}");
    }
}
