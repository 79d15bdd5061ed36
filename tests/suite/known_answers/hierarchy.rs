//! Two storeys: how many messages they cost (HI-01), how soon the top knows of a crash (HI-02), and for how
//! long nobody sees a region whose coordinator is dead.

use std::path::Path;

use hbsim::document::Document;
use hbsim::engine::cluster::NodeId;
use hbsim::measures::RunRecord;
use hbsim::scenario::Scenario;

use super::experiment::{s, simulate};
use super::sheet::Sheet;

/// A scenario with regions of these sizes, called r0, r1, …
struct Hierarchy {
    seed: u64,
    sizes: Vec<u32>,
    /// Seconds between two beats, and between two reports.
    intervals: (f64, f64),
    timeout: f64,
    latency: f64,
    loss: f64,
    /// What the `[topology]` table and its `uplink` say besides the intervals.
    topology: &'static str,
    uplink: &'static str,
}

impl Hierarchy {
    /// `members` in so many regions, as equal as can be.
    fn of(members: u32, regions: u32, intervals: (f64, f64)) -> Hierarchy {
        let sizes = (0..regions).map(|region| (members + region) / regions).collect();
        let timeout = 3.0 * intervals.0;
        Hierarchy { seed: 1, sizes, intervals, timeout, latency: 0.001, loss: 0.0, topology: "", uplink: "" }
    }

    fn runs(&self, lines: &str) -> Vec<RunRecord> {
        let regions: Vec<String> =
            self.sizes.iter().enumerate().map(|(number, size)| format!("r{number:05} = {size}")).collect();
        let Hierarchy { seed, intervals: (local, global), topology, uplink, loss, .. } = self;
        let text = format!(
            "name = \"known-answer\"\nseed = {seed}\ncluster = {{ regions = {{ {} }} }}\n\
             topology = {{ kind = \"hierarchical\", interval = {}, uplink = {{ interval = {}{uplink} }}{topology} }}\n\
             detector = {{ kind = \"timeout\", timeout = {} }}\n\
             network = {{ latency = {{ kind = \"constant\", value = {} }}, loss = {loss:?} }}\n{lines}",
            regions.join(", "),
            s(*local),
            s(*global),
            s(self.timeout),
            s(self.latency),
        );
        let scenario = Document::parse("known-answer.toml", &text)
            .and_then(|document| Scenario::read(&document, Path::new(".")))
            .unwrap_or_else(|complaint| panic!("{text}\n{complaint}"));
        simulate(&scenario)
    }
}

/// members, regions, seconds between beats and between reports; messages a second at each coordinator on
/// average, between storeys, in all. Coordinators are nodes of their own.
const HI_01: [(u32, u32, (f64, f64), [f64; 3]); 5] = [
    (500, 10, (2.0, 5.0), [25.0, 2.0, 252.0]),
    (500, 3, (2.0, 5.0), [250.0 / 3.0, 0.6, 250.6]),
    (150, 3, (2.0, 5.0), [25.0, 0.6, 75.6]),
    (300, 3, (2.0, 1.0), [50.0, 3.0, 153.0]),
    (1000, 20, (1.0, 5.0), [50.0, 4.0, 1004.0]),
];

#[test]
fn hi_01_messages_a_second() {
    const HORIZON: f64 = 60.0;
    let mut sheet = Sheet::of("HI-01");
    for (members, regions, intervals, expected) in HI_01 {
        let lines = format!("warmup = \"20s\"\nduration = {}", s(20.0 + HORIZON));
        let run = &Hierarchy::of(members, regions, intervals).runs(&lines)[0];
        let [beats, reports] = [0, 1].map(|kind| run.traffic.sent[kind] as f64 / HORIZON);
        let label = format!("members={members} regions={regions} intervals={intervals:?}");
        sheet.exact(&label, "messages/s at a coordinator", expected[0], beats / f64::from(regions));
        sheet.exact(&label, "messages/s between storeys", expected[1], reports);
        sheet.exact(&label, "messages/s", expected[2], run.sent() as f64 / HORIZON);
    }
    sheet.close();
}

/// seconds between beats and between reports, timeout, latency of both hops together, when coordinators
/// report, loss; mean and deviation of the detection time at the top
const HI_02: [((f64, f64), f64, f64, &str, f64, (f64, f64)); 4] = [
    ((2.0, 5.0), 6.0, 0.081, ", report = \"event\"", 0.0, (5.081, 0.577_350_3)),
    ((2.0, 5.0), 6.0, 0.081, ", report = \"periodic\"", 0.0, (7.581, 1.554_563)),
    ((2.0, 5.0), 6.0, 0.081, ", report = \"periodic\"", 0.1, (8.136_556, 2.345_866)),
    ((1.0, 10.0), 3.0, 0.052, ", report = \"periodic\"", 0.05, (8.078_316, 3.735_884)),
];

/// One member in each region, so that no two crashes wait for the same report. Where reports get lost, beats
/// do too; so there it is the way from the coordinator's verdict to the global's that is compared, and the
/// mean of what comes before (a timeout, a hop, less half an interval) is known from the rows without loss.
#[test]
fn hi_02_detection_at_the_top() {
    const MEMBERS: u32 = 1000;
    let mut sheet = Sheet::of("HI-02");
    for (seed, (intervals, timeout, latency, uplink, loss, (mean, sd))) in (1..).zip(HI_02) {
        // Only the sum of both hops matters.
        let latency = latency / 2.0;
        let hierarchy =
            Hierarchy { seed, timeout, latency, uplink, loss, ..Hierarchy::of(MEMBERS, MEMBERS, intervals) };
        let (local, global) = intervals;
        let (from, to) = (10.0 * local, 14.0 * local);
        let lines = format!(
            "replications = 40\nduration = {}\n[[faults]]\nkind = \"crash\"\nnodes = \"each\"\n\
             at = {{ between = [{}, {}] }}",
            s(to + timeout + 20.0 * global),
            s(from),
            s(to)
        );
        let label =
            format!("intervals={intervals:?} timeout={timeout} latency={latency}{uplink} loss={loss}")
                .replace('"', "");
        let crashes = hierarchy.runs(&lines).into_iter().flat_map(|run| run.findings.crashes);
        let times: Vec<(f64, f64)> = crashes
            .map(|crash| {
                let [below, top] = [crash.first, crash.acting]
                    .map(|time| crash.detection(time).expect("it is known in the end"));
                (below.seconds(), top.seconds())
            })
            // Whoever was held dead already tells nothing of the way up.
            .filter(|(below, top)| *below > 0.0 && top > below)
            .collect();
        let count = times.len() as f64;
        if loss == 0.0 {
            let simulated = times.iter().map(|(_, top)| top).sum::<f64>() / count;
            sheet.mean(&label, "mean (s)", mean, simulated, sd, times.len());
        }
        let simulated = times.iter().map(|(below, top)| top - below).sum::<f64>() / count;
        let way = mean - (timeout + latency - local / 2.0);
        let way_sd = (sd * sd - local * local / 12.0).max(0.0).sqrt();
        // What involves no chance is off by the digits of the table.
        sheet.mean(&label, "mean from verdict to verdict (s)", way, simulated, way_sd.max(1e-6), times.len());
    }
    sheet.close();
}

/// Seconds for which a member was watched by nobody, summed over members.
fn unwatched_s(run: &RunRecord) -> f64 {
    run.findings.unwatched_nanos.expect("members are watched") as f64 / 1e9
}

/// r00000 has 50 members, r00001 has 30. A coordinator dies after 60.5 s; n0, which it watched, after 61 s.
fn blinded(topology: &'static str, lasts: &str) -> RunRecord {
    let sizes = vec![50, 30];
    let hierarchy = Hierarchy { sizes, topology, ..Hierarchy::of(80, 2, (1.0, 5.0)) };
    let lines = format!(
        "duration = \"5m\"\n[[faults]]\nkind = \"crash\"\nnodes = \"c-r00000-0\"\nat = \"60.5s\"\n{lasts}\n\
         [[faults]]\nkind = \"crash\"\nnodes = \"n0\"\nat = \"61s\"\n"
    );
    hierarchy.runs(&lines).swap_remove(0)
}

#[test]
fn a_region_is_blind_while_its_coordinator_is_dead() {
    let mut sheet = Sheet::of("HI-blind");
    // Alone: as long as it is down. Then the silence of n0 counts from its restart.
    let run = blinded("", "for = \"45s\"");
    let label = "one coordinator, down for 45 s";
    sheet.exact(label, "unwatched member time (s)", 50.0 * 45.0, unwatched_s(&run));
    // From the first instant after three seconds of silence, and a hop.
    let known_s = |run: &RunRecord| {
        let crash = &run.findings.crashes[0];
        assert_eq!(crash.node, NodeId(0));
        crash.detection(crash.acting).expect("it is known in the end").seconds()
    };
    sheet.exact(label, "detection (s)", 105.5 + 3.0 + 1e-9 + 0.001 - 61.0, known_s(&run));
    // With a stand-by: it heard at 60.001 s that the first is in office, and waits for takeover and election.
    let run = blinded(", coordinators = 2, takeover = \"3s\", election_delay = \"500ms\"", "");
    let label = "two coordinators, takeover 3 s, election 0.5 s";
    let takes_over = 60.001 + 3.0 + 1e-9 + 0.5;
    sheet.exact(label, "unwatched member time (s)", 50.0 * (takes_over - 60.5), unwatched_s(&run));
    sheet.exact(label, "detection (s)", takes_over + 3.0 + 1e-9 + 0.001 - 61.0, known_s(&run));
    sheet.exact(label, "mistakes", 0.0, run.findings.mistakes_total() as f64);
    sheet.close();
}
