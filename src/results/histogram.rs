//! A small text histogram, plain at 80 columns.

use super::numbers::seconds;

/// Bars of a histogram.
const BARS: usize = 12;
/// Characters of the longest bar.
const WIDEST: usize = 44;

/// The distribution of `values` in seconds as lines of text; empty where there is nothing to show.
pub(super) fn histogram(values: &[f64]) -> String {
    let (low, high) =
        values.iter().fold((f64::INFINITY, 0.0f64), |(low, high), value| (low.min(*value), high.max(*value)));
    if values.len() < 2 || high <= low {
        return String::new();
    }
    let width = round_width((high - low) / BARS as f64);
    let start = (low / width).floor() * width;
    let bars = (((high - start) / width).floor() as usize + 1).min(2 * BARS);
    let mut counts = vec![0usize; bars];
    for value in values {
        counts[(((value - start) / width) as usize).min(bars - 1)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let mut text = String::new();
    for (bar, count) in counts.iter().enumerate() {
        let from = seconds_cell(start + bar as f64 * width);
        let length = (count * WIDEST).div_ceil(most);
        text.push_str(&format!("{from:>12} |{:<WIDEST$} {count}\n", "#".repeat(length)));
    }
    text
}

fn seconds_cell(value: f64) -> String {
    seconds(if value.abs() < 1e-12 { 0.0 } else { value })
}

/// The next of 1, 2, 5 × a power of ten that is not below `width`.
fn round_width(width: f64) -> f64 {
    let mut decade = 1e-9;
    while decade < width / 10.0 {
        decade *= 10.0;
    }
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * decade).find(|round| *round >= width).unwrap_or(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_round_and_as_long_as_their_counts() {
        let text = histogram(&[1.0, 1.05, 1.4, 2.0, 2.02, 2.04, 3.3]);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("         1 s |##"), "{text}");
        assert!(lines.iter().all(|line| line.chars().count() <= 80));
        assert_eq!(
            lines.iter().filter_map(|line| line.rsplit(' ').next()?.parse::<usize>().ok()).sum::<usize>(),
            7
        );
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        for values in [&[][..], &[1.0], &[2.0, 2.0]] {
            assert_eq!(histogram(values), "");
        }
    }
}
