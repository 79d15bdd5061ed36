//! Partitions: how much is cut (PT-01), who accuses whom because of it (PT-02), and who acts on that.

use hbsim::engine::time::{Span, Time};
use hbsim::measures::RunRecord;

use super::experiment::Law::Constant;
use super::experiment::{Experiment, s, simulate, timeout};
use super::sheet::Sheet;

const TICK: f64 = 1e-9;

/// A full mesh, in which everybody watches everybody.
#[derive(Clone, Copy, Debug)]
struct Mesh {
    sizes: &'static [u32],
    interval: f64,
    timeout: f64,
    latency: f64,
}

impl Mesh {
    /// With other words in `[topology]` and lines after it, and a wall between the groups from a time on for
    /// so long.
    fn split(self, seed: u64, topology: &str, lines: &str, at: f64, length: f64) -> Vec<RunRecord> {
        let topology = format!("kind = \"peers\", watchers = \"all\"{topology}");
        let (detector, latency) = (timeout(self.timeout), Constant(self.latency));
        let experiment = Experiment { seed, interval: self.interval, topology, detector, latency, loss: 0.0 };
        let mut first = 0;
        let groups: Vec<String> = (self.sizes.iter())
            .map(|size| {
                first += size;
                format!("\"n{}..n{}\"", first - size, first - 1)
            })
            .collect();
        let lines = format!(
            "{lines}\n[[faults]]\nkind = \"partition\"\ngroups = [{}]\nat = {}\nfor = {}",
            groups.join(", "),
            s(at),
            s(length)
        );
        simulate(&experiment.scenario(first, &lines))
    }

    fn nodes(self) -> u32 {
        self.sizes.iter().sum()
    }

    /// Ordered pairs between groups.
    fn pairs(self) -> u32 {
        self.sizes.iter().map(|size| size * (self.nodes() - size)).sum()
    }
}

fn mistakes(run: &RunRecord) -> f64 {
    run.findings.mistakes_total() as f64
}

/// sizes of the groups; ordered pairs that are cut, whether the largest has more than half
const PT_01: [(&[u32], u32, bool); 6] = [
    (&[3, 2], 12, true),
    (&[250, 250], 125_000, false),
    (&[300, 200], 120_000, true),
    (&[1, 9], 18, true),
    (&[4, 3, 3], 66, false),
    (&[64, 64], 8192, false),
];

/// In an interval, one beat of each ordered pair meets the wall.
#[test]
fn pt_01_pairs_that_are_cut() {
    let mut sheet = Sheet::of("PT-01");
    for (seed, (sizes, pairs, has_majority)) in (5401..).zip(PT_01) {
        let mesh = Mesh { sizes, interval: 1.0, timeout: 3.0, latency: 0.0 };
        let runs = mesh.split(seed, "", "duration = \"3s\"", 1.3, 1.0);
        let label = format!("groups={sizes:?}");
        sheet.exact(&label, "messages cut in an interval", f64::from(pairs), runs[0].traffic.cut[0] as f64);
        if mesh.nodes() <= 128 {
            let runs = mesh.split(seed, "", "duration = \"6s\"", 1.3, 10.0);
            sheet.exact(&label, "mistakes while it stands for long", f64::from(pairs), mistakes(&runs[0]));
        }
        if mesh.nodes() > 10 {
            continue;
        }
        // Who may act: those who are more than half of all.
        let quorum = mesh.nodes() / 2 + 1;
        let runs = mesh.split(seed, &format!(", quorum = {quorum}"), "duration = \"20s\"", 1.3, 30.0);
        let acts = runs[0].findings.healthy_out_of_service_nanos > 0;
        let named = |acts: bool| f64::from(u8::from(acts));
        sheet.exact(&label, "whether a group acts", named(has_majority), named(acts));
    }
    sheet.close();
}

/// sizes of the groups, interval, timeout, length of the wall; mistakes, their length, runs
const PT_02: [(&[u32], f64, f64, f64, f64, f64, u32); 5] = [
    (&[3, 2], 1.0, 3.0, 2.4, 4.8, 1.0, 2000),
    (&[3, 2], 1.0, 3.0, 10.0, 12.0, 8.0, 200),
    (&[3, 2], 1.0, 2.5, 2.2, 12.0, 0.7, 2000),
    (&[10, 10], 2.0, 6.0, 5.0, 100.0, 2.0, 200),
    (&[250, 250], 1.0, 3.0, 2.5, 62_500.0, 1.0, 5),
];

/// What is sent while the wall stands is cut, and what arrives while it stands; with a latency L, a wall cuts
/// as much as one without that stands longer by L.
#[test]
fn pt_02_mistakes_because_of_a_partition() {
    let mut sheet = Sheet::of("PT-02");
    for (seed, (sizes, interval, timeout, length, number, lasting, runs)) in (5501..).zip(PT_02) {
        for latency in [0.0, 0.2] {
            let mesh = Mesh { sizes, interval, timeout, latency };
            if latency > 0.0 && mesh.nodes() > 20 {
                continue;
            }
            let from = 3.0 * interval + latency;
            let (wall, rest) = (length - latency, length + timeout + 2.0 * interval);
            let lines = format!("duration = {}\nreplications = {runs}", s(from + rest));
            let records = mesh.split(seed, "", &lines, from, wall);
            let label = format!(
                "groups={sizes:?} interval={interval} timeout={timeout} wall={wall} latency={latency}"
            );
            let (chance, all) = (number / f64::from(mesh.pairs()), records.len());
            let mean = records.iter().map(mistakes).sum::<f64>() / all as f64;
            if chance == 1.0 {
                sheet.exact(&label, "mistakes", number, mean);
            } else {
                // All pairs with one sender err together.
                let varies: f64 = (sizes.iter())
                    .map(|size| f64::from(*size * (mesh.nodes() - size) * (mesh.nodes() - size)))
                    .sum::<f64>();
                let deviation = (varies * chance * (1.0 - chance)).sqrt();
                sheet.mean(&label, "mistakes", number, mean, deviation, all);
            }
            let lengths: Vec<(f64, f64)> = (records.iter())
                .map(|run| (run.findings.mistake_nanos as f64 / 1e9, run.findings.mistakes_ended as f64))
                .collect();
            if (timeout / interval).fract() == 0.0 {
                // Begun one tick after the deadline.
                for (run, (sum, count)) in records.iter().zip(&lengths) {
                    assert_eq!(*count, mistakes(run), "{label}: all are taken back");
                    assert!((sum - count * (lasting - TICK)).abs() < 1e-7, "{label}: {sum} s of {count}");
                }
                let (sum, count) = lengths.iter().fold((0.0, 0.0), |all, run| (all.0 + run.0, all.1 + run.1));
                let found = sum / count;
                sheet.within(&label, "length (s)", lasting, found, (found, found + 1.5 * TICK), all);
            } else {
                sheet.ratio(&label, "length (s)", lasting, &lengths);
            }
        }
    }
    sheet.close();
}

/// Five nodes fall apart into three and two.
const FIVE: Mesh = Mesh { sizes: &[3, 2], interval: 1.0, timeout: 3.0, latency: 0.1 };
const WALL: (f64, f64) = (10.5, 20.0);

/// All beat at whole seconds. The last ones that pass were sent at 10 s, the next at 31 s.
#[test]
fn without_quorum_both_sides_act_and_with_it_the_majority_alone() {
    let mut sheet = Sheet::of("two-sides");
    let (declared, back) = (10.0 + FIVE.latency + FIVE.timeout + TICK, 31.0 + FIVE.latency);
    // Those who may not act alone tell one another first.
    let (split, agreed) = (back - declared, back - declared - FIVE.latency);
    let settings = [("", 5.0 * split, split), (", quorum = 3", 2.0 * agreed, 0.0)];
    for (more, out_of_service, two_sides) in settings {
        let topology = format!(", phase = \"aligned\"{more}");
        let run = &FIVE.split(1, &topology, "duration = \"40s\"", WALL.0, WALL.1)[0].findings;
        let label = format!("3 + 2{more}");
        sheet.exact(&label, "single mistakes", 12.0, run.mistakes_total() as f64);
        let nanos = run.two_sides_nanos.expect("members declare one another");
        for (quantity, known, nanos) in [
            ("two sides (s)", two_sides, nanos),
            ("healthy out of service (s)", out_of_service, run.healthy_out_of_service_nanos),
        ] {
            sheet.exact(&label, quantity, (known * 1e9).round(), nanos as f64);
        }
    }
    sheet.close();
}

/// With phases of their own, a pair has two sides from when the later of the two was declared until the
/// sooner is back, and the cluster has while any pair does: from when each side has declared one of the other
/// until one side is trusted as a whole.
#[test]
fn two_sides_last_while_each_holds_one_of_the_other_dead() {
    let mut sheet = Sheet::of("two-sides-phases");
    let runs = FIVE.split(2, "", "duration = \"40s\"\nreplications = 20", WALL.0, WALL.1);
    for run in &runs {
        let mut sides = [(Time::BEYOND, Time::ZERO); 2];
        for mistake in &run.findings.mistakes {
            let sent = mistake.last_heard.expect("it was heard before");
            let declared = sent + span(FIVE.latency + FIVE.timeout + TICK);
            let mut next = sent;
            while next < Time::ZERO + span(WALL.0 + WALL.1) {
                next += span(FIVE.interval);
            }
            let side = &mut sides[usize::from(mistake.pair.subject.0 >= FIVE.sizes[0])];
            *side = (side.0.min(declared), side.1.max(next + span(FIVE.latency)));
        }
        let [(since, until), (since_other, until_other)] = sides;
        let known = until.min(until_other) - since.max(since_other);
        let found = run.findings.two_sides_nanos.expect("members declare one another");
        let label = format!("run {}", run.replication);
        sheet.exact(&label, "two sides (ns)", known.nanos() as f64, found as f64);
    }
    sheet.close();
}

fn span(seconds: f64) -> Span {
    Span::from_nanos((seconds * 1e9).round() as u64)
}
