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
    let losses = if bursts { ", by the chain of good and bad links" } else { "" };
    let deadline = match start {
        Start::Arrival => "D + silence, where D is the delay of the last beat",
        Start::Due => "the silence after the last beat was due",
        Start::Tick(_) => "the tick that ends the silence of the last beat",
    };
    let looks = if looks { ", on average over the wait for the next look" } else { "" };
    format!(
        "P = E[(beat 0 is heard) x product over j >= 1 of P(beat j, due j intervals later, is not heard by {deadline})]\
         {losses}{looks}; E(T_MR) = interval / P; P_A = 1 - integral of P(silent for too long) over an interval / \
         interval; E(T_M) = (1 - P_A) x E(T_MR)"
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
