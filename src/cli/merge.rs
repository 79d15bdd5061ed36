//! `hbsim merge`: put the parts of a sweep that was shared out together.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::arguments::MergeArguments;
use super::failure::{Failure, note};
use super::gathering::{Circumstances, Gathering};
use super::order::Order;
use super::report::Target;
use super::run::stop_on_interrupt;
use crate::document::printable;
use crate::engine::world::Meter;
use crate::experiment::parts::{Damage, Kept, Parts, Shard, Unit};
use crate::experiment::{Assembled, Plan};

pub(super) fn merge(arguments: &MergeArguments) -> Result<(), Failure> {
    let circumstances = Circumstances::begin(1);
    let report = arguments.report.as_deref().map(Target::beside_result).transpose()?;
    let meter = Arc::new(Meter::default());
    stop_on_interrupt(&meter);
    let mut parts = Parts::open(&arguments.parts)?;
    if !arguments.quiet {
        parts.damage().iter().for_each(tell_damage);
    }
    let mut order = Order::of_parts(parts.identity())?;
    let plan = order.plan()?;
    let missing = missing(&plan, &order, &mut parts)?;
    if !missing.is_empty() {
        return Err(Failure::Incomplete(incomplete(&order, &missing, arguments)));
    }
    let gathering = Gathering {
        plan: &plan,
        order: &order,
        format: arguments.format,
        quiet: arguments.quiet,
        meter: &meter,
        report: report.as_ref(),
    };
    match &arguments.out {
        None => gathering.print(&mut parts),
        Some(target) => gathering.write(&mut parts, target, &circumstances),
    }
}

fn tell_damage(damage: &Damage) {
    let Damage { path, given_up } = damage;
    note(format_args!(
        "note: the last {given_up} bytes of {} were not written to the end, or have changed since",
        printable(&path.to_string_lossy())
    ));
}

/// The shards that have not done all of their work.
fn missing(plan: &Plan, order: &Order, parts: &mut Parts) -> Result<BTreeSet<Shard>, Failure> {
    let of = parts.shards();
    let is_adaptive = order.precision.is_some();
    let shard_of = |unit| plan.shard_of(unit, of, is_adaptive);
    let mut missing: BTreeSet<Shard> = plan.units().filter(|unit| !parts.has(*unit)).map(shard_of).collect();
    if missing.is_empty() && is_adaptive {
        for cell in 0..plan.cells() {
            if Assembled::read(plan, cell, order.precision.as_ref(), parts)?.is_short_of_runs {
                let (group, _) = plan.seat(cell);
                missing.insert(shard_of(Unit { group, replication: 0 }));
            }
        }
    }
    Ok(missing)
}

fn incomplete(order: &Order, missing: &BTreeSet<Shard>, arguments: &MergeArguments) -> String {
    let folder = arguments.parts.to_string_lossy();
    let commands = missing.iter().map(|shard| format!("\n  {}", order.command(Some((*shard, &folder)))));
    let count = match missing.len() {
        1 => "1 shard is".to_owned(),
        count => format!("{count} shards are"),
    };
    format!("{count} not finished; this does what is missing:{}", commands.collect::<String>())
}
