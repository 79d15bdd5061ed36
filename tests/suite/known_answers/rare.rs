//! Mistakes that are calculated: those of pauses beside a simulation in which they are frequent enough to be seen, and
//! such as are too rare to be simulated at all.

use hbsim::measures::RunRecord;
use hbsim::theory::calculated_mistakes;
use hbsim::theory::false_alarms::alarms_of_pauses;

use super::experiment::{read, simulate};
use super::sheet::Sheet;

const SECONDS_PER_DAY: f64 = 86_400.0;

/// What is special; topology, detector, network, when and for how long a pause is. Beats come every second.
const SCENARIOS: [(&str, &str, &str, &str, &str); 10] = [
    (
        "pauses alone",
        "",
        "timeout = '2500ms'",
        "",
        "mtbf = '20s', for = { kind = 'exponential', mean = '1s' }",
    ),
    (
        "missed beats are skipped",
        ", catch_up = 'none'",
        "timeout = '2500ms'",
        "",
        "mtbf = '5s', for = { kind = 'exponential', mean = '1s' }",
    ),
    (
        "missed beats come at once, and are lost",
        ", catch_up = 'all'",
        "timeout = '2500ms'",
        "loss = 0.3",
        "mtbf = '10s', for = { kind = 'uniform', min = '0s', max = '4s' }",
    ),
    ("pauses of one length, and losses", "", "timeout = '3s'", "loss = 0.2", "mtbf = '10s', for = '2200ms'"),
    (
        "bursts",
        "",
        "timeout = '3s'",
        "bursts = { good_to_bad = 0.05, bad_to_good = 0.4, loss_bad = 0.9 }",
        "mtbf = '20s', for = { kind = 'log-normal', median = '400ms', p99 = '8s' }",
    ),
    (
        "delays and losses",
        ", catch_up = 'none'",
        "timeout = '2s'",
        "loss = 0.05, latency = { kind = 'exponential', mean = '100ms' }",
        "mtbf = '10s', for = { kind = 'exponential', mean = '700ms' }",
    ),
    (
        "the sender's stamp, and delays",
        "",
        "timeout = '2400ms', stamp = 'sent'",
        "latency = { kind = 'uniform', min = '0s', max = '800ms' }",
        "mtbf = '10s', for = { kind = 'exponential', mean = '700ms' }",
    ),
    (
        "beats that begin anew after each pause",
        ", pace = 'fixed-delay'",
        "timeout = '2s'",
        "",
        "mtbf = '3s', for = { kind = 'exponential', mean = '700ms' }",
    ),
    (
        "a pause now and then, and losses",
        "",
        "timeout = '2500ms'",
        "loss = 0.2",
        "at = { between = ['101s', '102s'] }, every = '40s', for = { kind = 'uniform', min = '0s', max = '4s' }",
    ),
    (
        "a pause now and then, and delays",
        ", catch_up = 'none'",
        "timeout = '2s'",
        "latency = { kind = 'uniform', min = '0s', max = '700ms' }",
        "at = { between = ['101s', '102s'] }, every = '40s', for = '1500ms'",
    ),
];

/// A scenario of a row; so many nodes, seconds and runs.
fn text(
    seed: u64,
    (_, topology, detector, network, pause): (&str, &str, &str, &str, &str),
    (nodes, seconds, runs): (u32, u32, u32),
) -> String {
    format!(
        "name = \"rare\"\nseed = {seed}\nduration = '{seconds}s'\nwarmup = '90s'\nreplications = {runs}\n\
         cluster.nodes = {nodes}\ntopology = {{ kind = 'centralized', interval = '1s' {topology} }}\n\
         detector = {{ kind = 'timeout', {detector} }}\nnetwork = {{ {network} }}\n\
         faults = [{{ kind = 'pause', nodes = 'each', {pause} }}]"
    )
}

fn rates(records: &[RunRecord]) -> Vec<(f64, f64)> {
    let seconds = |run: &RunRecord| run.findings.pair_nanos as f64 / 1e9;
    records.iter().map(|run| (run.findings.mistakes_total() as f64, seconds(run))).collect()
}

#[test]
fn mistakes_of_pauses_are_as_often_as_calculated() {
    let mut sheet = Sheet::of("rare");
    for (seed, row) in (9101..).zip(SCENARIOS) {
        let scenario = read(&text(seed, row, (10, 2090, 40)));
        let known = alarms_of_pauses(&scenario).unwrap_or_else(|reason| panic!("{}: {reason}", row.0));
        let found = rates(&simulate(&scenario));
        sheet.ratio(row.0, "mistakes per second", 1.0 / known.recurrence_s, &found);
    }
    sheet.close();
}

/// One in half a million seconds: a pause that a lost beat makes too long.
#[test]
#[ignore = "half a minute; run with: cargo test --release -- --ignored"]
fn one_mistake_in_half_a_million_seconds_is_as_often_as_calculated() {
    let mut sheet = Sheet::of("rare-million");
    let row = (
        "one in half a million seconds",
        "",
        "timeout = '5200ms'",
        "loss = 0.02",
        "mtbf = '1m', for = { kind = 'exponential', mean = '500ms' }",
    );
    let scenario = read(&text(9201, row, (1000, 5090, 40)));
    let known = alarms_of_pauses(&scenario).expect("it is known");
    let rate = 1.0 / known.recurrence_s;
    assert!((5e-7..5e-6).contains(&rate), "{rate}");
    let found = rates(&simulate(&scenario));
    let (mistakes, seconds) = found.iter().fold((0.0, 0.0), |(a, b), (more, long)| (a + more, b + long));
    sheet.mean(row.0, "mistakes per second", rate, mistakes / seconds, rate, mistakes as usize);
    sheet.close();
}

/// interval, timeout, loss; mistakes per beat received, of a log-normal latency with mean 50 ms and deviation 20 ms
const FT_10_LOSS: [(f64, f64, f64, f64); 4] = [
    (2.0, 10.0, 0.001, 5.005e-13),
    (2.0, 10.0, 0.01, 5.05e-9),
    (2.0, 10.0, 0.05, 3.28125e-6),
    (2.0, 10.0, 0.1, 5.5e-5),
];

/// good to bad, bad to good, loss while bad, beats in a row that are lost
const BURSTS: [(f64, f64, f64, u32); 4] =
    [(0.001, 0.5, 0.3, 6), (0.01, 0.3, 0.05, 6), (0.0001, 0.9, 0.5, 5), (0.05, 0.5, 0.01, 6)];

#[test]
fn what_is_too_rare_to_be_simulated_is_calculated() {
    let mut sheet = Sheet::of("rare-calculated");
    let mut check = |label: &str, text: &str, per_second: f64| {
        let known = calculated_mistakes(&read(text)).unwrap_or_else(|| panic!("{label}: it is not known"));
        assert_eq!(known.how, "exact", "{label}");
        let found = known.mistakes_per_pair_day / SECONDS_PER_DAY;
        let room = 1e-6 * per_second;
        sheet.within(label, "mistakes per second", per_second, found, (found - room, found + room), 0);
    };
    let pair = |network: &str, detector: &str| {
        format!(
            "name = \"rare\"\ncluster.nodes = 2\ntopology = {{ kind = 'centralized', interval = '1s' }}\n\
             detector = {{ kind = 'timeout', {detector} }}\nnetwork = {{ {network} }}"
        )
    };
    for (interval, after, loss, per_received) in FT_10_LOSS {
        let network = format!(
            "loss = {loss:?}, latency = {{ kind = 'log-normal', mean = '50ms', deviation = '20ms' }}"
        );
        let text = pair(&network, &format!("timeout = '{after}s'"));
        let text = text.replace("interval = '1s'", &format!("interval = '{interval}s'"));
        let label = format!("interval={interval} timeout={after} loss={loss}");
        check(&label, &text, per_received * (1.0 - loss) / interval);
    }
    for (worse, better, loss, row) in BURSTS {
        let network =
            format!("bursts = {{ good_to_bad = {worse:?}, bad_to_good = {better:?}, loss_bad = {loss:?} }}");
        let text = pair(&network, &format!("timeout = '{row}500ms'"));
        let label = format!("good_to_bad={worse} bad_to_good={better} loss_bad={loss} in a row={row}");
        check(&label, &text, silence_in_bursts(worse, better, loss, row));
    }
    // Of three channels two must be silent at once, each for two losses.
    for loss in [0.01, 0.001] {
        let channel = |name: &str| format!("{{ name = '{name}', loss = {loss:?} }}");
        let channels = ["a", "b", "c"].map(channel).join(", ");
        let text = pair(&format!("alive_if = 2, channels = [{channels}]"), "timeout = '2500ms'");
        // So many of three have lost the last two, or the last three.
        let at_least_two = |silent: f64| 3.0 * silent * silent * (1.0 - silent) + silent * silent * silent;
        // A death begins at the deadlines of an interval: all three have theirs there. Those that lost two already, but
        // not the one before, are silent from then on.
        let (two, three): (f64, f64) = (loss * loss, loss * loss * loss);
        check(&format!("channels of loss {loss}"), &text, at_least_two(two) - at_least_two(three));
    }
    sheet.close();
}

/// A beat arrives and the next `row` are lost: summed over all ways of the link through good and bad.
fn silence_in_bursts(worse: f64, better: f64, loss_bad: f64, row: u32) -> f64 {
    let bad = worse / (worse + better);
    (0..1u32 << (row + 1)).fold(0.0, |sum, way| {
        let is_bad = |beat: u32| way >> beat & 1 == 1;
        let begins = if is_bad(0) { bad * (1.0 - loss_bad) } else { 1.0 - bad };
        let step = |beat: u32| {
            let moves = match (is_bad(beat - 1), is_bad(beat)) {
                (false, true) => worse,
                (false, false) => 1.0 - worse,
                (true, false) => better,
                (true, true) => 1.0 - better,
            };
            moves * if is_bad(beat) { loss_bad } else { 0.0 }
        };
        sum + (1..=row).map(step).fold(begins, |product, factor| product * factor)
    })
}
