//! `hbsim trace`: everything that happened in one run, or for a while.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::arguments::Source;
use super::failure::{Failure, note};
use super::progress::Progress;
use super::report::Target;
use super::run::stop_on_interrupt;
use super::why::check_replication;
use crate::engine::chronicle::{Scope, Whose};
use crate::engine::onlooker::Attention;
use crate::engine::time::{Span, Time};
use crate::engine::world::Meter;
use crate::experiment::{Forecast, Interrupted, Simulation, memory_available};
use crate::figures::exact_seconds;
use crate::results::{LeftOut, Trace};
use crate::scenario::Scenario;

#[derive(Debug, Args)]
pub(super) struct TraceArguments {
    #[command(flatten)]
    source: Source,
    /// Which run: the number in the column `replication` of the tables
    #[arg(long, value_name = "R", default_value_t = 0)]
    replication: u32,
    /// From when on, such as 90s [default: from the beginning]
    #[arg(long, value_name = "T", value_parser = moment)]
    from: Option<Span>,
    /// Until when [default: to the end]
    #[arg(long, value_name = "T", value_parser = moment)]
    until: Option<Span>,
    /// Only what these nodes have a part in: n3, m0,n0..n9 or region:eu; what is between them and others counts
    #[arg(long, value_name = "NODES", conflicts_with = "among")]
    of: Option<String>,
    /// Only what is among these nodes
    #[arg(long, value_name = "NODES")]
    among: Option<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Form::Json)]
    format: Form,
    /// The most events to tell [default: 100000; for mermaid 100]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    most: Option<u32>,
    /// The file to write; an earlier file of that name is replaced [default: standard output]
    #[arg(long, short, value_name = "FILE", default_value = "-", hide_default_value = true)]
    out: PathBuf,
    /// Say nothing on standard error unless something goes wrong
    #[arg(long, short)]
    quiet: bool,
}

/// How to write a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A line for each event, an object each
    Json,
    /// A file for ui.perfetto.dev
    Perfetto,
    /// A sequence diagram, for texts
    Mermaid,
}

impl Form {
    /// How many events are told if nothing else is wanted.
    fn usual(self) -> u32 {
        if self == Form::Mermaid { 100 } else { 100_000 }
    }

    /// How many sightings it may take to tell so many events: of a diagram's arrows and notes, many tell of several.
    fn sightings(self, most: usize) -> usize {
        if self == Form::Mermaid { most.saturating_mul(50) } else { most }
    }
}

pub(super) fn trace(arguments: &TraceArguments) -> Result<(), Failure> {
    let target = Target::of(&arguments.out)?;
    let scenario = arguments.source.read()?;
    check_replication(arguments.replication, &scenario)?;
    let window = window(arguments, &scenario)?;
    let (of, nodes) = chosen(arguments, &scenario)?;
    let most = arguments.most.unwrap_or(arguments.format.usual()) as usize;
    let simulation = Simulation { scenario: &scenario, by_second: false };
    let forecast = Forecast::of(&simulation);
    if let Some(refusal) = forecast.refusal(1, 1, memory_available()) {
        return Err(arguments.source.refused(&refusal));
    }
    let meter = Arc::new(Meter::default());
    stop_on_interrupt(&meter);
    let progress = Progress::show(&meter, forecast.events as u64, !arguments.quiet);
    let (from, until) = window;
    let scope = Scope { from, until, of, in_detail: true, most: arguments.format.sightings(most) };
    let attention = Some(Attention::Chronicle(scope));
    let outcome = simulation.outcome(arguments.replication, attention, &meter).ok_or(Interrupted)?;
    let (replication, account) = (arguments.replication, &outcome.account);
    let trace = Trace { scenario: &scenario, replication, window, nodes: nodes.as_deref(), account };
    let traced = match arguments.format {
        Form::Json => trace.lines(),
        Form::Perfetto => trace.perfetto(),
        Form::Mermaid => trace.mermaid(most),
    };
    drop(progress);
    target.put_text(&traced.text)?;
    if let Some(left_out) = traced.left_out.filter(|_| !arguments.quiet) {
        note(told(left_out));
    }
    Ok(())
}

fn moment(text: &str) -> Result<Span, String> {
    text.parse().map_err(|why| format!("{why}"))
}

/// What to do about a trace that is not whole: a later beginning helps against what is late, not against what held.
fn told(LeftOut { after, told, events, told_before, before }: LeftOut) -> String {
    let (after, all, all_before) = (exact_seconds(after.since_start()), told + events, told_before + before);
    let late = format!("the first {told} of {all} events are told, up to {after} s");
    let held = format!("of what held before, {told_before} of {all_before} events are told");
    match (events, before) {
        (_, 0) => format!(
            "{late}\n  = choose a while with --from and --until, or nodes with --of or --among, or tell more with --most"
        ),
        (0, _) => format!("{held}\n  = choose nodes with --of or --among, or tell more with --most"),
        _ => format!(
            "{late}\n{held}\n  = choose nodes with --of or --among, or tell more with --most; a while with --from and \
             --until helps with the former only"
        ),
    }
}

/// From when until when.
fn window(arguments: &TraceArguments, scenario: &Scenario) -> Result<(Time, Time), Failure> {
    let (duration, from) = (scenario.duration, arguments.from.unwrap_or(Span::ZERO));
    let until = arguments.until.unwrap_or(duration).min(duration);
    let wrong = |reason: String, remedy: &str| Err(Failure::Input(format!("error: {reason}\n  = {remedy}")));
    if from > duration {
        return wrong(format!("--from {from}: the run ends at {duration}"), "choose an earlier moment");
    }
    if until < from {
        return wrong(
            format!("--until {until} is before --from {from}"),
            "write the earlier moment after --from",
        );
    }
    Ok((Time::ZERO + from, Time::ZERO + until))
}

/// Of whom, and how that is told in the trace.
fn chosen(arguments: &TraceArguments, scenario: &Scenario) -> Result<(Whose, Option<String>), Failure> {
    type Way = fn(Vec<Range<u32>>) -> Whose;
    let ways: [(&str, &Option<String>, Way); 2] =
        [("of", &arguments.of, Whose::Touching), ("among", &arguments.among, Whose::Among)];
    for (word, selectors, way) in ways {
        if let Some(selectors) = selectors {
            let ranges = scenario.chosen(&format!("--{word}"), selectors).map_err(Failure::Input)?;
            return Ok((way(ranges), Some(format!("{word} {selectors}"))));
        }
    }
    Ok((Whose::All, None))
}
