//! The words of a condition.

use std::ops::Range;

use super::Wrong;
use super::quantity::Quantity;
use crate::document::printable;
use crate::engine::time::Span;

/// A word of a condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    Value(Quantity),
    Path(String),
    /// A sign, or one of `and`, `or`, `not`.
    Sign(&'static str),
}

/// The signs, longer ones before those that they begin with.
const SIGNS: [&str; 12] = ["<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "(", ")"];

/// What other languages write, and what is written here.
const FOREIGN: [(&str, &str); 8] = [
    ("&&", "and"),
    ("||", "or"),
    ("=", "=="),
    ("!", "not"),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    ("×", "*"),
];

/// A condition of more words than this is nothing that a person wrote.
const MOST_WORDS: usize = 1000;

/// The words of `text`, each with its place.
pub(super) fn words(text: &str) -> Result<Vec<(Word, Range<usize>)>, Wrong> {
    let mut words = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let Some(found) = rest.find(|c: char| !c.is_whitespace()) else { return Ok(words) };
        let (start, rest) = (at + found, &rest[found..]);
        if words.len() == MOST_WORDS {
            return Err(Wrong::new(start..text.len(), "this is too long a condition"));
        }
        let (word, length) = word(rest).map_err(|wrong| wrong.moved(start))?;
        at = start + length;
        words.push((word, start..at));
    }
}

/// The first word of `rest`, which begins with it, and its length in bytes.
fn word(rest: &str) -> Result<(Word, usize), Wrong> {
    let first = rest.chars().next().unwrap_or_default();
    match first {
        '0'..='9' => number(rest),
        '\'' | '"' => match rest[1..].find(first) {
            Some(length) => Ok((Word::Value(Quantity::of_text(&rest[1..=length])), length + 2)),
            None => Err(Wrong::new(0..rest.len(), "this text has no end").with("close it with a quote")),
        },
        _ if first.is_alphabetic() || first == '_' => {
            let length = path_length(rest);
            let word = match &rest[..length] {
                "and" => Word::Sign("and"),
                "or" => Word::Sign("or"),
                "not" => Word::Sign("not"),
                "true" => Word::Value(Quantity::Truth(true)),
                "false" => Word::Value(Quantity::Truth(false)),
                path => Word::Path(path.to_owned()),
            };
            Ok((word, length))
        }
        _ => {
            if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                return Ok((Word::Sign(sign), sign.len()));
            }
            if let Some((foreign, sign)) = FOREIGN.iter().find(|(foreign, _)| rest.starts_with(foreign)) {
                let reason = format!("`{foreign}` has no meaning here");
                return Err(Wrong::new(0..foreign.len(), reason).with(format!("write {sign}")));
            }
            let length = first.len_utf8();
            let reason = format!("`{}` has no meaning here", printable(&rest[..length]));
            Err(Wrong::new(0..length, reason))
        }
    }
}

/// How long a path is: names and numbers with dots between them. A dash belongs to a name if a letter follows,
/// as in the names of regions; anything else is taken away from it.
fn path_length(rest: &str) -> usize {
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let goes_on = match c {
            '-' => next.is_some_and(char::is_alphabetic),
            '.' => next.is_some_and(|next| next.is_alphanumeric() || next == '_'),
            c => c.is_alphanumeric() || c == '_',
        };
        if !goes_on {
            return at;
        }
    }
    rest.len()
}

/// A number, or with units a duration: `5s`, `1m 30s`.
fn number(rest: &str) -> Result<(Word, usize), Wrong> {
    let digits_of = |text: &str| text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let is_unit = |c: char| c.is_alphabetic();
    let mut length = digits_of(rest);
    let exponent = rest[length..].strip_prefix(['e', 'E']);
    let signed = exponent.map(|exponent| exponent.strip_prefix(['-', '+']).unwrap_or(exponent));
    if let Some(power) = signed.filter(|power| power.starts_with(|c: char| c.is_ascii_digit())) {
        length = rest.len() - power.len();
        length += power.find(|c: char| !c.is_ascii_digit()).unwrap_or(power.len());
    } else if rest[length..].starts_with(is_unit) {
        length = duration_length(rest, digits_of);
        let span = rest[..length].parse::<Span>().map_err(|why| Wrong::new(0..length, why.to_string()))?;
        return Ok((Word::Value(Quantity::Length(span.nanos() as f64)), length));
    }
    match rest[..length].parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((Word::Value(Quantity::Number(number)), length)),
        _ => Err(Wrong::new(0..length, format!("`{}` is not a number", printable(&rest[..length])))),
    }
}

/// How long a duration is: numbers with units, with or without spaces between them.
fn duration_length(rest: &str, digits_of: impl Fn(&str) -> usize) -> usize {
    let mut length = 0;
    loop {
        let after = &rest[length..];
        let part = after.trim_start();
        let digits = digits_of(part);
        let unit = &part[digits..];
        let unit = unit.find(|c: char| !c.is_alphabetic()).unwrap_or(unit.len());
        if digits == 0 || unit == 0 {
            return length;
        }
        length += after.len() - part.len() + digits + unit;
    }
}
