//! The settings of a search as rows: every searched key a column, every estimate with its interval.

use std::io::{self, Write};

use crate::figures::number;
use crate::results::json::{is_number, quoted};
use crate::statistics::Interval;
use crate::tuning::{Finding, Found, Goals, MistakesGoal, Status, Tried};

/// How a goal stands, in a word.
pub(super) fn word(status: Option<Status>) -> &'static str {
    match status {
        None => "",
        Some(Status::Met) => "met",
        Some(Status::Open) => "open",
        Some(Status::Missed) => "missed",
    }
}

/// The names of the columns.
fn columns(found: &Found, goals: &Goals) -> Vec<String> {
    let detection = goals.detection.as_ref().map_or("detection_s_p99", |goal| goal.measure.name);
    let unit = goals.mistakes.unwrap_or(MistakesGoal::USUAL).unit().replace('-', "_");
    let mistakes = format!("mistakes_per_{unit}");
    let mut columns = found.columns.clone();
    columns.extend(["replications", "crashes", "detected", "missed", "messages_per_s"].map(str::to_owned));
    for measure in [detection, &mistakes] {
        columns.extend(["", "_low", "_high"].map(|end| format!("{measure}{end}")));
    }
    columns.push(format!("{mistakes}_calculated"));
    columns.extend(["detection_goal", "mistakes_goal", "front", "knee", "chosen"].map(str::to_owned));
    columns
}

/// The row of a setting.
fn cells(found: &Found, place: usize) -> Vec<String> {
    let tried = &found.tried[place];
    let mut cells = tried.labels.clone();
    cells.push(tried.replications.to_string());
    cells.extend(["crashes", "detected", "missed"].map(|name| number(tried.value(name))));
    cells.push(number(tried.messages));
    tried.findings().iter().for_each(|finding| cells.extend(estimated(finding)));
    cells.push(tried.mistakes.calculated.map_or(String::new(), number));
    cells.extend(tried.findings().map(|finding| word(finding.status).to_owned()));
    let is_one_of = |one: Option<usize>| (one == Some(place)).to_string();
    cells.extend([found.front.contains(&place).to_string(), is_one_of(found.knee), is_one_of(found.chosen)]);
    cells
}

fn estimated(finding: &Finding) -> [String; 3] {
    let Interval { low, high } = finding.interval.unwrap_or(Interval { low: f64::NAN, high: f64::NAN });
    [finding.value, low, high].map(number)
}

/// The front, the cheapest first, and the chosen setting if that is none of it.
pub(super) fn shown(found: &Found) -> Vec<usize> {
    let mut shown = found.front.clone();
    if let Some(chosen) = found.chosen.filter(|chosen| !shown.contains(chosen)) {
        let key = |tried: &Tried| (tried.messages, tried.detection.expected());
        let chosen_key = key(&found.tried[chosen]);
        let before = |place: &usize| key(&found.tried[*place]) < chosen_key;
        let at = shown.iter().position(|place| !before(place)).unwrap_or(shown.len());
        shown.insert(at, chosen);
    }
    shown
}

/// Writes the front as a table.
pub fn write_front_csv(found: &Found, goals: &Goals, to: impl Write) -> io::Result<()> {
    write_rows(found, goals, shown(found), to)
}

/// Writes all settings that were simulated as a table.
pub(in crate::results) fn write_settings(found: &Found, goals: &Goals, to: impl Write) -> io::Result<()> {
    write_rows(found, goals, (0..found.tried.len()).collect(), to)
}

fn write_rows(found: &Found, goals: &Goals, places: Vec<usize>, to: impl Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(to);
    table.write_record(columns(found, goals))?;
    for place in places {
        table.write_record(cells(found, place))?;
    }
    table.flush()
}

/// Writes the front as an array of objects.
pub fn write_front_json(found: &Found, goals: &Goals, mut to: impl Write) -> io::Result<()> {
    let (columns, rows) = (columns(found, goals), shown(found));
    writeln!(to, "[")?;
    for (number, place) in rows.iter().enumerate() {
        let comma = if number + 1 == rows.len() { "" } else { "," };
        let entry = |(column, cell): (&String, String)| {
            let is_plain = is_number(&cell) || cell == "true" || cell == "false";
            let value = match cell.as_str() {
                "" => "null".to_owned(),
                text if is_plain => text.to_owned(),
                text => quoted(text),
            };
            format!("    {}: {value}", quoted(column))
        };
        let entries: Vec<String> = columns.iter().zip(cells(found, *place)).map(entry).collect();
        writeln!(to, "  {{\n{}\n  }}{comma}", entries.join(",\n"))?;
    }
    writeln!(to, "]")
}
