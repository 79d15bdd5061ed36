//! Who was wrong when, and why: mistakes over time, and how long they lasted.

use super::distribution::weighted_steps;
use super::pieces::{drawn, numbers, section, shares, table, times, told};
use super::run::RunPage;
use crate::engine::findings::Cause;
use crate::figures::{seconds, short};
use crate::measures;
use crate::page::Section;
use crate::page::chart::{Chart, Curve, Drawing, Role, Stack};
use crate::results::report::CAUSES;

/// Mistakes over time and how long they lasted.
pub(super) fn mistakes(page: &RunPage<'_>) -> Section {
    let count = page.view.value("mistakes").unwrap_or(0.0);
    if count == 0.0 {
        let said = page.view.mistake_sentence();
        return section("Wrong beliefs", vec![said.trim().to_owned()]);
    }
    let seen = page.sighted.mistakes_seen() as f64;
    let mut notes = Vec::new();
    if seen < count {
        notes.push(format!(
            "The charts show the first {} of {} mistakes: of each run, only so many are kept one by one.",
            short(seen),
            short(count)
        ));
    }
    let text = vec![page.view.mistake_sentence().trim().to_owned()];
    let charts = over_time(page).into_iter().chain(lengths(page)).collect();
    let rows = CAUSES.into_iter().filter_map(|(why, name)| by_cause(page, why, name, count)).collect();
    Section {
        charts,
        table: Some(table(&["cause", "#mistakes", "#share", "95 % interval of the number"], rows)),
        notes,
        ..section("Wrong beliefs", text)
    }
}

/// A row of the table of causes.
fn by_cause(page: &RunPage<'_>, why: &str, name: &str, all: f64) -> Option<Vec<String>> {
    let estimate = page.view.estimate(name).filter(|estimate| estimate.value > 0.0)?;
    let share = format!("{} %", short(100.0 * estimate.value / all));
    Some(vec![
        why.to_owned(),
        short(estimate.value),
        share,
        crate::results::report::surely(name, estimate, short),
    ])
}

/// How many mistakes began when, coloured by cause.
fn over_time(page: &RunPage<'_>) -> Option<Chart> {
    let sighted = page.sighted;
    let causes: Vec<usize> =
        (0..Cause::ALL.len()).filter(|cause| sighted.mistakes.iter().any(|bin| bin[*cause] > 0)).collect();
    if causes.is_empty() {
        return None;
    }
    let stack = |(number, [from, until]): (usize, [f64; 2])| {
        let heights = causes.iter().map(|cause| sighted.mistakes[number][*cause] as f64).collect();
        Stack { from, until, heights }
    };
    let stacks: Vec<Stack> = sighted.stretches().map(stack).collect();
    let runs = page.view.records.len();
    let in_all =
        if runs == 1 { String::new() } else { format!(", all {} runs together", short(runs as f64)) };
    let busiest = stacks.iter().max_by(|one, other| {
        let height = |stack: &Stack| stack.heights.iter().sum::<f64>();
        // Of equal ones the first.
        height(one).total_cmp(&height(other)).then(other.from.total_cmp(&one.from))
    })?;
    let summary = format!(
        "Most mistakes began between {} and {}: {}.",
        seconds(busiest.from),
        seconds(busiest.until),
        short(busiest.heights.iter().sum())
    );
    let drawing = Drawing::Stacks {
        x: times("time in the run"),
        y: numbers(format!("mistakes that began in {}", sighted.width)),
        sorts: causes.iter().map(|cause| CAUSES[*cause].0.to_owned()).collect(),
        stacks,
    };
    Some(Chart { title: format!("When mistakes began, and why{in_all}"), summary, drawing })
}

/// How long mistakes lasted.
fn lengths(page: &RunPage<'_>) -> Option<Chart> {
    let lengths = page.sighted.lengths();
    let (longest, _) = *lengths.last()?;
    let ended: u64 = lengths.iter().map(|(_, count)| count).sum();
    let curve = Curve {
        name: "simulated".to_owned(),
        role: Role::Seen,
        stepped: true,
        places: weighted_steps(&lengths),
        band: Vec::new(),
    };
    let mean = measures::find(&page.view.summary.estimates, "mistake_s_mean");
    let mean = mean.map_or_else(String::new, |mean| format!(" On average {}.", told(mean, seconds)));
    let unended = page.sighted.unended;
    let without = match unended {
        0 => String::new(),
        count => format!(" Left out: {} that did not end in the run.", short(count as f64)),
    };
    let drawing = Drawing::Curves {
        x: times("length of a mistake"),
        y: shares("share of mistakes no longer"),
        curves: vec![curve],
        marks: Vec::new(),
    };
    Some(Chart {
        title: format!("How long {} mistakes lasted", short(ended as f64)),
        summary: format!("The longest lasted {}.{mean}{without}", seconds(drawn(longest))),
        drawing,
    })
}
