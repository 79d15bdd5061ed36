//! `[[expect]]`: a goal that is judged after the run.

use serde::Serialize;

use crate::document::{FromValue, Kind, Place, Shape, Table, Value, nearest, printable};
use crate::engine::time::Span;
use crate::measures;

/// A goal: a measure that must stay below or above a bound.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Expectation {
    /// The name of a column of summary.csv.
    pub measure: &'static str,
    /// It must stay below this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<Bound>,
    /// It must stay above this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<Bound>,
}

/// A number, or a duration that stands for its seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Bound {
    /// A length of time.
    Duration(Span),
    /// A plain number.
    Number(f64),
}

impl Bound {
    /// The number to compare with.
    pub fn number(self) -> f64 {
        match self {
            Bound::Duration(span) => span.seconds(),
            Bound::Number(number) => number,
        }
    }
}

impl Expectation {
    pub(super) fn read(table: &mut Table<'_>) -> Option<Expectation> {
        table.shaped("measure", || Shape::words(measures::names()));
        table.chooses(&[&["below"], &["above"], &["below", "above"]]);
        let name: Option<String> = table.needed("measure", "\"detection_s_p99\"");
        let below: Option<Bound> = table.given("below");
        let above: Option<Bound> = table.given("above");
        if !table.has("below") && !table.has("above") {
            table.lacks("below", "\"20s\" (or above = …)");
        }
        if let Some(below) = below.map(Bound::number)
            && below <= above.map_or(0.0, Bound::number)
        {
            let reason = match above {
                Some(above) => format!("nothing lies above {} and below {below}", above.number()),
                None => format!("no measure is ever below {below}"),
            };
            table.complain("below", reason, "raise below");
        }
        let name = name?;
        let measure = measures::named(&name);
        if measure.is_none() {
            let remedy = match nearest(&name, measures::names()) {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => "it can be any column of summary.csv, such as \"detection_s_p99\"".to_owned(),
            };
            table.complain("measure", format!("nothing is measured as `{}`", printable(&name)), remedy);
        }
        for (key, bound) in [("below", below), ("above", above)] {
            if let (Some(measure), Some(Bound::Duration(_))) = (measure, bound)
                && !measure.is_time()
            {
                table.complain(
                    key,
                    format!("{} is not a time", measure.name),
                    format!("write a number: {key} = 3"),
                );
            }
        }
        Some(Expectation { measure: measure?.name, below, above })
    }
}

impl FromValue for Bound {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Bound> {
        match value.kind {
            Kind::Text(_) => Span::from_value(value, place).map(Bound::Duration),
            _ => f64::from_value(value, place).map(Bound::Number),
        }
    }

    fn shape() -> Shape {
        Shape::Either(vec![f64::shape(), Span::shape()])
    }
}
