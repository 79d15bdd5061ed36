//! What the shipped scenarios say in `notice` and `try`: the tendencies, whatever becomes of the digits.

use crate::program::hbsim;

/// What some columns of a shipped scenario hold, with so many settings changed.
fn figures<const N: usize>(scenario: &str, sets: &[&str], columns: [&str; N]) -> [f64; N] {
    let mut arguments = vec!["run", scenario, "--format", "csv", "--replications", "4", "--quiet"];
    arguments.extend(sets.iter().flat_map(|set| ["--set", set]));
    let said = hbsim(&arguments);
    assert_eq!(said.code, Some(0), "{scenario} {sets:?}: {}", said.err);
    let mut rows = said.out.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let (heading, row) = (rows.next().expect("a heading"), rows.next().expect("a row"));
    columns.map(|column| {
        let place = heading.iter().position(|name| *name == column).expect("there is such a column");
        row[place].parse().expect("the column holds a number")
    })
}

#[test]
fn probation_stops_flapping_and_keeps_healthy_nodes_out_for_longer() {
    let columns = ["flaps", "healthy_out_of_service_s", "dead_in_service_s"];
    let [flaps, out, dead] = figures("flapping", &[], columns);
    let [fewer, longer, less] = figures("flapping", &["verdict.probation=60s"], columns);
    assert!(flaps > 1000.0 && fewer * 8.0 < flaps, "{flaps} flaps, and {fewer} with probation");
    assert!(longer > 20.0 * out && less * 4.0 < dead, "{out} s and {longer} s; {dead} s and {less} s");
}

#[test]
fn a_monitor_that_stood_still_accuses_nobody_if_it_reads_first_or_is_on_its_guard() {
    let accused = |sets: &[&str]| figures("paused-monitor", sets, ["mistakes", "mistakes_observer"]);
    let [all, by_observer] = accused(&[]);
    assert!(all > 800.0 && by_observer == all, "{by_observer} of {all}");
    assert_eq!(accused(&["faults.0.first=inbox"]), [0.0, 0.0]);
    assert_eq!(accused(&["verdict.local_pause_guard=2s"]), [0.0, 0.0]);
}

#[test]
fn with_a_quorum_the_smaller_side_of_a_wall_declares_nobody() {
    let columns = ["mistakes", "healthy_out_of_service_s", "two_sides_s"];
    let [without, everybody, two_sides] = figures("split-brain", &[], columns);
    let [with, the_two, hardly] = figures("split-brain", &["topology.quorum=3"], columns);
    assert_eq!([without, with], [48.0; 2], "each side still holds the other dead, in four runs");
    assert!((everybody / the_two - 2.5).abs() < 0.01, "five nodes and two: {everybody} s and {the_two} s");
    assert!(two_sides > 220.0 && hardly < 4.0, "{two_sides} s and {hardly} s");
}

#[test]
fn losses_in_a_row_make_far_more_mistakes_than_as_many_one_by_one() {
    let [in_bursts] = figures("bursts", &[], ["mistakes"]);
    let [one_by_one] = figures("bursts", &["network={loss=0.0323}"], ["mistakes"]);
    assert!(in_bursts > 50.0 * one_by_one, "{in_bursts} and {one_by_one}");
}

#[test]
fn a_member_that_hears_nobody_does_harm_unless_two_must_agree() {
    let [harm] = figures("one-way", &["faults.0.direction=in"], ["healthy_out_of_service_s"]);
    let agreed = ["faults.0.direction=in", "topology.quorum=2"];
    let [none, mistakes] = figures("one-way", &agreed, ["healthy_out_of_service_s", "mistakes"]);
    assert!(harm > 4000.0 && none == 0.0 && mistakes == 76.0, "{harm} s, {none} s, {mistakes}");
}

#[test]
fn in_a_bad_hour_there_is_every_cause_and_they_add_up() {
    let causes = [
        "mistakes_partition",
        "mistakes_pause",
        "mistakes_observer",
        "mistakes_overload",
        "mistakes_loss",
        "mistakes_start_up",
        "mistakes_latency",
    ];
    let parts = figures("bad-hour", &[], causes);
    let [all] = figures("bad-hour", &[], ["mistakes"]);
    assert!(parts.iter().all(|part| *part > 0.0) && parts.iter().sum::<f64>() == all, "{parts:?}, {all}");
}

#[test]
fn phi_makes_fewer_mistakes_where_more_is_lost() {
    let columns = ["mistakes", "detection_s_mean"];
    let [mistakes, sooner] = figures("phi-learns", &[], columns);
    let [fewer, later] = figures("phi-learns", &["network.loss=0.1"], columns);
    assert!(fewer * 4.0 < mistakes && later > sooner + 1.0, "{mistakes}, {fewer}; {sooner} s, {later} s");
    let [forgiven, _] = figures("phi-learns", &["detector.acceptable_pause=1s"], columns);
    assert!(forgiven * 30.0 < mistakes, "{mistakes} and {forgiven}");
}

#[test]
fn a_little_margin_beyond_a_step_is_worth_more_than_much_before_the_next() {
    let mistakes = |margin| figures("steps", &[&format!("detector.margin={margin}")], ["mistakes"])[0];
    let [below, beyond, far, next] = ["980ms", "1.1s", "1.98s", "2.1s"].map(mistakes);
    assert!(
        beyond * 50.0 < below && far * 2.0 > beyond && next * 20.0 < far,
        "{below} {beyond} {far} {next}"
    );
}

#[test]
fn an_adaptive_timeout_adapts_to_noise() {
    let known_after = |sets: &[&str]| figures("adaptive", sets, ["detection_s_mean"])[0];
    let [adapted, longer] = [&[][..], &["detector.window=30m"]].map(known_after);
    let bounded = known_after(&["detector.max=6s"]);
    assert!(adapted > 20.0 && longer < 15.0 && bounded < 5.0, "{adapted} s, {longer} s, {bounded} s");
}

#[test]
fn the_same_beats_are_judged_very_differently() {
    let judged =
        |name| figures(&format!("same-beats/{name}"), &[], ["detection_s_mean", "mistakes", "messages_sent"]);
    let [soonest, most, sent] = judged("bertier");
    let [latest, fewest, as_many] = judged("phi-exponential");
    assert!(
        latest > 30.0 * soonest && most > 10_000.0 * fewest.max(1.0),
        "{soonest} {most} {latest} {fewest}"
    );
    assert_eq!(sent, as_many, "nothing flows back into the traffic");
}

#[test]
fn phi_of_ten_takes_cassandra_far_longer_than_three_seconds() {
    let sets = ["cluster.nodes=3", "detector.threshold=10"];
    let [first] = figures("cassandra", &sets, ["detection_first_s_mean"]);
    assert!((22.0..24.5).contains(&first), "{first} s, where one text has 3 s");
}

#[test]
fn messages_a_second_are_not_what_texts_say() {
    let sent = |scenario: &str, sets: &[&str]| {
        let few = ["replications=1", "duration=30s", "warmup=10s", "faults=[]"];
        figures(scenario, &[&few, sets].concat(), ["messages_per_s"])[0]
    };
    let star = ["cluster.nodes=100", "topology.interval=100ms"];
    assert_eq!(sent("first", &star), 1000.0, "one text has 10,000");
    let mesh = ["cluster.nodes=500", "topology.watchers=all", "topology.interval=2s"];
    assert_eq!(sent("peers", &mesh), 124_750.0, "one text has 250,000");
    let storeys = sent("three-regions", &[]);
    assert!((250.0..251.0).contains(&storeys), "{storeys}, where one text has 153");
}

#[test]
fn what_beats_more_often_detects_later_if_the_timeout_stays() {
    let mean = |sets: &[&str]| figures("kafka-broker-kraft-3", sets, ["detection_s_mean"])[0];
    let (usual, twice) = (mean(&[]), mean(&["topology.interval=1s"]));
    assert!((twice - usual - 0.5).abs() < 0.2, "{usual} s and {twice} s");
}

#[test]
fn a_thread_that_beats_keeps_a_slow_consumer_and_not_one_that_stands_still() {
    let out = |sets: &[&str]| figures("kafka-consumer-10s", sets, ["mistakes"])[0];
    assert_eq!(out(&[]), 0.0);
    assert!(out(&["faults.1.stops=process"]) > 100.0);
}
