//! Several monitors, followers or watchers, of which some number decides.

use super::agrees;
use super::chance::{at_least, log_choose, power};

/// At least `quorum` of `monitors` suspect at the same time, each with this probability, independently; and
/// all of them with probability `common`, as when the node that they watch has paused.
pub(crate) fn quorum(quorum: usize, monitors: usize, suspects: f64, common: f64) -> f64 {
    common + (1.0 - common) * at_least(quorum, monitors, suspects)
}

/// At least `quorum` of `monitors` suspect at a random instant a node that beats to all of them at the same
/// instants; each beat to each of them is lost with probability `loss`, latency is constant, timeouts are
/// plain.
///
/// With n the whole intervals in the timeout and r the rest of it as a share of an interval, each monitor
/// suspects if n + 1 beats are lost, in the share r of all instants, or n beats, in the rest. When it is the
/// one or the other, it is so for all.
pub(crate) fn quorum_in_step(quorum: usize, monitors: usize, loss: f64, timeout: f64) -> f64 {
    let (missed, rest) = (timeout.floor() as usize, timeout - timeout.floor());
    let holds = |beats: usize| at_least(quorum, monitors, power(loss, beats));
    rest * holds(missed + 1) + (1.0 - rest) * holds(missed)
}

/// The probability that one monitor suspects at a random instant. Monitors with phases of their own are
/// independent.
pub(crate) fn suspects(loss: f64, timeout: f64) -> f64 {
    quorum_in_step(1, 1, loss, timeout)
}

/// Each of `nodes` in a ring is watched by its next `watchers`; `crashes` of them crash at once: how many of
/// the crashed have no live watcher, on average.
pub(crate) fn unwatched(nodes: usize, watchers: usize, crashes: usize) -> f64 {
    let all_crashed = log_choose(crashes - 1, watchers) - log_choose(nodes - 1, watchers);
    crashes as f64 * libm::exp(all_crashed)
}

/// Each follower waits for a uniform time from once to twice the timeout after the last beat, which reaches
/// all at the same time: mean and deviation of the time from the crash to the first follower that gives up.
pub(crate) fn first_follower(interval: f64, timeout: f64, followers: usize, latency: f64) -> (f64, f64) {
    let n = followers as f64;
    let mean = latency - interval / 2.0 + timeout * (1.0 + 1.0 / (n + 1.0));
    let of_first = timeout * timeout * n / ((n + 1.0) * (n + 1.0) * (n + 2.0));
    (mean, (interval * interval / 12.0 + of_first).sqrt())
}

/// The network is cut: the old leader steps down a time `steps_down` after the last answer that it got, the
/// others notice a time `timeout` after its last beat and elect a new one, for which they take `election`.
/// Mean and deviation of the time with two leaders, and the probability that there is any.
///
/// Answer and beat are each as old as a part of the interval, uniform and independent, so the overlap is
/// what is positive of c = `steps_down` − `timeout` − `election` and the difference of two uniform times.
pub(crate) fn two_leaders(interval: f64, steps_down: f64, timeout: f64, election: f64) -> (f64, f64, f64) {
    let c = (steps_down - timeout - election) / interval;
    let room = (1.0 - c.abs()).max(0.0);
    // The part of the triangle on the other side of 0, or on this side.
    let (part, first, second) =
        (room * room / 2.0, room * room * room / 6.0, room * room * room * room / 12.0);
    let (mean, square, any) =
        if c >= 0.0 { (c + first, c * c + 1.0 / 6.0 - second, 1.0 - part) } else { (first, second, part) };
    (interval * mean, interval * (square - mean * mean).max(0.0).sqrt(), any)
}

/// monitors, quorum, probability of each; of the quorum
const QM_01: [(usize, usize, f64, f64); 6] = [
    (3, 2, 0.1, 0.028),
    (5, 3, 0.1, 0.00856),
    (5, 3, 0.01, 9.8506e-06),
    (5, 5, 0.3, 0.00243),
    (7, 4, 0.05, 0.0001935781),
    (3, 3, 0.2, 0.008),
];

/// timeout in intervals, loss, monitors, quorum; probability of the quorum in step, and with phases of their
/// own
const QM_02: [(f64, f64, usize, usize, f64, f64); 5] = [
    (2.5, 0.3, 3, 2, 0.01249482, 0.009866347),
    (2.5, 0.3, 3, 3, 0.0003743415, 0.0002002016),
    (2.2, 0.3, 5, 3, 0.005110812, 0.004115177),
    (1.5, 0.2, 3, 2, 0.054336, 0.039744),
    (3.9, 0.4, 3, 2, 0.002915644, 0.002549109),
];

#[test]
fn qm_01_and_02_quorums() {
    for (monitors, count, each, known) in QM_01 {
        let label = format!("{count} of {monitors}, each={each}");
        agrees(&label, known, quorum(count, monitors, each, 0.0));
        agrees(&format!("{label}, common"), 0.25 + 0.75 * known, quorum(count, monitors, each, 0.25));
    }
    for (timeout, loss, monitors, count, known, own_phases) in QM_02 {
        let label = format!("{count} of {monitors}, timeout={timeout} loss={loss}");
        agrees(&label, known, quorum_in_step(count, monitors, loss, timeout));
        agrees(&format!("{label}, own"), own_phases, quorum(count, monitors, suspects(loss, timeout), 0.0));
    }
}

/// nodes, watchers, crashes; crashed nodes without live watcher
const RG_01: [(usize, usize, usize, f64); 5] = [
    (100, 2, 5, 0.006184292),
    (100, 2, 10, 0.0742115),
    (100, 3, 10, 0.005355469),
    (20, 1, 4, 0.6315789),
    (500, 2, 50, 0.4732356),
];

#[test]
fn rg_01_blind_spots_of_a_ring() {
    for (nodes, watchers, crashes, known) in RG_01 {
        let label = format!("nodes={nodes} watchers={watchers} crashes={crashes}");
        agrees(&label, known, unwatched(nodes, watchers, crashes));
    }
}

/// interval, timeout, followers, latency; mean, deviation in a sample of 150 000
const FT_13: [(f64, f64, usize, f64, f64, f64); 5] = [
    (0.05, 0.15, 4, 0.01, 0.165, 0.0284312),
    (0.1, 1.0, 2, 0.02, 1.303333, 0.2374634),
    (0.1, 1.0, 4, 0.02, 1.17, 0.1658312),
    (0.05, 0.15, 2, 0.001, 0.176, 0.03818813),
    (0.5, 2.0, 9, 0.05, 2.0, 0.2314316),
];

#[test]
fn ft_13_the_first_follower() {
    for (interval, timeout, followers, latency, known, spread) in FT_13 {
        let label = format!("interval={interval} timeout={timeout} followers={followers}");
        let (mean, deviation) = first_follower(interval, timeout, followers, latency);
        agrees(&label, known, mean);
        agrees(&format!("{label} deviation"), spread, deviation);
    }
}

/// interval, step-down, timeout, election; mean, deviation in a sample of 400 000, probability of any
const PT_03: [(f64, f64, f64, f64, f64, f64, f64); 6] = [
    (0.1, 1.0, 1.0, 0.15, 0.0, 0.0, 0.0),
    (0.1, 1.0, 1.0, 0.0, 0.01666667, 0.02355732, 0.5),
    (1.0, 3.0, 3.0, 0.0, 0.1666667, 0.2351629, 0.5),
    (1.0, 3.0, 3.0, 0.5, 0.02083333, 0.06920008, 0.125),
    (1.0, 3.0, 3.0, 1.0, 0.0, 0.0, 0.0),
    (1.0, 4.0, 3.0, 0.5, 0.5208333, 0.3743061, 0.875),
];

#[test]
fn pt_03_two_leaders() {
    for (interval, steps_down, timeout, election, known, sampled, any) in PT_03 {
        let label = format!("interval={interval} step-down={steps_down} election={election}");
        let (mean, deviation, probability) = two_leaders(interval, steps_down, timeout, election);
        agrees(&label, known, mean);
        agrees(&format!("{label} any"), any, probability);
        assert!((deviation - sampled).abs() <= 0.01 * sampled, "{label}: {deviation}");
    }
}
