//! The settings of a search, simulated: those that share their traffic in one pass, the cheapest first.

use std::collections::{BTreeMap, BTreeSet};

use super::parts::Journal;
use super::{Assembled, Plan, Stopped};
use crate::document::{Document, Kind, Stock, printable};
use crate::engine::digest::Digest;
use crate::figures::short;
use crate::results::Summary;
use crate::scenario::Scenario;
use crate::scenario::sweep::{Axis, Sweep};
use crate::tuning::{
    Candidate, Dial, Doubts, Found, Goals, Per, Point, Score, Search, Status, Tried, alike, best_of, front,
    knee, nearest,
};

/// A search over the settings of a scenario, ready to begin.
pub struct Tuning {
    base: Document,
    stock: Stock,
    sweep: Sweep,
    goals: Goals,
    rounds: u32,
    found: Found,
}

/// How many times as many runs as the scenario says may be added for certainty.
const MOST_TIMES: u32 = 16;
/// Settings of which more runs are simulated at once, where each has a traffic of its own.
const FEW: usize = 3;
/// Messages that are foretold so much apart are of the same traffic.
const SAME_TRAFFIC: f64 = 1.001;
/// The fewest coarse values of a key that only judges, where there is one.
const JUDGES: usize = 16;

impl Tuning {
    /// Prepares a search of so many rounds over the places of a sweep.
    pub fn new(base: Document, stock: Stock, sweep: Sweep, goals: Goals, rounds: u32) -> Tuning {
        let mut found = Found { columns: sweep.columns(), ..Found::default() };
        found.ranges = sweep.axes().iter().map(described).collect();
        found.tally.grid = sweep.places();
        Tuning { base, stock, sweep, goals, rounds, found }
    }

    /// What is searched, in words.
    pub fn ranges(&self) -> &[String] {
        &self.found.ranges
    }

    /// Searches. `simulate` does what a plan asks for and stores it in the journal.
    pub fn search<E: From<Stopped>>(
        mut self,
        simulate: &mut impl FnMut(&Plan, &mut Journal) -> Result<(), E>,
    ) -> Result<Found, E> {
        let mut search = Search::new(dials(self.sweep.axes()));
        let mut known = BTreeMap::new();
        let round = self.round(search.first(), &mut known)?;
        for (number, (_, places)) in round.iter().enumerate() {
            // What costs more than what will do is of no interest; but a front of one traffic is none.
            match number < 2 || best_of(&self.found.tried).is_none() {
                true => self.try_out(places, None, simulate)?,
                false => self.found.tally.left_out += places.len() as u64,
            }
        }
        for _ in 0..self.rounds {
            for tried in &self.found.tried {
                known.insert(tried.point.clone(), Some(tried.score()));
            }
            let points = search.next(&known);
            if points.is_empty() {
                break;
            }
            for (forecast, places) in self.round(points, &mut known)? {
                let best = best_of(&self.found.tried).map(|best| self.found.tried[best].forecast);
                match best.is_some_and(|best| forecast > best * SAME_TRAFFIC) {
                    true => self.found.tally.left_out += places.len() as u64,
                    false => self.try_out(&places, None, simulate)?,
                }
            }
        }
        self.make_sure(simulate)?;
        self.finish()
    }

    /// The places of these points in batches of the same traffic, each with the messages that are foretold, the
    /// cheapest first. Settings that cannot be are in none.
    fn round<E: From<Stopped>>(
        &mut self,
        points: Vec<Point>,
        known: &mut BTreeMap<Point, Option<Score>>,
    ) -> Result<Vec<(f64, Vec<u64>)>, E> {
        let mut places: Vec<u64> = points.iter().map(|point| self.place(point)).collect();
        places.sort_unstable();
        known.extend(points.into_iter().map(|point| (point, None)));
        let (plan, refused) =
            Plan::of_places(self.base.clone(), self.stock.clone(), self.sweep.clone(), &places);
        let tally = &mut self.found.tally;
        tally.refused.0 += refused.len() as u64;
        if let Some((_, page)) = refused.into_iter().next() {
            if plan.cells() == 0 && self.found.tried.is_empty() {
                return Err(Stopped::Scenario(page).into());
            }
            tally.refused.1.get_or_insert(page);
        }
        if self.found.tried.is_empty() {
            self.check_occasion(&plan)?;
            self.found.tally.grid_traffics = traffics(&plan, &self.sweep);
        }
        let mut batches: Vec<(f64, Vec<u64>)> = Vec::new();
        let mut groups: Vec<u32> = (0..plan.groups()).collect();
        let messages = |group: u32| plan.forecast(group).messages;
        groups.sort_by(|one, other| messages(*one).total_cmp(&messages(*other)));
        for group in groups {
            let places = plan.members(group).iter().map(|cell| plan.place(*cell));
            match batches.last_mut() {
                Some((least, batch)) if messages(group) <= *least * SAME_TRAFFIC => batch.extend(places),
                _ => batches.push((messages(group), places.collect())),
            }
        }
        batches.iter_mut().for_each(|(_, batch)| batch.sort_unstable());
        Ok(batches)
    }

    fn place(&self, point: &Point) -> u64 {
        let axes = self.sweep.axes().iter().zip(point);
        axes.fold(0, |place, (axis, value)| place * axis.values.len() as u64 + *value as u64)
    }

    /// Where nobody crashes, nobody can be found dead soon or late.
    fn check_occasion(&self, plan: &Plan) -> Result<(), Stopped> {
        let complain = |reason: &str, remedy: &str| {
            let name = printable(&self.base.name);
            Err(Stopped::Scenario(format!("error: {name}: {reason}\n  = {remedy}")))
        };
        if plan.cells() == 0 {
            return complain("no setting is wanted", "weaken the condition");
        }
        let scenario = plan.scenario(0).map_err(Stopped::Scenario)?;
        if self.goals.detection.is_some() && !scenario.faults.iter().any(|fault| fault.kind() == "crash") {
            return complain(
                "nobody crashes, so there is no detection to tune",
                "add [[faults]] with kind = \"crash\", nodes = \"random:25\", at = { between = [\"2m\", \"8m\"] }",
            );
        }
        Ok(())
    }

    /// Simulates settings, and keeps what came of them in the place of what was known before.
    fn try_out<E: From<Stopped>>(
        &mut self,
        places: &[u64],
        replications: Option<u32>,
        simulate: &mut impl FnMut(&Plan, &mut Journal) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut base = self.base.clone();
        if let Some(count) = replications {
            let put = base.put("more replications", "replications", &count.to_string());
            put.map_err(Stopped::Scenario)?;
        }
        let (plan, _) = Plan::of_places(base, self.stock.clone(), self.sweep.clone(), places);
        let mut journal = Journal::in_memory();
        simulate(&plan, &mut journal)?;
        self.found.tally.passes += plan.units().count() as u64;
        for cell in 0..plan.cells() {
            let tried = self.tried(&plan, cell, &mut journal)?;
            self.found.tally.runs += u64::from(tried.replications);
            let all = &mut self.found.tried;
            match all.binary_search_by_key(&tried.place, |other| other.place) {
                Ok(known) => all[known] = tried,
                Err(next) => all.insert(next, tried),
            }
        }
        Ok(())
    }

    fn tried(&self, plan: &Plan, cell: u32, journal: &mut Journal) -> Result<Tried, Stopped> {
        let Assembled { scenario, records, .. } = Assembled::read(plan, cell, None, journal)?;
        let summary = Summary::of(&scenario, &records);
        let place = plan.place(cell);
        let candidate = Candidate {
            point: self.sweep.indices(place),
            place,
            labels: plan.labels(cell),
            members: scenario.members.count(),
            forecast: plan.forecast(plan.seat(cell).0).messages,
        };
        // Of one observer what is calculated of a pair is true of the node.
        let is_of_node = self.goals.mistakes.is_some_and(|goal| goal.per == Per::Pair)
            || scenario.topology.member().is_watched_by_one();
        let calculated = summary.calculated.filter(|_| is_of_node);
        let outcome = (summary.estimates, summary.replications, summary.digest);
        Ok(Tried::of(candidate, &self.goals, outcome, calculated.map(|known| known.mistakes_per_pair_day)))
    }

    /// Adds runs to the settings that may be the best until it is known whether they meet the goals, or it takes too
    /// many to tell.
    fn make_sure<E: From<Stopped>>(
        &mut self,
        simulate: &mut impl FnMut(&Plan, &mut Journal) -> Result<(), E>,
    ) -> Result<(), E> {
        let fewest = self.found.tried.iter().map(|tried| tried.replications).min().unwrap_or(1);
        let most = fewest.saturating_mul(MOST_TIMES);
        loop {
            let alike = alike(&self.found.tried);
            let Some(best) = alike.first().map(|best| &self.found.tried[*best]) else { return Ok(()) };
            if best.status() == Status::Met {
                return Ok(());
            }
            let Some(runs) = Doubts::next_runs(best, most) else { return Ok(()) };
            let doubtful = alike.iter().map(|place| &self.found.tried[*place]);
            let mut places: Vec<u64> = doubtful
                .filter(|tried| tried.replications < runs && tried.status() == Status::Open)
                .take(super::Hearing::MOST_JUDGES)
                .map(|tried| tried.place)
                .collect();
            let shares = |places: &[u64]| {
                let mut places = places.to_vec();
                places.sort_unstable();
                Plan::of_places(self.base.clone(), self.stock.clone(), self.sweep.clone(), &places).0.groups()
                    == 1
            };
            if !shares(&places) {
                places.truncate(FEW);
            }
            places.sort_unstable();
            let runs_of =
                |tried: &[Tried]| tried.iter().map(|tried| u64::from(tried.replications)).sum::<u64>();
            let before = runs_of(&self.found.tried);
            self.try_out(&places, Some(runs), simulate)?;
            // Where the number of runs is itself searched, or chosen by a condition, there are no more to be had.
            if runs_of(&self.found.tried) == before {
                return Ok(());
            }
        }
    }

    /// Looks at all that was tried.
    fn finish<E: From<Stopped>>(mut self) -> Result<Found, E> {
        let tried = &self.found.tried;
        let is_traffic: Vec<bool> = self.sweep.axes().iter().map(|axis| !axis.judges_only()).collect();
        let traffic = |tried: &Tried| {
            let values = tried.point.iter().zip(&is_traffic);
            values.filter(|(_, is_traffic)| **is_traffic).map(|(value, _)| *value).collect::<Vec<_>>()
        };
        let shares = self.found.tally.grid_traffics < self.found.tally.grid;
        self.found.tally.traffics = match shares {
            true => tried.iter().map(traffic).collect::<BTreeSet<_>>().len() as u64,
            false => tried.len() as u64,
        };
        let mut places = front(&tried.iter().map(Tried::coordinates).collect::<Vec<_>>());
        places.sort_by(|one, other| {
            let key = |place: &usize| tried[*place].coordinates();
            let (one, other) = (key(one), key(other));
            one[0].total_cmp(&other[0]).then(one[1].total_cmp(&other[1])).then(one[2].total_cmp(&other[2]))
        });
        // A knee that misses a goal is of little use, if there is anything else.
        let good: Vec<usize> =
            places.iter().copied().filter(|place| tried[*place].status() != Status::Missed).collect();
        let bent = if good.len() < 3 { &places } else { &good };
        let shape: Vec<[f64; 3]> = bent.iter().map(|place| tried[*place].on_log_scale()).collect();
        self.found.knee = knee(&shape).map(|place| bent[place]);
        self.found.front = places;
        self.found.chosen = best_of(tried);
        let mut digest = Digest::default();
        tried.iter().for_each(|tried| digest.add_digest(tried.digest));
        self.found.tally.digest = digest;
        let chosen = self.found.chosen.map(|chosen| &self.found.tried[chosen]);
        let at_hand = chosen.or_else(|| nearest(tried, |_| true, |tried| tried.score().excess));
        let axes = self.sweep.axes().iter().zip(at_hand.map_or(&[][..], |tried| &tried.point));
        let is_at_end = |axis: &Axis, value: usize| {
            let last = axis.values.len() - 1;
            axis.is_ordered() && last > 1 && (value == 0 || value == last)
        };
        let at_ends = axes.filter(|(axis, value)| is_at_end(axis, **value));
        self.found.at_ends = at_ends.map(|(axis, _)| axis.path.clone()).collect();
        if let Some(chosen) = chosen {
            let document = self.sweep.document(&self.base, chosen.place).map_err(Stopped::Scenario)?;
            let mut scenario = Scenario::read(&document, self.stock.clone()).map_err(Stopped::Scenario)?;
            scenario.replications = chosen.replications;
            self.found.scenario = Some(scenario);
        }
        Ok(self.found)
    }
}

/// How many traffics there are in the settings of a full grid.
fn traffics(plan: &Plan, sweep: &Sweep) -> u64 {
    let axes = sweep.axes().iter().filter(|axis| !axis.judges_only());
    let count = axes.map(|axis| axis.values.len() as u64).product::<u64>();
    if plan.groups() < plan.cells() { count } else { sweep.places() }
}

/// The keys that are searched, and where each begins to look.
fn dials(axes: &[Axis]) -> Vec<Dial> {
    let judging = axes.iter().filter(|axis| axis.judges_only()).count();
    let dial = |axis: &Axis| {
        let (values, judges_only) = (axis.values.len(), axis.judges_only());
        let looks = match (judges_only, judging) {
            (true, 1) => JUDGES,
            (true, 2) => JUDGES / 2,
            _ => 4,
        };
        // What a list or a range of steps holds is looked at coarsely first if it is long.
        let mut stride = axis.stride;
        while axis.stride == 1 && values > 1 && (values - 1) / (stride * 2) >= looks {
            stride *= 2;
        }
        // Between the values of a range there are more, and who judges costs little.
        while judges_only && axis.stride > 1 && stride > 1 && (values - 1) / stride < looks {
            stride /= 2;
        }
        Dial { values, judges_only, is_ordered: axis.is_ordered(), stride }
    };
    axes.iter().map(dial).collect()
}

/// An axis in words: from where to where, and how finely.
fn described(axis: &Axis) -> String {
    let count = axis.values.len();
    let is_table = matches!(axis.values[0].kind, Kind::Table(_));
    match count {
        1 => format!("{} = {}", axis.path, axis.label(0)),
        _ if is_table => format!("{} ({} tables)", axis.path, short(count as f64)),
        _ if axis.is_ordered() => format!(
            "{} from {} to {} ({} values)",
            axis.path,
            axis.label(0),
            axis.label(count - 1),
            short(count as f64)
        ),
        _ => {
            let labels: Vec<String> = (0..count.min(5)).map(|index| axis.label(index)).collect();
            let more = if count > 5 { ", …" } else { "" };
            format!("{} = {}{more}", axis.path, labels.join(", "))
        }
    }
}
