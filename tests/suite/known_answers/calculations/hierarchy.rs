//! Nodes that beat to the coordinator of their region, which reports to one above.

use super::agrees;

/// Regions of equal size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hierarchy {
    pub nodes: usize,
    pub regions: usize,
    /// The time between two beats of a node, and between two reports of a coordinator.
    pub local: f64,
    pub global: f64,
}

impl Hierarchy {
    /// Beats per second at one coordinator that is none of the nodes.
    pub(crate) fn at_one(&self) -> f64 {
        self.nodes as f64 / self.regions as f64 / self.local
    }

    /// Reports per second.
    pub(crate) fn across(&self) -> f64 {
        self.regions as f64 / self.global
    }

    /// Messages per second if the coordinators are none of the nodes.
    pub(crate) fn all(&self) -> f64 {
        self.nodes as f64 / self.local + self.across()
    }

    /// Messages per second if each coordinator is one of the nodes and sends itself none.
    pub(crate) fn all_among_nodes(&self) -> f64 {
        (self.nodes - self.regions) as f64 / self.local + self.across()
    }
}

/// When a coordinator tells of a crash.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Report {
    AtOnce,
    /// With the next report; each is lost with this probability.
    Every {
        interval: f64,
        loss: f64,
    },
}

/// Mean and deviation of the time until the coordinator of all knows of a crash: `interval`, `timeout` and
/// `latency` of the beats within the region, then the report, which takes `across`.
pub(crate) fn known_at_the_top(
    (interval, timeout, latency): (f64, f64, f64),
    report: Report,
    across: f64,
) -> (f64, f64) {
    let (mut mean, mut variance) = (timeout + latency - interval / 2.0 + across, interval * interval / 12.0);
    if let Report::Every { interval, loss } = report {
        mean += interval * (0.5 + loss / (1.0 - loss));
        variance += interval * interval * (1.0 / 12.0 + loss / ((1.0 - loss) * (1.0 - loss)));
    }
    (mean, variance.sqrt())
}

/// nodes, regions, intervals; beats at one coordinator, reports, all, all if coordinators are among the nodes
const HI_01: [(usize, usize, f64, f64, [f64; 4]); 5] = [
    (500, 10, 2.0, 5.0, [25.0, 2.0, 252.0, 247.0]),
    (500, 3, 2.0, 5.0, [250.0 / 3.0, 0.6, 250.6, 249.1]),
    (150, 3, 2.0, 5.0, [25.0, 0.6, 75.6, 74.1]),
    (300, 3, 2.0, 1.0, [50.0, 3.0, 153.0, 151.5]),
    (1000, 20, 1.0, 5.0, [50.0, 4.0, 1004.0, 984.0]),
];

#[test]
fn hi_01_messages_per_second() {
    for (nodes, regions, local, global, [at_one, across, all, among_nodes]) in HI_01 {
        let label = format!("nodes={nodes} regions={regions}");
        let hierarchy = Hierarchy { nodes, regions, local, global };
        agrees(&format!("{label} at one"), at_one, hierarchy.at_one());
        agrees(&format!("{label} across"), across, hierarchy.across());
        agrees(&format!("{label} all"), all, hierarchy.all());
        agrees(&format!("{label} among nodes"), among_nodes, hierarchy.all_among_nodes());
    }
}

/// interval, timeout, latency of the beats; report, its latency; mean, deviation
const HI_02: [((f64, f64, f64), Report, f64, f64, f64); 4] = [
    ((2.0, 6.0, 0.001), Report::AtOnce, 0.08, 5.081, 0.5773503),
    ((2.0, 6.0, 0.001), Report::Every { interval: 5.0, loss: 0.0 }, 0.08, 7.581, 1.554563),
    ((2.0, 6.0, 0.001), Report::Every { interval: 5.0, loss: 0.1 }, 0.08, 8.136556, 2.345866),
    ((1.0, 3.0, 0.002), Report::Every { interval: 10.0, loss: 0.05 }, 0.05, 8.078316, 3.735884),
];

#[test]
fn hi_02_known_at_the_top() {
    for (beats, report, across, known, spread) in HI_02 {
        let (mean, deviation) = known_at_the_top(beats, report, across);
        agrees(&format!("{beats:?} {report:?}"), known, mean);
        agrees(&format!("{beats:?} {report:?} deviation"), spread, deviation);
    }
}
