//! The formulas as a person would write them, and with their numbers.

use super::silence::Start;

/// A number with six digits.
pub(super) fn figure(number: f64) -> String {
    const DIGITS: i32 = 6;
    if number == 0.0 || !number.is_finite() {
        return if number == f64::INFINITY { "infinity".to_owned() } else { number.to_string() };
    }
    let magnitude = libm::floor(libm::log10(number.abs())) as i32;
    if !(-4..9).contains(&magnitude) {
        let text = format!("{number:.*e}", DIGITS as usize - 1);
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.'));
    }
    let text = format!("{number:.*}", (DIGITS - 1 - magnitude).max(0) as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// So many seconds.
pub(super) fn seconds(seconds: f64) -> String {
    if seconds == f64::INFINITY { "never".to_owned() } else { format!("{} s", figure(seconds)) }
}

/// The formula of a wait that chance makes longer or shorter.
pub(super) fn of_wait(start: Start, bursts: bool, looks: bool) -> String {
    let product = match start {
        Start::Arrival => {
            "P = (1 - p) × E[u_1 × u_2 × ...], with u_j = p + (1 - p) × P(delay > D + silence - j × interval), over the \
             delay D of the last beat heard"
        }
        Start::Due => {
            "P = (1 - p) × P(delay ≤ silence) × u_1 × u_2 × ..., with u_j = p + (1 - p) × P(delay > silence - j × \
             interval)"
        }
        Start::Tick(_) => {
            "P = (1 - p) × E[u_1 × u_2 × ...], with u_j = p + (1 - p) × P(delay > tick + silence - j × interval), over \
             the first tick after the last beat heard"
        }
    };
    let bursts =
        if bursts { ", where p is that of the link as it is, good or bad, and changes with it" } else { "" };
    let looks = if looks {
        ", on average over the wait for the next look or tick, by which silence is longer"
    } else {
        ""
    };
    format!(
        "{product}{bursts}{looks}; E(T_MR) = interval / P; P_A = 1 - share of time in which the last beat heard is too \
         old; E(T_M) = (1 - P_A) × E(T_MR)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_six_digits() {
        for (number, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (0.1, "0.1"),
            (1.0 / 3.0, "0.333333"),
            (1111.1111, "1111.11"),
            (123_456_789.0, "123456789"),
            (1.25e-7, "1.25e-7"),
            (2e12, "2e12"),
            (f64::INFINITY, "infinity"),
        ] {
            assert_eq!(figure(number), text);
        }
    }
}
