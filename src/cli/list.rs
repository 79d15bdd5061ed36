//! `hbsim list`: what comes with hbsim, and what theory predicts of the real systems.

use std::io;

use clap::{Args, ValueEnum};

use super::arguments::Format;
use super::failure::{Failure, print};
use crate::document::Document;
use crate::results::{Predicted, predicted, predicted_rows, write_objects, write_rows};
use crate::scenario::Scenario;
use crate::scenario::shipped::{SHIPPED, SWEEPS, SYSTEMS, Shipped};
use crate::scenario::sweep::Sweep;

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// What to list [default: all, the systems by their names alone]
    #[arg(value_enum)]
    what: Option<Listed>,
    /// How to print the list
    #[arg(long, value_enum, default_value_t = Format::Table, requires = "what")]
    format: Format,
}

/// What comes with hbsim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Listed {
    /// Scenarios, one question each
    Scenarios,
    /// Sweeps, each of them many scenarios
    Sweeps,
    /// Real systems with their defaults, and what theory predicts of them
    Systems,
}

pub(super) fn list(arguments: &ListArguments) -> Result<(), Failure> {
    let ListArguments { what, format } = arguments;
    match what {
        None => print(everything()?),
        Some(Listed::Scenarios) => named(&of(SHIPPED, |shipped| shipped.name)?, *format),
        Some(Listed::Sweeps) => named(&of(SWEEPS, Shipped::stem)?, *format),
        Some(Listed::Systems) => systems(*format),
    }
}

/// What is said of all that comes with hbsim.
fn everything() -> Result<String, Failure> {
    let (scenarios, sweeps) = (of(SHIPPED, |shipped| shipped.name)?, of(SWEEPS, Shipped::stem)?);
    let width = scenarios.iter().chain(&sweeps).map(|[name, _]| name.len()).max().unwrap_or(0);
    let mut page = lines(&scenarios, width);
    page.push_str("\nSweeps, each of them many scenarios: hbsim sweep NAME\n");
    page.push_str(&lines(&sweeps, width));
    page.push_str(
        "\nReal systems with their defaults; hbsim list systems tells what theory predicts of each\n",
    );
    page.push_str(&in_lines(SYSTEMS.iter().map(Shipped::stem)));
    page.push_str(
        "\nhbsim run NAME runs one of them; hbsim show NAME prints it; hbsim compare same-crashes\nsets six \
         topologies side by side, hbsim compare same-beats eight detectors, hbsim compare\nsystems all real systems.\n",
    );
    Ok(page)
}

/// The names, and what each is about.
fn of(list: &[Shipped], name: fn(&Shipped) -> &'static str) -> Result<Vec<[String; 2]>, Failure> {
    list.iter().map(|shipped| Ok([name(shipped).to_owned(), about(shipped)?])).collect()
}

/// What it is about; of a sweep, what its first cell is about.
fn about(shipped: &Shipped) -> Result<String, Failure> {
    let mut document = Document::parse(shipped.name, shipped.text).map_err(Failure::Machine)?;
    let sweep = Sweep::take(&mut document, &[], &[]).map_err(Failure::Machine)?;
    let first = sweep.cells(&document, &shipped.stock()).next().transpose().map_err(Failure::Machine)?;
    Ok(first.map_or_else(String::new, |(_, scenario)| scenario.about))
}

/// A line for each name, and what it is about.
fn lines(list: &[[String; 2]], width: usize) -> String {
    list.iter().map(|[name, about]| format!("{name:<width$}  {about}\n")).collect()
}

/// Names one after the other, in lines of eighty characters.
fn in_lines<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const WIDTH: usize = 80;
    let mut page = String::new();
    let mut length = 0;
    for name in names {
        let gap = match length {
            0 => "",
            _ if length + 1 + name.len() > WIDTH => "\n",
            _ => " ",
        };
        length = if gap == " " { length + 1 } else { 0 } + name.len();
        page.push_str(gap);
        page.push_str(name);
    }
    page + "\n"
}

/// Names, and what each is about.
fn named(list: &[[String; 2]], format: Format) -> Result<(), Failure> {
    let width = list.iter().map(|[name, _]| name.len()).max().unwrap_or(0);
    let rows = || list.iter().map(|row| row.to_vec()).collect();
    show(format, || lines(list, width), || (["name", "about"].map(str::to_owned).to_vec(), rows()))
}

/// The real systems, and what theory predicts of each.
fn systems(format: Format) -> Result<(), Failure> {
    let read = |system: &Shipped| {
        let document = Document::parse(system.name, system.text).map_err(Failure::Machine)?;
        let scenario = Scenario::read(&document, system.stock()).map_err(Failure::Machine)?;
        Ok(Predicted::of(system.stem(), &scenario))
    };
    let all: Vec<Predicted> = SYSTEMS.iter().map(read).collect::<Result<_, Failure>>()?;
    show(format, || predicted(&all) + LEGEND, || predicted_rows(&all))
}

/// Prints a page for people, or columns and rows for programs.
fn show(
    format: Format,
    page: impl FnOnce() -> String,
    rows: impl FnOnce() -> (Vec<String>, Vec<Vec<String>>),
) -> Result<(), Failure> {
    if format == Format::Table {
        return print(page());
    }
    let ((columns, rows), out) = (rows(), io::stdout().lock());
    let written = match format {
        Format::Json => write_objects(&columns, rows, out),
        Format::Csv | Format::Table => write_rows(&columns, rows, out),
    };
    written.map_err(|why| Failure::of_output(&why))
}

/// How to read that table.
const LEGEND: &str = "
Predicted, not simulated, for as many nodes as the scenario has and if nothing goes wrong but one
crash. No crash is known sooner than best, none later than worst; ≥ and ≤ are bounds of what is not
known exactly, – is not known: hbsim explain NAME says why, hbsim run NAME simulates it.
";
