//! What became of nodes in one run, and what their observers believed: lanes to look at, and the same in rows.

mod choice;
mod lives;
mod reach;

use std::collections::{BTreeMap, BTreeSet};

pub use choice::Choice;
pub(super) use lives::{Doubt, Lives, Plight, Stretch};

use super::numbers::{exact_seconds, short};
use crate::engine::cluster::NodeId;
use crate::engine::onlooker::Account;
use crate::engine::time::Time;
use crate::page::chart::{Axis, Belief, Chart, Condition, Drawing, Lane, State, Unit};
use crate::page::{Column, Table};
use crate::scenario::Scenario;

/// A timeline of one run.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The lanes.
    pub chart: Chart,
    /// The same in rows.
    pub table: Table,
    /// What was left out, and what must be known to read it.
    pub notes: Vec<String>,
}

/// Of how many observers a lane shows the beliefs at most.
const MOST_OBSERVERS: usize = 8;
/// How many beliefs, and how many states, a lane shows at most.
const MOST_IN_LANE: usize = 60;
/// How many rows the table has at most.
const MOST_ROWS: usize = 300;

impl Timeline {
    /// What a run that was looked at as a choice says became of the nodes chosen.
    pub fn of(scenario: &Scenario, choice: &Choice, account: &Account) -> Timeline {
        let end = Time::ZERO + scenario.duration;
        let last = account.sightings.last().map_or(end, |last| last.at);
        let until = if account.left_out == 0 { end } else { last };
        let shown: BTreeSet<NodeId> = choice.nodes.iter().copied().collect();
        let lives = Lives::of(scenario, account, &shown, (Time::ZERO, until));
        let mut drawn = Drawn { scenario, lives: &lives, left_out: LeftOut::default() };
        let lanes: Vec<Lane> = choice.nodes.iter().map(|node| drawn.lane(*node)).collect();
        let LeftOut { beliefs, states } = drawn.left_out;
        let rows = rows(scenario, &lives, &shown);
        let mut notes = vec![CUT_MEANS.to_owned()];
        notes.retain(|_| lives.plights.iter().any(|plight| plight.what.condition == Condition::Cut));
        let nodes = scenario.cluster().nodes();
        if (shown.len() as u32) < nodes {
            let (shown, nodes) = (shown.len(), short(f64::from(nodes)));
            notes.push(format!("{shown} of {nodes} nodes are shown: {}.", who(shown, choice.affected)));
        }
        if beliefs > 0 {
            let what = if beliefs == 1 { "belief is" } else { "beliefs are" };
            notes.push(format!(
                "{} {what} not shown: of each node, those of the {MOST_OBSERVERS} observers who first did not trust it \
                 are, {MOST_IN_LANE} at most.",
                short(beliefs as f64)
            ));
        }
        if states > 0 {
            notes.push(format!(
                "Of each node, the first {MOST_IN_LANE} times that it was not as usual are shown."
            ));
        }
        if account.left_out > 0 {
            let (until, more) = (exact_seconds(until.since_start()), short(account.left_out as f64));
            notes.push(format!(
                "It ends at {until} s: after that, {more} more things happened to these nodes."
            ));
        }
        if rows.len() > MOST_ROWS {
            notes.push(format!("The table has {} more rows.", short((rows.len() - MOST_ROWS) as f64)));
        }
        Timeline { chart: chart(&lives, lanes, until), table: table(rows), notes }
    }
}

const CUT_MEANS: &str = "A node is cut off while a wall stands between it and anybody who may watch it or whom it may \
                         watch, in either direction, or whose opinion of it counts.";

/// Who is among so many nodes that are shown: of so many of whom there is something to tell, so many.
fn who(shown: usize, (affected, told): (u64, u64)) -> String {
    let others = if told < shown as u64 { ", and some others" } else { "" };
    let befell = "crashed, were wrongly held dead or were struck by something else";
    match affected {
        0 => "none crashed, was wrongly held dead or was struck by something else".to_owned(),
        1 => format!("the one that crashed, was wrongly held dead or was struck by something else{others}"),
        _ if affected == told => format!("all {told} that {befell}{others}"),
        _ => format!("{told} of the {} that {befell}{others}", short(affected as f64)),
    }
}

/// Lanes while they are drawn.
struct Drawn<'a> {
    scenario: &'a Scenario,
    lives: &'a Lives,
    left_out: LeftOut,
}

/// What does not fit into lanes.
#[derive(Default)]
struct LeftOut {
    beliefs: usize,
    states: usize,
}

impl Drawn<'_> {
    fn lane(&mut self, node: NodeId) -> Lane {
        let of_node = self.lives.plights.iter().filter(|stretch| stretch.what.node == node);
        let states: Vec<State> = of_node
            .map(|Stretch { from, until, what: Plight { condition, note, .. } }| State {
                from: seconds(*from),
                until: seconds(*until),
                what: *condition,
                note: note.clone(),
            })
            .collect();
        self.left_out.states += states.len().saturating_sub(MOST_IN_LANE);
        let mut observers = BTreeSet::new();
        let of_node = self.lives.doubts.iter().filter(|stretch| stretch.what.pair.subject == node);
        let mut beliefs = Vec::new();
        for Stretch { from, until, what: Doubt { pair, dead, wrong, .. } } in of_node {
            if observers.len() < MOST_OBSERVERS {
                observers.insert(pair.observer);
            }
            if beliefs.len() < MOST_IN_LANE && observers.contains(&pair.observer) {
                let observer = self.scenario.name_of(pair.observer);
                let (from, until) = (seconds(*from), seconds(*until));
                beliefs.push(Belief { observer, from, until, dead: *dead, wrong: *wrong });
            } else {
                self.left_out.beliefs += 1;
            }
        }
        Lane {
            name: self.scenario.name_of(node),
            states: states.into_iter().take(MOST_IN_LANE).collect(),
            beliefs,
        }
    }
}

fn seconds(time: Time) -> f64 {
    time.since_start().seconds()
}

fn chart(lives: &Lives, lanes: Vec<Lane>, until: Time) -> Chart {
    let mut conditions: BTreeMap<&str, usize> = BTreeMap::new();
    lives.plights.iter().for_each(|plight| *conditions.entry(word(plight.what.condition)).or_default() += 1);
    let mut told: Vec<String> =
        conditions.into_iter().map(|(word, times)| format!("{times} times {word}")).collect();
    let dead = lives.doubts.iter().filter(|doubt| doubt.what.dead);
    let wrong = dead.clone().filter(|doubt| doubt.what.wrong).count();
    told.push(format!("{} times held dead by an observer, {wrong} of them wrongly", dead.count()));
    let summary = format!("{} nodes over {} s: {}.", lanes.len(), short(seconds(until)), told.join(", "));
    let x = Axis { label: "time in the run".to_owned(), unit: Unit::Seconds, logarithmic: false };
    let title = "What became of nodes, and what their observers believed".to_owned();
    let drawing = Drawing::Lanes { x, lanes, from: 0.0, until: seconds(until) };
    Chart { title, summary: summary.replace(" 1 times", " once").replace(": 1 times", ": once"), drawing }
}

fn word(condition: Condition) -> &'static str {
    match condition {
        Condition::Crashed => "crashed",
        Condition::Paused => "paused",
        Condition::Cut => "cut off",
        Condition::Hindered => "hindered",
    }
}

/// All rows, in the order in which what they tell began.
fn rows(scenario: &Scenario, lives: &Lives, shown: &BTreeSet<NodeId>) -> Vec<[String; 6]> {
    let mut rows: Vec<(Time, [String; 6])> = Vec::new();
    let mut row = |(from, until): (Time, Time), node: NodeId, what: &str, who: String, note: String| {
        let [begins, ends] = [from, until].map(|time| exact_seconds(time.since_start()));
        rows.push((from, [scenario.name_of(node), what.to_owned(), begins, ends, who, note]));
    };
    for Stretch { from, until, what: Plight { node, condition, note } } in &lives.plights {
        row((*from, *until), *node, word(*condition), String::new(), note.clone());
    }
    for Stretch { from, until, what: Doubt { pair, dead, wrong, told_by } } in &lives.doubts {
        let what = if *dead { "held dead" } else { "suspected" };
        let mut note = if *wrong { "it was up".to_owned() } else { String::new() };
        if let Some(told_by) = told_by {
            let comma = if note.is_empty() { "" } else { "; " };
            note = format!("{note}{comma}told by {}", scenario.name_of(*told_by));
        }
        row((*from, *until), pair.subject, what, scenario.name_of(pair.observer), note);
    }
    for Stretch { from, until, what: node } in lives.terms.iter().filter(|term| shown.contains(&term.what)) {
        row((*from, *until), *node, "led", String::new(), String::new());
    }
    rows.sort_by_key(|(from, _)| *from);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn table(rows: Vec<[String; 6]>) -> Table {
    let columns = [
        ("node", false),
        ("what", false),
        ("from (s)", true),
        ("until (s)", true),
        ("who believed it", false),
        ("note", false),
    ];
    let column = |(name, is_figures): (&str, bool)| Column { name: name.to_owned(), is_figures };
    Table {
        columns: columns.into_iter().map(column).collect(),
        rows: rows.into_iter().take(MOST_ROWS).map(Vec::from).collect(),
        folded: true,
    }
}

#[cfg(test)]
mod tests;
