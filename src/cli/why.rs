//! `hbsim why`: tell the story of one mistake or of one crash.

use std::cell::Cell;
use std::sync::Arc;

use super::arguments::{Telling, WhyArguments};
use super::failure::{Failure, print};
use super::progress::Progress;
use super::run::stop_on_interrupt;
use crate::engine::findings::{Findings, MISTAKES_KEPT};
use crate::engine::onlooker::Attention;
use crate::engine::world::Meter;
use crate::experiment::{Forecast, Interrupted, Simulation, memory_available};
use crate::results::{Incident, What};
use crate::scenario::Scenario;

pub(super) fn why(arguments: &WhyArguments) -> Result<(), Failure> {
    let text = arguments.source.text()?;
    let scenario = arguments.source.read_with(&text, None)?;
    let simulation = Simulation { scenario: &scenario, by_second: false };
    check_replication(arguments.replication, &scenario)?;
    let forecast = Forecast::of(&simulation);
    if let Some(refusal) = forecast.refusal(1, 1, memory_available()) {
        return Err(arguments.source.refused(&refusal));
    }
    let meter = Arc::new(Meter::default());
    stop_on_interrupt(&meter);
    // The run is simulated once to learn what happened, and once more to look at it closely; the story of a
    // crash takes a third time, to look at whoever knew of it first.
    let runs = if arguments.crash.is_some() { 3.0 } else { 2.0 };
    let progress = Progress::show(&meter, (forecast.events * runs) as u64, !arguments.quiet);
    let replication = arguments.replication;
    let outcome = simulation.outcome(replication, None, &meter).ok_or(Interrupted)?;
    let (number, what) = choose(arguments, &outcome.findings)?;
    let incident = Incident { scenario: &scenario, replication, number, what, findings: &outcome.findings };
    let witnessed = |focus| {
        let attention = Some(Attention::Witness(focus));
        simulation.outcome(replication, attention, &meter).ok_or(Interrupted)
    };
    let mut sightings = witnessed(incident.focus())?.account.sightings;
    if let Some(focus) = incident.closer_focus(&sightings) {
        sightings = witnessed(focus)?.account.sightings;
    }
    let is_cheap = forecast.events <= MOST_EVENTS_TO_TRY;
    let interrupted = Cell::new(false);
    let helps = |setting: &str| {
        // A setting that this scenario does not take helps nobody.
        let Ok(scenario) = arguments.source.read_with(&text, Some(setting)) else { return false };
        if !is_cheap {
            return true;
        }
        let outcome = Simulation { scenario: &scenario, by_second: false }.outcome(replication, None, &meter);
        interrupted.set(interrupted.get() || outcome.is_none());
        outcome.is_some_and(|outcome| incident.is_prevented_in(&outcome.findings))
    };
    let story = incident.told(&sightings, &helps);
    if interrupted.get() {
        return Err(Interrupted.into());
    }
    drop(progress);
    print(match arguments.format {
        Telling::Text => story.text(),
        Telling::Json => story.json(),
    })
}

/// In runs of more events, advice is given untried: it would take too long.
const MOST_EVENTS_TO_TRY: f64 = 2e7;

/// Refuses the number of a run that there is not.
pub(super) fn check_replication(asked: u32, scenario: &Scenario) -> Result<(), Failure> {
    let runs = scenario.replications;
    if asked < runs {
        return Ok(());
    }
    let there_are = match runs {
        1 => "there is one run, number 0".to_owned(),
        _ => format!("there are {runs}, numbered from 0 to {}", runs - 1),
    };
    Err(wrong(
        format!("there is no replication {asked}: {there_are}"),
        "--replications says how many there are",
    ))
}

/// What was asked for, and its number.
fn choose<'f>(arguments: &WhyArguments, findings: &'f Findings) -> Result<(usize, What<'f>), Failure> {
    let Findings { mistakes, crashes, .. } = findings;
    let replication = arguments.replication;
    let number = arguments.mistake.or(arguments.crash).unwrap_or(1) as usize;
    let mistake = || mistakes.get(number - 1).map(|mistake| (number, What::Mistake(mistake)));
    let crash = || crashes.get(number - 1).map(|crash| (number, What::Crash(crash)));
    match (arguments.mistake, arguments.crash) {
        (Some(_), _) => mistake().ok_or_else(|| {
            let total = findings.mistakes_total();
            if mistakes.len() == MISTAKES_KEPT && total > mistakes.len() as u64 {
                let kept = mistakes.len();
                return wrong(
                    format!("there are {total} mistakes in replication {replication}, but only the first {kept} are kept"),
                    "ask for one of those; the others are hardly of another kind",
                );
            }
            none(total, "mistake", number, replication)
        }),
        (None, Some(_)) => crash().ok_or_else(|| none(crashes.len() as u64, "crash", number, replication)),
        (None, None) => mistake().or_else(crash).ok_or_else(|| {
            wrong(
                format!("there are neither mistakes nor crashes in replication {replication}: nothing to tell"),
                "the columns `mistakes` and `crashes` of runs.csv say which runs have any",
            )
        }),
    }
}

fn none(total: u64, what: &str, asked: usize, replication: u32) -> Failure {
    let many = if what == "crash" { "crashes" } else { "mistakes" };
    let there_are = match total {
        0 => format!("there are no {many} in replication {replication}"),
        1 => format!("there is no {what} {asked} in replication {replication}: there is one"),
        _ => format!("there is no {what} {asked} in replication {replication}: there are {total}"),
    };
    let remedy = match total {
        0 => "another replication may have some: the table runs.csv says which",
        _ => "they are numbered from 1",
    };
    wrong(there_are, remedy)
}

fn wrong(reason: String, remedy: &str) -> Failure {
    Failure::Input(format!("error: {reason}\n  = {remedy}"))
}
