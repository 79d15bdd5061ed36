//! Ranges: many values in a few words, such as `1s..10s step 1s`.
//!
//! Steps are exact: durations are whole nanoseconds, numbers are calculated with in decimals, so that steps of
//! 0.1 come out as 0.1, 0.2, 0.3. Values that divide a range in equal ratios are rounded to three significant
//! digits, or as many more as it takes to tell them apart, so that they can be read.

use super::Sweep;
use crate::document::{Kind, printable};
use crate::engine::time::Span;

/// What is wrong with a range, and what to write instead.
type Wrong = (String, String);

/// What a range is a range of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Duration,
    Whole,
    Fraction,
}

/// A number as it was written: `digits` × 10^-`places`. Durations are in nanoseconds.
#[derive(Clone, Copy, Debug)]
struct Decimal {
    digits: i128,
    places: u32,
    sort: Sort,
}

/// More digits than this are no value of any scenario; two such numbers can be brought to the same places.
const MOST_DIGITS: u32 = 18;

/// The values of a range.
pub(super) struct Values {
    pub(super) kinds: Vec<Kind>,
    /// How far apart those are that the range itself asks for; those between them are for whoever searches.
    pub(super) stride: usize,
}

/// Where a search begins in a range that does not say how to get from one end to the other.
const FIRST_LOOK: &str = "5";

/// The values of a range, or what is wrong with it and what to write instead. Between two that divide it in equal
/// ratios, `halvings` times more are put into the middle.
pub(super) fn values(text: &str, halvings: u32) -> Result<Values, Wrong> {
    let plain = |kinds| Values { kinds, stride: 1 };
    let wrong = |reason: &str, remedy: &str| (reason.to_owned(), remedy.to_owned());
    let Some((first, rest)) = text.split_once("..") else {
        let text = printable(text.trim());
        let remedy =
            format!("for this one value, write [\"{text}\"]; a range is written \"1s..10s step 1s\"");
        return Err((format!("`{text}` is not a range"), remedy));
    };
    let stepped = rest.split_once("step").map(|(last, step)| (last, "step", step));
    let (last, how, by) = stepped
        .or_else(|| rest.split_once("log").map(|(last, count)| (last, "log", count)))
        .unwrap_or((rest, "", ""));
    let (first, last) = (bound(first, text)?, bound(last, text)?);
    if (first.sort == Sort::Duration) != (last.sort == Sort::Duration) {
        return Err(wrong("a range of a duration and a number", "give both ends a unit, or none"));
    }
    if less(last, first) || !less(first, last) {
        let reason = format!("a range goes up, and {} is not above {}", last.shown(), first.shown());
        return Err((reason, "write the smaller end first".to_owned()));
    }
    match how {
        "log" => in_equal_ratios(first, last, by, halvings),
        "step" => in_steps(first, last, bound(by, text)?).map(plain),
        _ if first.sort == Sort::Whole && last.sort == Sort::Whole => {
            in_steps(first, last, Decimal { digits: 1, ..first }).map(plain)
        }
        _ if halvings > 0 => in_equal_ratios(first, last, FIRST_LOOK, halvings),
        _ => {
            let text = printable(text.trim());
            let remedy =
                format!("write \"{text} step …\", or \"{text} log 5\" for five values in equal ratios");
            Err(("it is not said how to get from one end to the other".to_owned(), remedy))
        }
    }
}

/// A number or a duration of the range `range`.
fn bound(text: &str, range: &str) -> Result<Decimal, Wrong> {
    let text = text.trim();
    if let Some(number) = decimal(text) {
        return Ok(number);
    }
    if text.is_empty() {
        return Err(("a range without an end".to_owned(), "write it like \"1s..10s step 1s\"".to_owned()));
    }
    let looks_like_one = text.starts_with(|c: char| c.is_ascii_digit());
    match text.parse::<Span>() {
        Ok(span) => Ok(Decimal { digits: i128::from(span.nanos()), places: 0, sort: Sort::Duration }),
        Err(why) if looks_like_one && text.ends_with(char::is_alphabetic) => {
            Err((why.to_string(), "write it like \"1s..10s step 1s\"".to_owned()))
        }
        Err(_) => {
            let reason = format!("`{}` is neither a number nor a duration", printable(text));
            let range = printable(range.trim());
            Err((reason, format!("if \"{range}\" is one value, write it as a list: [\"{range}\"]")))
        }
    }
}

/// The number that `text` is, exactly, unless it has too many digits.
fn decimal(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |digits: &str| digits.chars().all(|c| c.is_ascii_digit());
    let unsigned = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    let is_number = !unsigned.is_empty() && is_digits(unsigned) && is_digits(fraction);
    if !is_number || (mantissa.contains('.') && fraction.is_empty()) {
        return None;
    }
    let most = MOST_DIGITS as usize;
    if unsigned.len() + fraction.len() > most || exponent.unsigned_abs() > MOST_DIGITS {
        return None;
    }
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let sort = if mantissa.len() < text.len() || !fraction.is_empty() { Sort::Fraction } else { Sort::Whole };
    let places = fraction.len() as i32 - exponent;
    let shift = 10i128.pow(places.min(0).unsigned_abs());
    let digits =
        digits.checked_mul(shift).filter(|digits| digits.unsigned_abs() < 10u128.pow(MOST_DIGITS))?;
    let places = places.max(0) as u32;
    (places <= MOST_DIGITS).then_some(Decimal { digits, places, sort })
}

impl Decimal {
    /// The same number with at least so many decimal places.
    fn with_places(self, places: u32) -> Decimal {
        let more = places.saturating_sub(self.places);
        Decimal { digits: self.digits * 10i128.pow(more), places: self.places + more, ..self }
    }

    /// It as a value of a scenario.
    fn kind(self) -> Kind {
        match self.sort {
            Sort::Duration => Kind::Text(self.shown()),
            Sort::Whole => Kind::Integer(i64::try_from(self.digits).ok()),
            // The nearest float to the decimal, as if it had been written out.
            Sort::Fraction => Kind::Float(self.shown().parse().unwrap_or(f64::NAN)),
        }
    }

    fn shown(self) -> String {
        if self.sort == Sort::Duration {
            return Span::from_nanos(u64::try_from(self.digits).unwrap_or(0)).to_string();
        }
        let scale = 10u128.pow(self.places);
        let (sign, size) = (if self.digits < 0 { "-" } else { "" }, self.digits.unsigned_abs());
        match self.places {
            0 => format!("{sign}{size}"),
            places => format!("{sign}{}.{:0width$}", size / scale, size % scale, width = places as usize),
        }
    }

    fn float(self) -> f64 {
        if self.sort == Sort::Duration {
            self.digits as f64
        } else {
            self.shown().parse().unwrap_or(f64::NAN)
        }
    }
}

fn less(one: Decimal, other: Decimal) -> bool {
    let places = one.places.max(other.places);
    one.with_places(places).digits < other.with_places(places).digits
}

/// `first`, and on by `step` as far as `last`.
fn in_steps(first: Decimal, last: Decimal, step: Decimal) -> Result<Vec<Kind>, Wrong> {
    if (step.sort == Sort::Duration) != (first.sort == Sort::Duration) {
        let (what, remedy) = match first.sort {
            Sort::Duration => ("duration", "give the step a unit: step 1s"),
            _ => ("number", "give the step no unit: step 1"),
        };
        return Err((format!("a step from {what} to {what} is a {what} too"), remedy.to_owned()));
    }
    if step.digits <= 0 {
        let reason = format!("a step of {} never arrives", step.shown());
        return Err((reason, "write a step above zero".to_owned()));
    }
    let places = first.places.max(last.places).max(step.places);
    let is_whole = [first, last, step].iter().all(|number| number.sort == Sort::Whole);
    let sort = match first.sort {
        Sort::Duration => Sort::Duration,
        _ if is_whole => Sort::Whole,
        _ => Sort::Fraction,
    };
    let [first, last, step] = [first, last, step].map(|number| number.with_places(places).digits);
    let steps = (last - first) / step;
    if steps >= Sweep::MOST_VALUES as i128 {
        let reason = format!("{} values are more than {}", steps + 1, Sweep::MOST_VALUES);
        return Err((reason, "take longer steps".to_owned()));
    }
    let kinds = (0..=steps).map(|count| Decimal { digits: first + count * step, places, sort }.kind());
    Ok(kinds.collect())
}

/// As many values as `count` says from `first` to `last`, each so many times the one before it, and what lies in the
/// middle between them.
fn in_equal_ratios(first: Decimal, last: Decimal, count: &str, halvings: u32) -> Result<Values, Wrong> {
    let count = match count.trim().parse::<usize>() {
        Ok(count) if (2..=Sweep::MOST_VALUES).contains(&count) => count,
        _ => {
            let most = Sweep::MOST_VALUES;
            let reason = format!("`{}` is not how many values, from 2 to {most}", printable(count.trim()));
            return Err((reason, "write how many values after log: \"1s..100s log 5\"".to_owned()));
        }
    };
    if first.digits <= 0 {
        let reason = format!("equal ratios never lead from {} to {}", first.shown(), last.shown());
        return Err((reason, "begin above zero, or take steps".to_owned()));
    }
    let count = ((count - 1) << halvings) + 1;
    let sort = match (first.sort, last.sort) {
        (Sort::Whole, Sort::Fraction) => Sort::Fraction,
        (sort, _) => sort,
    };
    let (low, high) = (first.float(), last.float());
    let growth = libm::log(high / low) / (count - 1) as f64;
    let exact: Vec<f64> = (1..count - 1).map(|place| low * libm::exp(growth * place as f64)).collect();
    let mut best: Vec<Decimal> = Vec::new();
    for digits in 3..=15 {
        let rounded = apart(first, last, exact.iter().filter_map(|value| rounded(*value, digits, sort)));
        if rounded.len() > best.len() || digits == 3 {
            best = rounded;
        }
        if best.len() == exact.len() {
            break;
        }
    }
    // Whole numbers may be too few to lie that close; then every one of them is as good as another.
    let stride = if best.len() == exact.len() { 1 << halvings } else { 1 };
    let all = [first].into_iter().chain(best).chain([last]);
    Ok(Values { kinds: all.map(|number| Decimal { sort, ..number }.kind()).collect(), stride })
}

/// `value` with so many significant digits.
fn rounded(value: f64, digits: usize, sort: Sort) -> Option<Decimal> {
    let few: f64 = format!("{value:.*e}", digits - 1).parse().ok()?;
    match sort {
        Sort::Fraction => {
            decimal(&format!("{:.*e}", digits - 1, few)).map(|number| Decimal { sort, ..number })
        }
        // Rounded once: 7.499 is 7, and not first 7.5.
        _ if few != libm::round(few) => Some(Decimal { digits: libm::round(value) as i128, places: 0, sort }),
        _ => Some(Decimal { digits: few as i128, places: 0, sort }),
    }
}

/// Those that lie between `first` and `last`, each above the one before it.
fn apart(first: Decimal, last: Decimal, inner: impl Iterator<Item = Decimal>) -> Vec<Decimal> {
    let mut before = first;
    let rising = inner.filter(|number| {
        let is_apart = less(before, *number) && less(*number, last);
        if is_apart {
            before = *number;
        }
        is_apart
    });
    rising.collect()
}
