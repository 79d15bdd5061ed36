//! The one place where a number becomes text.

use crate::engine::time::Span;

/// A number as files hold it: nine significant digits, no exponent, nothing where there is no number.
pub fn number(value: f64) -> String {
    if value.is_finite() { rounded(value, 9) } else { String::new() }
}

/// A length in seconds to the nanosecond: nine digits would not tell instants of a long run apart.
pub fn exact_seconds(span: Span) -> String {
    const NANOS: u64 = Span::SECOND.nanos();
    let text = format!("{}.{:09}", span.nanos() / NANOS, span.nanos() % NANOS);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number as people read it: four significant digits.
pub fn short(value: f64) -> String {
    if value == f64::INFINITY {
        return "∞".to_owned();
    }
    if value != 0.0 && !(1e-4..1e7).contains(&value.abs()) {
        return format!("{value:.2e}");
    }
    grouped(&rounded(value, 4))
}

/// A number with no more digits than say how sure another one is: two of them.
pub fn rough(value: f64) -> f64 {
    format!("{value:.1e}").parse().unwrap_or(value)
}

/// A length in seconds as people read it.
pub fn seconds(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude == 0.0 || magnitude == f64::INFINITY {
        format!("{} s", short(value))
    } else if magnitude < 0.99995e-3 {
        format!("{} us", short(value * 1e6))
    } else if magnitude < 0.99995 {
        format!("{} ms", short(value * 1e3))
    } else {
        format!("{} s", short(value))
    }
}

/// Lengths in seconds in one unit, which is given with them, as finely as a difference of `step` can be seen.
pub fn seconds_apart<const N: usize>(values: [f64; N], step: f64) -> ([String; N], &'static str) {
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let (factor, unit) = match seconds(largest) {
        text if text.ends_with(" us") => (1e6, "us"),
        text if text.ends_with(" ms") => (1e3, "ms"),
        _ => (1.0, "s"),
    };
    let decimals = decimals(step * factor, 2);
    (values.map(|value| trimmed(value * factor, decimals)), unit)
}

/// A multiple of something as people read it: as finely as a difference of `step` can be seen, and two digits
/// however small it is.
pub fn multiple(value: f64, step: f64) -> String {
    if value == f64::INFINITY {
        return short(value);
    }
    trimmed(value, decimals(step, 2).max(decimals(value, 2)))
}

/// How many decimals show `digits` significant digits of `value`; those of four if it is zero.
fn decimals(value: f64, digits: usize) -> usize {
    const MOST: i32 = 9;
    if value == 0.0 || !value.is_finite() {
        return 3;
    }
    (digits as i32 - 1 - exponent(value, digits)).clamp(0, MOST) as usize
}

/// `value` with so many decimals, without trailing zeros.
fn trimmed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    grouped(if text == "-0" { "0" } else { text })
}

/// The power of ten of `value` rounded to so many significant digits: that of the printed form, so that no
/// platform's logarithm has a say.
fn exponent(value: f64, digits: usize) -> i32 {
    let scientific = format!("{value:.*e}", digits - 1);
    scientific.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// `value` rounded to so many significant digits, whole digits always kept, without trailing zeros.
fn rounded(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let decimals = (digits - 1 - exponent(value, digits as usize)).max(0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Whole digits in groups of three: `12,345`.
fn grouped(text: &str) -> String {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, rest) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let mut out = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) && whole.len() > 4 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_hold_nine_significant_digits_and_no_exponent() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (12.6, "12.6"),
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.333333333"),
            (123_456_789_012.0, "123456789012"),
            (1e-12, "0.000000000001"),
            (99.999_999_999_9, "100"),
            (-2.5, "-2.5"),
            (f64::NAN, ""),
            (f64::INFINITY, ""),
        ] {
            assert_eq!(number(value), text, "{value}");
        }
    }

    #[test]
    fn instants_are_told_apart_however_long_the_run() {
        for (nanos, text) in
            [(0, "0"), (1, "0.000000001"), (12_600_000_000, "12.6"), (200_197_990_780_600, "200197.9907806")]
        {
            assert_eq!(exact_seconds(Span::from_nanos(nanos)), text);
        }
    }

    #[test]
    fn people_read_four_significant_digits() {
        for (value, text) in [
            (0.0, "0"),
            (12.6, "12.6"),
            (12.598_76, "12.6"),
            (1234.4, "1234"),
            (12_345.6, "12,346"),
            (1e9, "1.00e9"),
            (0.000_01, "1.00e-5"),
            (f64::INFINITY, "∞"),
        ] {
            assert_eq!(short(value), text, "{value}");
        }
        for (value, text) in [(0.05, "50 ms"), (12.6, "12.6 s"), (0.000_25, "250 us"), (0.0, "0 s")] {
            assert_eq!(seconds(value), text);
        }
    }

    #[test]
    fn differences_are_shown_as_finely_as_they_are_known() {
        for (values, step, texts, unit) in [
            ([-1.9123, -2.1, -1.7], 0.2, ["-1.91", "-2.1", "-1.7"], "s"),
            ([0.481_234, 0.4622, 0.5004], 0.0191, ["481", "462", "500"], "ms"),
            ([0.000_013, -0.000_001, 0.000_027], 0.000_014, ["13", "-1", "27"], "us"),
            ([12_345.6, 12_000.0, 12_700.0], 350.0, ["12,346", "12,000", "12,700"], "s"),
            ([2.0, 2.0, 2.0], 0.0, ["2", "2", "2"], "s"),
            ([0.0, 0.0, 0.0], 0.0, ["0", "0", "0"], "s"),
            ([0.0, -1e-12, 1e-9], 0.1, ["0", "0", "0"], "us"),
        ] {
            assert_eq!(seconds_apart(values, step), (texts.map(str::to_owned), unit), "{values:?}");
        }
        for (value, step, text) in [
            (3.96, 1.0, "4"),
            (83.4, 16.0, "83"),
            (1.002_34, 0.0002, "1.00234"),
            (0.010_4, 12.0, "0.01"),
            (0.5, 0.0, "0.5"),
            (f64::INFINITY, 1.0, "∞"),
        ] {
            assert_eq!(multiple(value, step), text, "{value}");
        }
    }
}
