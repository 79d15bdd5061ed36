//! What theory predicts of several scenarios, side by side.

use super::cells::aligned_by_name;
use super::numbers::{number, seconds, seconds_apart, short};
use crate::engine::time::Span;
use crate::scenario::Scenario;
use crate::theory::{Prediction, Value};

/// What theory predicts of a scenario, with what it depends on most.
pub struct Predicted {
    name: String,
    nodes: u32,
    interval: Span,
    /// How long silence is borne, at least and at most.
    borne: Option<(Span, Span)>,
    prediction: Prediction,
}

impl Predicted {
    /// What theory predicts of a scenario that is called `name` here.
    pub fn of(name: &str, scenario: &Scenario) -> Predicted {
        Predicted {
            name: name.to_owned(),
            nodes: scenario.members.count(),
            interval: scenario.beats().interval,
            borne: Prediction::borne(scenario),
            prediction: Prediction::of(scenario),
        }
    }

    /// The values that are predicted, each with the direction in which its column is a bound by itself.
    fn values(&self) -> [(&Value, Side); 4] {
        let Prediction { earliest, mean, latest, messages_per_s } = &self.prediction;
        [
            (earliest, Side::Least),
            (mean, Side::Neither),
            (latest, Side::Most),
            (messages_per_s, Side::Neither),
        ]
    }

    fn cells(&self) -> Vec<String> {
        let borne = self.borne.map_or_else(|| UNKNOWN.to_owned(), |(least, most)| range(least, most));
        let mut cells =
            vec![self.name.clone(), short(f64::from(self.nodes)), self.interval.to_string(), borne];
        for ((value, side), shown) in self.values().into_iter().zip([seconds, seconds, seconds, short]) {
            cells.push(told(value, side, shown));
        }
        cells
    }

    fn row(&self) -> Vec<String> {
        let end = |end: Option<Span>| end.map_or_else(String::new, |end| number(end.seconds()));
        let mut row = vec![
            self.name.clone(),
            self.nodes.to_string(),
            number(self.interval.seconds()),
            end(self.borne.map(|(least, _)| least)),
            end(self.borne.map(|(_, most)| most)),
        ];
        for (value, _) in self.values() {
            row.push(number(value.number().unwrap_or(f64::NAN)));
            row.push(known(value).to_owned());
        }
        row
    }
}

/// In which direction nothing lies beyond what stands in a column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Least,
    Most,
    Neither,
}

/// Stands where nothing is known.
const UNKNOWN: &str = "–";

/// A value, with a sign where it bounds what its column does not.
fn told(value: &Value, side: Side, shown: fn(f64) -> String) -> String {
    match value {
        Value::Is(value) => shown(*value),
        Value::AtLeast(value) if side == Side::Least => shown(*value),
        Value::AtMost(value) if side == Side::Most => shown(*value),
        Value::AtLeast(value) => format!("≥ {}", shown(*value)),
        Value::AtMost(value) => format!("≤ {}", shown(*value)),
        Value::Unknown(_) => UNKNOWN.to_owned(),
    }
}

/// How a value is known, in a word for programs.
fn known(value: &Value) -> &'static str {
    match value {
        Value::Is(_) => "exact",
        Value::AtLeast(_) => "at least",
        Value::AtMost(_) => "at most",
        Value::Unknown(_) => "unknown",
    }
}

/// One length, or two in one unit: `3 s`, `150–300 ms`.
fn range(least: Span, most: Span) -> String {
    if least == most {
        return seconds(least.seconds());
    }
    let ends = [least.seconds(), most.seconds()];
    let ([least, most], unit) = seconds_apart(ends, ends[0] / 10.0);
    if least == most {
        return format!("{least} {unit}");
    }
    format!("{least}–{most} {unit}")
}

const HEADINGS: [[&str; 8]; 2] = [
    ["", "", "beats", "bears", "crash known", "", "", "messages"],
    ["scenario", "nodes", "every", "silence", "best", "mean", "worst", "a second"],
];

/// A table with a row for each.
pub fn predicted(all: &[Predicted]) -> String {
    let headings = HEADINGS.map(|line| line.map(str::to_owned).to_vec());
    let lines: Vec<Vec<String>> = headings.into_iter().chain(all.iter().map(Predicted::cells)).collect();
    aligned_by_name(lines.iter())
}

const COLUMNS: [&str; 13] = [
    "scenario",
    "nodes",
    "interval_s",
    "silence_s_least",
    "silence_s_most",
    "detection_s_best",
    "detection_s_best_known",
    "detection_s_mean",
    "detection_s_mean_known",
    "detection_s_worst",
    "detection_s_worst_known",
    "messages_per_s",
    "messages_per_s_known",
];

/// The same for programs: the names of the columns, and a row for each. All lengths are in seconds.
pub fn predicted_rows(all: &[Predicted]) -> (Vec<String>, Vec<Vec<String>>) {
    (COLUMNS.map(str::to_owned).to_vec(), all.iter().map(Predicted::row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_has_a_sign_unless_its_column_is_one() {
        for (value, side, text) in [
            (Value::Is(2.5), Side::Least, "2.5 s"),
            (Value::AtLeast(2.5), Side::Least, "2.5 s"),
            (Value::AtLeast(2.5), Side::Neither, "≥ 2.5 s"),
            (Value::AtMost(2.5), Side::Neither, "≤ 2.5 s"),
            (Value::AtMost(2.5), Side::Most, "2.5 s"),
            (Value::AtLeast(2.5), Side::Most, "≥ 2.5 s"),
            (Value::Unknown("chance".to_owned()), Side::Most, "–"),
        ] {
            assert_eq!(told(&value, side, seconds), text, "{value:?}");
        }
    }

    #[test]
    fn lengths_are_told_in_one_unit() {
        let ms = Span::from_millis;
        for (least, most, text) in [
            (ms(3000), ms(3000), "3 s"),
            (ms(150), ms(300), "150–300 ms"),
            (ms(8000), ms(48_000), "8–48 s"),
            (ms(500), ms(2500), "0.5–2.5 s"),
        ] {
            assert_eq!(range(least, most), text);
        }
    }
}
