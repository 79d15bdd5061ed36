//! `hbsim check`: read a scenario, foretell its cost, run nothing.

use super::arguments::CheckArguments;
use super::failure::{Failure, note, print};
use crate::engine::cluster::Cluster;
use crate::experiment::{Forecast, Simulation, memory_text};
use crate::faults::Trouble;
use crate::results::{closed_form, short};
use crate::theory::ClosedForm;

pub(super) fn check(arguments: &CheckArguments) -> Result<(), Failure> {
    let scenario = arguments.source.read()?;
    let simulation = Simulation { scenario: &scenario, by_second: false };
    let forecast = Forecast::of(&simulation);
    let threads = arguments.means.threads(&forecast, scenario.replications);
    let cluster = scenario.cluster();
    let mut lines = vec![
        ("scenario", scenario.name.clone()),
        ("nodes", nodes_text(cluster)),
        ("runs", format!("{} of {}", short(f64::from(scenario.replications)), scenario.duration)),
        ("latency", scenario.network.latency_text()),
        ("goes wrong", faults_text(&scenario.faults)),
        ("messages a run", short(forecast.messages)),
        ("events a run", short(forecast.events)),
        ("memory a run", memory_text(forecast.bytes)),
        (
            "memory a pair",
            format!("{} for each of {}", memory_text(forecast.pair_bytes), short(forecast.pairs)),
        ),
        (
            "time, roughly",
            time_text(forecast.seconds(scenario.replications, *threads.as_ref().unwrap_or(&1))),
        ),
    ];
    if let Some(theory) = ClosedForm::of(&scenario) {
        let [when, what] = closed_form(&theory);
        lines.push(("detection in theory", format!("{what}, {when}")));
    }
    let mut page = String::new();
    for (label, value) in lines {
        page.push_str(&format!("{label:<20}  {value}\n"));
    }
    print(page)?;
    scenario.warnings().iter().for_each(|warning| note(format_args!("warning: {warning}")));
    threads.map(|_| ()).map_err(|refusal| arguments.source.refused(&refusal))
}

/// Who there is.
fn nodes_text(cluster: Cluster) -> String {
    let observers = [
        (cluster.monitors, "monitor(s)"),
        (cluster.coordinators, "coordinator(s)"),
        (cluster.globals, "global(s)"),
    ];
    let there = observers.into_iter().filter(|(count, _)| *count > 0);
    let texts: Vec<String> = there.map(|(count, what)| format!(" and {count} {what}")).collect();
    format!("{}{}", short(f64::from(cluster.members)), texts.concat())
}

/// What goes wrong, by kind.
fn faults_text(faults: &[Trouble]) -> String {
    let mut kinds: Vec<(&str, u32)> = Vec::new();
    for fault in faults {
        match kinds.iter_mut().find(|(kind, _)| *kind == fault.kind()) {
            Some((_, count)) => *count += 1,
            None => kinds.push((fault.kind(), 1)),
        }
    }
    let texts = kinds.into_iter().map(|(kind, count)| match count {
        1 => kind.to_owned(),
        _ => format!("{kind} ({count} faults)"),
    });
    let text = texts.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "nothing".to_owned() } else { text }
}

/// A guess of a time deserves no more than its size.
pub(super) fn time_text(seconds: f64) -> String {
    if seconds < 1.0 {
        "less than a second".to_owned()
    } else if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else if seconds < 7200.0 {
        format!("{:.0} minutes", seconds / 60.0)
    } else {
        format!("{:.0} hours", seconds / 3600.0)
    }
}
