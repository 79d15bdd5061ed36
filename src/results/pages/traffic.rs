//! What it costs: messages by kind, the busiest node, and messages over time where they were kept apart.

use super::pieces::{drawn, ends, numbers, range, section, table, times, told};
use super::run::RunPage;
use crate::figures::{seconds, short};
use crate::page::Section;
use crate::page::chart::{Chart, Curve, Drawing, Range, Role};
use crate::statistics::{self, Estimate};

/// A rate of messages.
struct Rate {
    name: String,
    group: &'static str,
    estimate: Estimate,
}

/// What it costs.
pub(super) fn traffic(page: &RunPage<'_>) -> Section {
    let rates = rates(page);
    let ranges: Vec<Range> =
        rates.iter().map(|rate| range(rate.name.clone(), rate.group, rate.estimate)).collect();
    let all = page.view.value("messages_per_s").unwrap_or(0.0);
    let summary = format!("{} messages a second are sent in all.", short(all));
    let drawing = Drawing::Ranges { x: numbers("messages a second"), ranges };
    let mut charts = vec![Chart { title: "Messages a second".to_owned(), summary, drawing }];
    charts.extend(over_time(page));
    let rows = rates
        .iter()
        .map(|rate| vec![rate.group.to_owned(), rate.name.clone(), told(rate.estimate, short)])
        .collect();
    let text = "Sent: all messages, by kind. One node: what it sends and receives, so a message counts for two \
                nodes. The ends of each line are those of the 95 % interval.";
    Section {
        charts,
        table: Some(table(&["", "of what", "#messages a second"], rows)),
        ..section("What it costs", vec![text.to_owned()])
    }
}

fn rates(page: &RunPage<'_>) -> Vec<Rate> {
    let records = page.view.records;
    let Some(first) = records.first() else { return Vec::new() };
    let mut rates = Vec::new();
    let mut add = |name: String, group, estimate: Option<Estimate>| {
        rates.extend(estimate.map(|estimate| Rate { name, group, estimate }));
    };
    let kinds = first.traffic.kinds;
    if kinds.len() > 1 {
        for (kind, name) in kinds.iter().enumerate() {
            let parts: Vec<(f64, f64)> =
                records.iter().map(|run| (run.traffic.sent[kind] as f64, run.counted_s)).collect();
            let is_sent = parts.iter().any(|(sent, _)| *sent > 0.0);
            add(name.replace('_', " "), "sent", statistics::ratio(&parts).filter(|_| is_sent));
        }
    }
    add("all kinds".to_owned(), "sent", page.view.estimate("messages_per_s"));
    let loads: Vec<(f64, f64)> =
        records.iter().map(|run| (run.traffic.total_load as f64, run.counted_s * run.nodes)).collect();
    add("the average node".to_owned(), "one node", statistics::ratio(&loads));
    let busiest: Vec<f64> =
        records.iter().map(|run| run.traffic.busiest_node_load as f64 / run.counted_s).collect();
    add("the busiest node".to_owned(), "one node", statistics::mean(&busiest));
    let peak = page.view.estimate("messages_peak_per_s");
    add("the busiest node, busiest second".to_owned(), "one node", peak);
    rates
}

/// Messages over time, where they were kept apart.
fn over_time(page: &RunPage<'_>) -> Option<Chart> {
    let sighted = page.sighted;
    let kinds = page.view.records.first()?.traffic.kinds;
    if sighted.messages.is_empty() {
        return None;
    }
    let curve = |(kind, name): (usize, &&str)| {
        let mut curve = Curve {
            name: name.replace('_', " "),
            role: Role::Seen,
            stepped: false,
            places: Vec::new(),
            band: Vec::new(),
        };
        for (bin, [from, until]) in sighted.stretches() {
            let (middle, length) = (f64::midpoint(from, until), until - from);
            let counts: Vec<f64> =
                sighted.messages.iter().map(|run| run[kind][bin] as f64 / length).collect();
            let Some(estimate) = statistics::mean(&counts) else { continue };
            curve.places.push([drawn(middle), drawn(estimate.value)]);
            if let [Some(low), Some(high)] = ends(estimate.interval) {
                curve.band.push([drawn(middle), low.max(0.0), high]);
            }
        }
        curve
    };
    let curves: Vec<Curve> = kinds.iter().enumerate().map(curve).collect();
    let curves: Vec<Curve> =
        curves.into_iter().filter(|curve| curve.places.iter().any(|[_, rate]| *rate > 0.0)).collect();
    let summary = format!("Means over all runs, of {} each.", seconds(sighted.width.seconds()));
    let drawing = Drawing::Curves {
        x: times("time in the run"),
        y: numbers("messages a second"),
        curves,
        marks: Vec::new(),
    };
    Some(Chart { title: "Messages over time".to_owned(), summary, drawing })
}
