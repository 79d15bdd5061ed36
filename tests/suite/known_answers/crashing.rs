//! Many nodes, each of which crashes once, at a time and with a phase of its own: each crash is an
//! independent observation of the detection time.

use std::collections::BTreeMap;

use hbsim::engine::findings::Ending;
use hbsim::engine::time::{Span, Time};
use hbsim::measures::{RunRecord, find, summarise};

use super::experiment::{Experiment, s, simulate};

const NODES: u32 = 2000;
const REPLICATIONS: u32 = 50;
/// Intervals during which nodes crash. A whole number, so that a crash falls on any point between two beats.
const WINDOW: f64 = 4.0;

/// What became known of all crashes.
pub(super) struct Crashes {
    /// The mean detection time, as tables show it.
    pub mean: f64,
    /// Detection times in ascending order; 0 where the node was held dead already.
    pub times: Vec<f64>,
    /// The same, but negative by as much as the node was held dead too early.
    pub signed: Vec<f64>,
}

impl Crashes {
    pub(super) fn count(&self) -> usize {
        self.times.len()
    }

    /// How many crashes were not known before they happened.
    pub(super) fn unforeseen(&self) -> usize {
        self.times.iter().filter(|time| **time > 0.0).count()
    }

    pub(super) fn signed_mean(&self) -> f64 {
        self.signed.iter().sum::<f64>() / self.signed.len() as f64
    }

    pub(super) fn least(&self) -> f64 {
        self.times[0]
    }

    pub(super) fn greatest(&self) -> f64 {
        self.times[self.times.len() - 1]
    }
}

impl Experiment {
    /// Crashes 100 000 nodes, each after at least `history` intervals of beats, and waits for `patience`
    /// seconds after the last one.
    pub(super) fn crashes(&self, history: u32, patience: f64) -> Crashes {
        self.crashes_by_cycle(history, self.interval, patience)
    }

    /// The same where a node is heard of every `cycle` seconds instead.
    pub(super) fn crashes_by_cycle(&self, history: u32, cycle: f64, patience: f64) -> Crashes {
        let from = f64::from(history) * cycle;
        let to = from + WINDOW * cycle;
        let lines = format!(
            "duration = {}\nreplications = {REPLICATIONS}\n\
             [[faults]]\nkind = \"crash\"\nnodes = \"each\"\nat = {{ between = [{}, {}] }}",
            s(to + patience),
            s(from),
            s(to)
        );
        let records = simulate(&self.scenario(NODES, &lines));
        let mean = find(&summarise(&records), "detection_s_mean").expect("crashes were detected").value;
        let (mut times, mut signed) = (Vec::new(), Vec::new());
        for record in &records {
            assert_eq!(record.detected(), u64::from(NODES), "every crash is detected in the end");
            observe(record, &mut times, &mut signed);
        }
        times.sort_unstable_by(f64::total_cmp);
        signed.sort_unstable_by(f64::total_cmp);
        Crashes { mean, times, signed }
    }
}

fn observe(record: &RunRecord, times: &mut Vec<f64>, signed: &mut Vec<f64>) {
    let came_true = record.findings.mistakes.iter().filter(|mistake| mistake.ending == Ending::CameTrue);
    let accused: BTreeMap<_, Time> = came_true.map(|mistake| (mistake.pair.subject, mistake.start)).collect();
    for crash in &record.findings.crashes {
        let time = crash.detection(crash.acting).expect("every crash is detected in the end");
        times.push(time.seconds());
        let early = match accused.get(&crash.node) {
            // A beat that was still on its way had the node trusted again for a while.
            Some(since) if time == Span::ZERO => (crash.at - *since).seconds(),
            _ => 0.0,
        };
        signed.push(time.seconds() - early);
    }
}
