//! The rows of `differences.csv`: one for each measure of each scenario but the first, which is the reference.

use std::io;

use super::Compared;
use crate::figures::number;
use crate::measures::{Difference, Doubt, Method};
use crate::results::json::write_objects;
use crate::statistics::Gap;

/// The names of the columns.
const COLUMNS: [&str; 15] = [
    "scenario",
    "reference",
    "measure",
    "value",
    "reference_value",
    "difference",
    "difference_low",
    "difference_high",
    "ratio",
    "ratio_low",
    "ratio_high",
    "variance_ratio",
    "method",
    "note",
    "replications",
];

/// Writes the differences as a table.
pub fn write_differences_csv(compared: &[Compared], to: impl io::Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(to);
    table.write_record(COLUMNS)?;
    for cells in rows(compared) {
        table.write_record(cells)?;
    }
    table.flush()
}

/// Writes the differences as an array of objects.
pub fn write_differences_json(compared: &[Compared], to: impl io::Write) -> io::Result<()> {
    write_objects(&COLUMNS.map(str::to_owned), rows(compared), to)
}

fn rows(compared: &[Compared]) -> Vec<Vec<String>> {
    let Some((reference, others)) = compared.split_first() else { return Vec::new() };
    let of = |other: &Compared| -> Vec<Vec<String>> {
        let differences = other.differences(reference).into_iter();
        // What there cannot be in either is no row.
        let exists = |difference: &Difference| difference.value.or(difference.reference).is_some();
        differences.filter(exists).map(|difference| cells(reference, other, &difference)).collect()
    };
    others.iter().flat_map(of).collect()
}

fn cells(reference: &Compared, other: &Compared, difference: &Difference) -> Vec<String> {
    let value = |value: Option<f64>| value.map_or(String::new(), number);
    let mut cells = vec![
        other.summary.name.clone(),
        reference.summary.name.clone(),
        difference.measure.name.to_owned(),
        value(difference.value),
        value(difference.reference),
    ];
    for gap in [difference.difference, difference.ratio] {
        cells.push(value(gap.map(|gap| gap.estimate.value)));
        let ends = gap.and_then(|gap| gap.estimate.interval);
        cells.push(value(ends.map(|ends| ends.low)));
        cells.push(value(ends.map(|ends| ends.high)));
    }
    let of_difference = |gap: Gap| gap.variance_ratio;
    cells.push(value(difference.difference.and_then(of_difference)));
    cells.push(difference.method.map_or(String::new(), |method| method.word().to_owned()));
    cells.push(note(difference.method, difference.doubt, other.unpaired(reference)));
    cells.push(other.summary.replications.to_string());
    cells
}

/// What is to be known of a row before it is believed.
fn note(method: Option<Method>, doubt: Option<Doubt>, unpaired: Option<super::Unpaired>) -> String {
    match (doubt, unpaired) {
        (Some(doubt), _) => doubt.words().to_owned(),
        (None, Some(why)) if method.is_some() => format!("not paired: {why}"),
        (None, _) => String::new(),
    }
}
