//! `hbsim compare --under`: all scenarios under the same conditions, case by case.

#![allow(clippy::disallowed_types, reason = "the manifest tells when and how long; no result does")]

use std::io;
use std::sync::Arc;
use std::time::Instant;

use super::arguments::{CompareArguments, Format, Origin, Source};
use super::compare::manifest;
use super::failure::{Failure, note, print};
use super::records::RecordsWriter;
use super::report::Target;
use super::run::stop_on_interrupt;
use super::together::Together;
use crate::document::{Document, printable};
use crate::engine::world::Meter;
use crate::results::{
    Cases, Compared, ComparisonManifest, ComparisonWords, Folder, Tested, cases_page, write_cases,
    write_objects, write_rows,
};
use crate::scenario::{Conditions, Scenario};

/// A scenario as it is in each of the cases.
struct Candidate {
    cases: Vec<Scenario>,
    elects: bool,
}

pub(super) fn compare_under(arguments: &CompareArguments, conditions: &Conditions) -> Result<(), Failure> {
    if arguments.differences {
        let reason = "error: --differences sets scenarios beside the first, and under conditions they are in one table";
        return Err(Failure::Input(reason.to_owned()));
    }
    let candidates = prepare(arguments, conditions)?;
    let count = conditions.cases().len();
    let scenarios = candidates.iter().flat_map(|candidate| &candidate.cases).enumerate();
    let together = Together::prepare(scenarios, &arguments.means)?;
    let report = arguments.report.as_deref().map(Target::beside_result).transpose()?;
    // Before there is anything that an interruption could leave behind.
    let meter = Arc::new(Meter::default());
    stop_on_interrupt(&meter);
    let folder = arguments.out.as_deref().map(Folder::create).transpose()?;
    let begun = Instant::now();
    let mut compared: Vec<Option<Compared>> = Vec::new();
    compared.resize_with(candidates.len() * count, || None);
    let mut kept = folder.as_ref().map(RecordsWriter::new);
    together.simulate(&meter, arguments.quiet, |place, records| {
        let scenario = &candidates[place / count].cases[place % count];
        kept.iter_mut().for_each(|kept| kept.add(place, scenario, &records));
        compared[place] = Some(Compared::of(scenario, &records));
    })?;
    kept.map_or(Ok(()), RecordsWriter::finish)?;
    let mut compared = compared.into_iter().flatten();
    let tested: Vec<Tested> = candidates
        .iter()
        .map(|candidate| Tested { cases: compared.by_ref().take(count).collect(), elects: candidate.elects })
        .collect();
    let cases = Cases { names: conditions.cases().collect(), tested: &tested };
    if let Some(folder) = folder {
        let wall_s = begun.elapsed().as_secs_f64();
        let manifest = ComparisonManifest {
            under: Some(conditions.name().to_owned()),
            ..manifest(arguments, cases.all(), &meter, wall_s)
        };
        write_cases(folder, &cases, conditions.text(), &manifest)?;
    }
    if let Some(target) = report {
        let conditions = Some([conditions.name().to_owned(), conditions.about.clone()]);
        target.put(&cases_page(&cases, ComparisonWords { command: arguments.command(), conditions }))?;
    }
    show(&cases, arguments.format)
}

fn show(cases: &Cases<'_>, format: Format) -> Result<(), Failure> {
    if format == Format::Table {
        return print(cases.table());
    }
    let ((columns, rows), out) = (cases.rows(), io::stdout().lock());
    let written = match format {
        Format::Json => write_objects(&columns, rows, out),
        Format::Csv | Format::Table => write_rows(&columns, rows, out),
    };
    written.map_err(|why| Failure::of_output(&why))
}

/// All scenarios in all cases. One that is right by itself, and cannot be under these conditions, is left out, and that
/// is told; if all are, that is a mistake.
fn prepare(arguments: &CompareArguments, conditions: &Conditions) -> Result<Vec<Candidate>, Failure> {
    let (mut candidates, mut left_out) = (Vec::new(), Vec::new());
    for origin in arguments.origins()? {
        let source = match origin {
            Origin::Scenario(source) => source,
            Origin::Results(folder) => {
                let folder = printable(&folder.to_string_lossy());
                return Err(Failure::Input(format!(
                    "error: {folder} holds results, which conditions cannot change\n  = to simulate it once more, \
                     name {folder}/scenario.toml"
                )));
            }
        };
        let text = source.text()?;
        let alone = Scenario::read(&source.unchanged(&text)?, source.stock()).map_err(Failure::Input)?;
        match Candidate::read(&source, &text, conditions) {
            Ok(candidate) => {
                for scenario in &candidate.cases {
                    arguments.means.must_do(scenario, &source)?;
                }
                candidates.push(candidate);
            }
            Err(page) => left_out.push((alone.name, page)),
        }
    }
    match left_out.first() {
        Some((_, page)) if candidates.is_empty() => return Err(Failure::Input(page.clone())),
        // That a scenario is missing is told even to the quiet.
        _ => left_out.iter().for_each(|(name, page)| {
            note(format_args!("note: {name} is left out: {}", first_reason(page)));
        }),
    }
    if !arguments.quiet {
        for scenario in candidates.iter().filter_map(|candidate| candidate.cases.first()) {
            let warnings = scenario.warnings().into_iter();
            warnings.for_each(|warning| note(format_args!("warning: {}: {warning}", scenario.name)));
        }
    }
    Ok(candidates)
}

/// The first of the mistakes on a page.
fn first_reason(page: &str) -> &str {
    let line = page.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line)
}

impl Candidate {
    /// The scenario of this text in each case: with what the conditions set in all, then what the command line sets, then
    /// what the case sets.
    fn read(source: &Source, text: &str, conditions: &Conditions) -> Result<Candidate, String> {
        let plain = || source.unchanged(text).map_err(Failure::into_text);
        let changed = |elects| -> Result<Document, String> {
            let mut document = plain()?;
            conditions.set(&mut document, elects)?;
            source.changes.apply(&mut document)?;
            Ok(document)
        };
        let mut base = changed(false)?;
        let elects = conditions.regard_elections() && Scenario::elects(&base);
        if elects {
            base = changed(true)?;
        }
        let in_case = |(number, name): (usize, &str)| {
            let mut document = base.clone();
            let set = conditions.set_case(number, &mut document);
            let read = set.and_then(|()| Scenario::read(&document, source.stock()));
            let (scenario, name) = (printable(source.name()), printable(name));
            read.map_err(|page| format!("{page}\nthis is {scenario} in the case {name}"))
        };
        let cases = conditions.cases().enumerate().map(in_case).collect::<Result<_, _>>()?;
        Ok(Candidate { cases, elects })
    }
}
