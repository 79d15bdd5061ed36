//! Several scenarios, simulated over all cores: those that share their traffic in one go.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::arguments::Means;
use super::failure::Failure;
use super::progress::Progress;
use crate::engine::world::Meter;
use crate::experiment::{Bundle, Forecast, Hearing, Repeated, replicate};
use crate::measures::RunRecord;
use crate::scenario::Scenario;

/// Scenarios that are to be simulated, each with its place among all.
pub(super) struct Together<'a> {
    /// Those of each group share their traffic.
    groups: Vec<Vec<(usize, &'a Scenario)>>,
    threads: usize,
}

impl<'a> Together<'a> {
    /// Refuses what cannot be done before anything is begun.
    pub(super) fn prepare(
        scenarios: impl Iterator<Item = (usize, &'a Scenario)>,
        means: &Means,
    ) -> Result<Together<'a>, Failure> {
        let mut together = Together { groups: groups(scenarios), threads: 1 };
        let (mut dearest, mut runs) = (Forecast::default(), 0);
        for scenarios in together.scenarios() {
            let hearing = Hearing { scenarios: &scenarios, by_second: false };
            let Forecast { events, bytes, kept, .. } = Forecast::of_hearing(&hearing);
            dearest.events = dearest.events.max(events);
            dearest.bytes = dearest.bytes.max(bytes);
            dearest.kept = dearest.kept.max(kept);
            runs += hearing.replications();
        }
        let threads = means.threads(&dearest, runs.max(1));
        together.threads =
            threads.map_err(|refusal| Failure::Input(format!("error: all together: {refusal}")))?;
        Ok(together)
    }

    /// The scenarios, group by group.
    fn scenarios(&self) -> Vec<Vec<&'a Scenario>> {
        let of_group = |group: &Vec<(usize, &'a Scenario)>| group.iter().map(|(_, one)| *one).collect();
        self.groups.iter().map(of_group).collect()
    }

    /// Simulates them all, and hands over the place of each with the records of its runs.
    pub(super) fn simulate(
        &self,
        meter: &Arc<Meter>,
        quiet: bool,
        mut take: impl FnMut(usize, Vec<RunRecord>),
    ) -> Result<(), Failure> {
        let scenarios = self.scenarios();
        let hearings: Vec<Hearing<'_>> =
            scenarios.iter().map(|scenarios| Hearing { scenarios, by_second: false }).collect();
        let cost =
            |hearing: &Hearing<'_>| Forecast::of_hearing(hearing).events * f64::from(hearing.replications());
        let expected: f64 = hearings.iter().map(cost).sum();
        let done = meter.events.load(Ordering::Relaxed);
        let _progress = Progress::show(meter, done + expected as u64, !quiet);
        let mut heard: Vec<Vec<RunRecord>> = Vec::new();
        replicate::<_, Failure>(Bundle { hearings: &hearings }, self.threads, meter, |run| {
            let group = &self.groups[run.hearing];
            heard.resize_with(group.len(), Vec::new);
            for (records, mut record) in heard.iter_mut().zip(run.records) {
                record.keep_sums_only();
                records.push(record);
            }
            if heard[0].len() == hearings[run.hearing].replications() as usize {
                group.iter().zip(heard.drain(..)).for_each(|((place, _), records)| take(*place, records));
            }
            Ok(())
        })
    }
}

/// Those that share their traffic, in the order of their first ones.
fn groups<'a>(scenarios: impl Iterator<Item = (usize, &'a Scenario)>) -> Vec<Vec<(usize, &'a Scenario)>> {
    let mut groups: Vec<Vec<(usize, &Scenario)>> = Vec::new();
    // Of each traffic, the group that has room for one more.
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    for due in scenarios {
        let traffic = due.1.traffic();
        let joined = traffic.as_ref().and_then(|traffic| open.get(traffic)).copied();
        match joined.filter(|group| groups[*group].len() < Hearing::MOST_JUDGES) {
            Some(group) => groups[group].push(due),
            None => {
                open.extend(traffic.map(|traffic| (traffic, groups.len())));
                groups.push(vec![due]);
            }
        }
    }
    groups
}
