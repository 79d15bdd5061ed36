//! Figures that were computed elsewhere, and by a second way.

use super::super::tests::{agrees, constant, exponential, log_normal, pushed, s, scenario, timeout, uniform};
use super::*;

mod twin;

fn told(text: &str) -> AlarmsOfPauses {
    alarms_of_pauses(&scenario(text)).unwrap_or_else(|reason| panic!("{text}\n{reason}"))
}

/// A monitor, pauses `when` and `lasting`, and what else there is.
fn paused(interval: f64, after: f64, loss: f64, catch_up: &str, when: &str, lasting: &str) -> String {
    let text = pushed(interval, &timeout(after), &constant(0.01), loss);
    let text = text.replace("'centralized'", &format!("'centralized', catch_up = '{catch_up}'"));
    format!(
        "duration = '1000000s'\nwarmup = '1000s'\n{text}\n\
         faults = [{{ kind = 'pause', nodes = 'each', {when}, for = {lasting} }}]"
    )
}

const ONCE: &str = "at = { between = ['100h', '101h'] }";

/// interval, timeout, length of a pause; mistakes for each pause and their length where missed beats are skipped, and
/// where one comes on waking
#[test]
fn gc_01_a_pause_of_the_one_that_beats() {
    let pareto = "{ kind = 'pareto', scale = '1s', shape = 2.5 }".to_owned();
    for (interval, after, length, skipped, on_waking) in [
        (1.0, 3.0, exponential(1.0), (0.08554821, 1.581977), (0.08554821, 1.0)),
        (2.0, 6.0, exponential(2.0), (0.08554821, 3.163953), (0.08554821, 2.0)),
        (1.0, 3.0, log_normal(0.5, 1.0), (0.02940359, 2.635907), (0.02940359, 2.075651)),
        (1.0, 3.0, constant(2.5), (0.5, 1.0), (0.5, 0.25)),
        (2.0, 10.0, log_normal(1.0, 3.0), (0.01378457, 9.967168), (0.01378457, 8.904656)),
        (1.0, 2.5, exponential(0.5), (0.05850982, 0.6565176), (0.02152456, 0.5)),
        (1.0, 2.5, uniform(0.0, 4.0), (0.625, 1.3), (0.5, 1.020833)),
        // A Lomax law is this one less its scale, which the timeout is longer for it.
        (1.0, 6.0, pareto, (0.01426756, 4.179304), (0.01426756, 3.64139)),
    ] {
        for (catch_up, (chance, lasts)) in [("none", skipped), ("one", on_waking), ("all", on_waking)] {
            let label = format!("{interval}, {after}, {length}, {catch_up}");
            let found = told(&paused(interval, after, 0.0, catch_up, ONCE, &length));
            agrees(&label, found.per_pause, chance);
            agrees(&label, found.mistake_s.expect("it is known"), lasts);
            assert!(found.is_exact && !found.by_chance, "{label}");
        }
    }
}

/// Mistakes per second where beats keep to their grid, one comes on waking, and running times and pauses are
/// exponential with means m and g.
///
/// At a point of the grid the node stands still with probability π = g / (m + g). If it runs, the last beat before a
/// pause that begins x later is of age x. If it stands still, it wakes w later, which is exponential too, and the beat
/// is of age x − w. In both cases it must run until then, or again: r(x) = (1 − π) + π exp(−x (1/m + 1/g)). A pause that
/// finds a beat of age a is a mistake with probability exp(−(T − a) / g).
fn on_a_grid(interval: f64, after: f64, mean: f64, mtbf: f64) -> f64 {
    let still = mean / (mtbf + mean);
    let chance = |x: f64| {
        let forgets = libm::exp(-x / mtbf - x / mean);
        let runs = (1.0 - still) + still * forgets;
        let twice = libm::exp(-2.0 * x / mean);
        let wakes = (1.0 - still) / 2.0 * (1.0 - twice)
            + still / mean * (twice - forgets) / (1.0 / mtbf - 1.0 / mean);
        libm::exp((x - after) / mean) * ((1.0 - still) * runs + still * wakes)
    };
    super::super::integral::integral(chance, &[0.0, interval]) / interval / mtbf
}

#[test]
fn pauses_by_chance_of_which_one_may_follow_another() {
    for (interval, after, mean, mtbf) in
        [(1.0, 3.0, 1.0, 60.0), (2.0, 6.0, 2.0, 120.0), (1.0, 2.0, 0.5, 5.0), (1.0, 20.0, 1.0, 600.0)]
    {
        let when = format!("mtbf = {}", s(mtbf));
        let found = told(&paused(interval, after, 0.0, "one", &when, &exponential(mean)));
        let known = on_a_grid(interval, after, mean, mtbf);
        let off = found.recurrence_s * known - 1.0;
        assert!(off.abs() < 1e-4, "{mtbf}: off by {off}");
    }
}

/// interval, timeout, length of a pause, mean time from a pause to the next; mistakes per second
#[test]
fn gc_02_beats_that_begin_anew_after_each_pause() {
    for (interval, after, law, mtbf, rate) in [
        (1.0, 3.0, exponential(1.0), 60.0, 0.001400514),
        (2.0, 6.0, exponential(2.0), 120.0, 0.0007002571),
        (1.0, 3.0, log_normal(0.5, 1.0), 30.0, 0.0009621168),
        (1.0, 2.0, exponential(0.5), 5.0, 0.01030751),
    ] {
        let text = paused(interval, after, 0.0, "one", &format!("mtbf = {}", s(mtbf)), &law);
        let text = text.replace("catch_up = 'one'", "pace = 'fixed-delay'");
        let lengths = Lengths::of(Scope::of(&scenario(&text)).expect("it is known").length);
        let renewal = |always_sends| {
            Renewal { interval, borne: after, running: mtbf, lengths: &lengths, always_sends }.rate()
        };
        let label = format!("{interval}, {after}, {law}, {mtbf}");
        agrees(&label, renewal(true), rate);
        // Here a pause in which nothing was due makes nothing come on waking, which matters if another follows soon.
        let found = told(&text).recurrence_s;
        agrees(&label, 1.0 / found, renewal(false));
        let more = 1.0 / found / rate - 1.0;
        assert!(more > 0.0 && more < 0.5 * interval / mtbf, "{label}: {more}");
    }
}

#[test]
fn pauses_that_hardly_ever_are_too_long() {
    // GC-01 for an exponential law: (g / interval) e^(−T/g) (e^(interval/g) − 1).
    for (after, mean) in [(5.0, 0.4), (5.5, 0.25), (10.0, 0.5), (7.0, 0.2), (30.0, 1.0), (100.0, 2.0)] {
        let found = told(&paused(1.0, after, 0.0, "one", ONCE, &exponential(mean)));
        let known = mean * libm::exp(-after / mean) * libm::expm1(1.0 / mean);
        agrees(&format!("{after}, {mean}"), found.per_pause, known);
        // By chance, and hardly ever, it is as often as pauses are.
        let found = told(&paused(1.0, after, 0.0, "one", "mtbf = '300000000s'", &exponential(mean)));
        agrees(&format!("{after}, {mean}, by chance"), found.recurrence_s * known, 3e8 + mean);
    }
}

#[test]
fn some_of_the_members_stand_still() {
    let all = paused(1.0, 2.5, 0.0, "one", ONCE, &exponential(0.5));
    let (all, one) = (told(&all), told(&all.replace("'each'", "'n1'")));
    agrees("one of five", 5.0 * all.recurrence_s, one.recurrence_s);
    agrees("a pause of each", 999_000.0 / all.per_pause, all.recurrence_s);
}

#[test]
fn where_pauses_are_not_known_it_says_why() {
    let usual = paused(1.0, 2.5, 0.0, "one", "mtbf = '1m'", "'2s'");
    for (from, to, reason) in [
        ("kind = 'timeout'", "check = { every = '1s' }, kind = 'timeout'", "fall together"),
        ("'each'", "'m0'", "those who watch"),
        (", for = '2s'", "", "never taken back"),
        ("kind = 'pause'", "kind = 'pause', stops = 'application'", "goes on"),
        ("mtbf = '1m'", "at = '999s'", "not all counted"),
        ("mtbf = '1m'", "at = '2h', every = '5s'", "forgotten"),
        (
            "mtbf = '1m', for = '2s'",
            "mtbf = '1m', for = { kind = 'pareto', scale = '1s', shape = 1.0 }",
            "no mean",
        ),
        ("catch_up = 'one'", "jitter = [0.0, 0.1]", "jitter"),
        ("catch_up = 'one'", "pace = 'fixed-delay', acknowledge = true", "wait for one another"),
        ("mtbf = '1m'", "at = '2h'", ""),
    ] {
        let text = usual.replace(from, to);
        match alarms_of_pauses(&scenario(&text)) {
            Ok(_) => assert_eq!(reason, "", "{text}"),
            Err(said) => assert!(!reason.is_empty() && said.contains(reason), "{text}: {said}"),
        }
    }
}
