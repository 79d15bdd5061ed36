//! Which pauses are known, and how many of them count.

use super::super::reasons;
use super::lengths::Lengths;
use crate::detectors::Suspicion;
use crate::engine::model::Missed;
use crate::engine::time::Span;
use crate::faults::{Onset, Trouble};
use crate::latencies::LatencyLaw;
use crate::scenario::Scenario;
use crate::topologies::Layout;

/// The pauses of a scenario.
pub(super) struct Scope {
    onset: Onset,
    /// How long they are.
    pub(super) length: LatencyLaw,
    /// The share of members that each strikes, or may strike.
    pub(super) share: f64,
    /// What becomes of beats that fall due meanwhile.
    pub(super) catch_up: Missed,
    /// Whether each beat waits for the one before, so that there is no grid.
    pub(super) begins_anew: bool,
}

impl Scope {
    /// The pauses of a scenario, or why nothing is known of them.
    pub(super) fn of(scenario: &Scenario) -> Result<Scope, String> {
        let why = |reason: &str| Err(reason.to_owned());
        let plan = scenario.topology.member();
        let rhythm = plan.rhythm();
        let begins_anew = rhythm.begins_anew() && plan.takes_channels();
        reasons::none_but_faults(scenario)?;
        if !begins_anew {
            reasons::of_rhythm(scenario)?;
        }
        let mut pauses = scenario.faults.iter().filter_map(|fault| match fault {
            Trouble::Pause(pause) => Some(pause),
            _ => None,
        });
        let (Some(pause), None) = (pauses.next(), pauses.next()) else {
            return why("pauses of several kinds overlap");
        };
        let (schedule, cluster) = (pause.schedule(), scenario.cluster());
        let onset = schedule.timetable().onset();
        if schedule.strikes_observers(&cluster) || cluster.nodes() == cluster.members {
            return why("those who watch stand still, too");
        }
        for fault in scenario.faults.iter().filter(|fault| !matches!(fault, Trouble::Pause(_))) {
            if !fault.only_ends_lives() {
                return Err(format!("a {} makes mistakes of its own", fault.kind()));
            }
            let outage = fault.member().outage();
            if fault.member().strikes_observers(&cluster) || cluster.nodes() == cluster.members {
                return why("observers crash");
            }
            if outage.shortest.is_some() || matches!(onset, Onset::Between { .. }) {
                return why("a node may crash, or be back, between its pauses");
            }
        }
        if pause.spares_beats() {
            return why("the thread that beats goes on");
        }
        let Some(length) = schedule.timetable().length() else {
            return why("a pause that lasts to the end of the run is never taken back");
        };
        if !matches!(scenario.topology, Layout::Centralized(_)) {
            return why("a pause holds up more than beats to a monitor");
        }
        if !matches!(scenario.detector.suspicion, Suspicion::Timeout(_) | Suspicion::Misses(_)) {
            return why("a detector that learns learns from pauses, too");
        }
        if !scenario.network.channels.is_empty() {
            return why("after a pause, all channels are silent at once");
        }
        if rhythm.is_steady() && !rhythm.is_plain() && matches!(onset, Onset::Between { .. }) {
            return why("pauses and beats keep step");
        }
        let share = f64::from(schedule.size(&cluster)) / f64::from(cluster.members);
        Ok(Scope { onset, length, share, catch_up: rhythm.catch_up, begins_anew })
    }

    /// How long a node runs from one pause to the next on average, where they come by chance.
    pub(super) fn chance_of_pause(&self) -> Option<f64> {
        match self.onset {
            Onset::ByChance(running) => Some(running.seconds()),
            Onset::Between { .. } => None,
        }
    }

    /// How many pauses of a node that is struck by each have all their consequences while mistakes are counted. Other
    /// pauses must have none: so long after a pause everything is as before.
    pub(super) fn pauses_counted(
        &self,
        scenario: &Scenario,
        settles: f64,
        lengths: &Lengths,
        per_pause: f64,
    ) -> Result<f64, String> {
        const NEGLIGIBLE: f64 = 1e-6;
        let Onset::Between { first: [earliest, latest], every } = self.onset else { return Ok(0.0) };
        let [earliest, latest] = [earliest, latest].map(Span::seconds);
        let (warmup, end) = (scenario.warmup.seconds(), scenario.duration.seconds());
        let every = every.map(Span::seconds);
        if let Some(every) = every {
            let room = every - (latest - earliest) - settles;
            if room <= 0.0 || lengths.beyond(room) > NEGLIGIBLE * per_pause.abs() {
                return Err("a pause may begin before the one before it is forgotten".to_owned());
            }
        }
        let mut counted = 0.0;
        let mut shift = 0.0;
        while earliest + shift < end {
            let (from, to) = (earliest + shift, latest + shift);
            if from >= warmup.max(settles) && to + settles <= end {
                counted += 1.0;
            } else if to + settles > warmup {
                return Err("a pause has consequences that are not all counted".to_owned());
            }
            match every {
                Some(every) => shift += every,
                None => break,
            }
        }
        Ok(counted)
    }
}
