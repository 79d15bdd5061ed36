//! What blows do to a node, and how they compose.

use super::*;
use crate::engine::model::{Depth, Direction, Stop, WakesTo, Wall};

/// The lines of one node, from a second on.
fn of_node(lines: &[String], name: &str, from: u64) -> Vec<String> {
    let second = |line: &str| line.split('s').next().and_then(|second| second.parse().ok()).unwrap_or(0.0);
    let of_node = |line: &&String| line.split(' ').nth(1) == Some(name) && second(line) >= from as f64;
    lines.iter().filter(of_node).cloned().collect()
}

fn begin(strike: u64, node: u32, blow: Blow) -> Change {
    Change::Begin { strike, whom: Whom::Node(NodeId(node)), blow }
}

fn end(strike: u64) -> Change {
    Change::End { strike }
}

fn stop() -> Blow {
    Blow::Stop(Stop { depth: Depth::Process, inbox: u32::MAX, first: WakesTo::Clock })
}

const N0: u32 = 0;
const M0: u32 = 2;

#[test]
fn what_falls_due_while_a_process_stands_still_happens_when_it_wakes_in_that_order() {
    let changes = [(at(2), begin(1, M0, stop())), (at(6), end(1))];
    let (lines, outcome) = story(&changes, 7);
    let expected = [
        "6s m0 alarm",
        "6s m0 beat",
        "6s m0 hears 0 from n0",
        "6s m0 hears 1 from n1",
        "6s m0 hears 0 from n0",
        "6s m0 hears 1 from n1",
        "7s m0 beat",
        "7s m0 hears 0 from n0",
        "7s m0 hears 1 from n1",
    ];
    assert_eq!(of_node(&lines, "m0", 2), expected, "of two beats missed one comes; then the grid goes on");
    assert_eq!(outcome.traffic.delivered, [6]);
}

#[test]
fn a_scheduler_may_leave_out_what_it_missed_or_catch_up_with_all_of_it() {
    for (missed, expected) in [
        (Missed::One, &["8s n0 beat", "9s n0 beat"][..]),
        (Missed::None, &["9s n0 beat"]),
        (Missed::All, &["8s n0 beat", "8s n0 beat", "8s n0 beat", "9s n0 beat"]),
    ] {
        let diary = Diary { missed, ..Diary::new() };
        let changes = [(at(3), begin(1, N0, stop())), (at(8), end(1))];
        let outcome = of(&diary, &changes, 9, &Meter::default());
        assert!(outcome.is_some());
        assert_eq!(of_node(&diary.written(), "n0", 3), expected);
    }
}

#[test]
fn a_process_wakes_when_the_last_of_several_stops_is_over() {
    let changes =
        [(at(2), begin(1, N0, stop())), (at(3), begin(2, N0, stop())), (at(4), end(1)), (at(6), end(2))];
    let (lines, _) = story(&changes, 7);
    assert_eq!(of_node(&lines, "n0", 2), ["6s n0 alarm", "6s n0 beat", "7s n0 beat"]);
}

#[test]
fn a_crash_ends_what_had_stopped_the_process_and_the_dead_cannot_be_stopped() {
    let changes = [
        (at(2), begin(1, N0, stop())),
        (at(3), crash(2, N0, false)),
        (at(4), begin(3, N0, stop())),
        (at(5), end(2)),
        (at(9), end(1)),
        (at(9), end(3)),
    ];
    let (lines, _) = story(&changes, 10);
    let expected = ["5s n0 starts", "6s n0 beat", "7s n0 alarm", "8s n0 beat", "10s n0 beat"];
    assert_eq!(of_node(&lines, "n0", 2), expected);
}

#[test]
fn what_waits_for_a_process_that_crashes_is_lost() {
    let changes = [(at(2), begin(1, M0, stop())), (at(6), crash(2, M0, false)), (at(6), end(1))];
    let (lines, outcome) = story(&changes, 6);
    assert!(of_node(&lines, "m0", 2).is_empty());
    assert_eq!((outcome.traffic.delivered[0], outcome.traffic.lost[0]), (0, 4));
}

#[test]
fn an_inbox_holds_so_many_messages_and_drops_what_comes_beyond() {
    let blow = Blow::Stop(Stop { depth: Depth::Process, inbox: 3, first: WakesTo::Inbox });
    let (lines, outcome) = story(&[(at(2), begin(1, M0, blow)), (at(6), end(1))], 6);
    let expected = [
        "6s m0 hears 0 from n0",
        "6s m0 hears 1 from n1",
        "6s m0 hears 0 from n0",
        "6s m0 alarm",
        "6s m0 beat",
    ];
    assert_eq!(of_node(&lines, "m0", 2), expected, "and what waits there is read first, if it wakes to that");
    assert_eq!((outcome.traffic.delivered[0], outcome.traffic.dropped[0]), (3, 1));
}

#[test]
fn an_application_that_hangs_still_beats_but_handles_only_what_needs_no_application() {
    let blow = Blow::Stop(Stop { depth: Depth::Application, inbox: u32::MAX, first: WakesTo::Clock });
    let (lines, _) = story(&[(at(2), begin(1, M0, blow)), (at(6), end(1))], 6);
    let expected = [
        "2s m0 alarm",
        "3s m0 beat",
        "3s m0 hears 0 from n0",
        "5s m0 beat",
        "5s m0 hears 0 from n0",
        "6s m0 hears 1 from n1",
        "6s m0 hears 1 from n1",
    ];
    assert_eq!(of_node(&lines, "m0", 2), expected);
}

#[test]
fn a_wall_stops_what_is_sent_and_what_is_due_to_arrive_while_it_stands() {
    let wall = |direction| Blow::Wall(Arc::new(Wall { sides: vec![vec![N0..N0 + 1]], direction }));
    let begin = |direction| Change::Begin { strike: 1, whom: Whom::World, blow: wall(direction) };
    for (direction, heard) in [(Direction::Both, 2), (Direction::Out, 2), (Direction::In, 4)] {
        // Beats leave at 1, 3, 5 and 7 s and travel for two seconds; those of 1 s and 3 s meet the wall.
        let (lines, outcome) = story(&[(at(2), begin(direction)), (at(4), end(1))], 9);
        let of_n0 = lines.iter().filter(|line| line.ends_with("hears 0 from n0")).count();
        assert_eq!(of_n0, heard);
        assert_eq!(outcome.traffic.cut, [4 - heard as u64]);
        let Traffic { sent, delivered, lost, cut, dropped, .. } = &outcome.traffic;
        let on_the_way = 2; // Those of 9 s.
        assert_eq!(sent[0], delivered[0] + lost[0] + cut[0] + dropped[0] + on_the_way, "the books balance");
    }
}

#[test]
fn a_slow_node_handles_one_message_after_another_until_it_is_as_fast_as_before() {
    let slow = Blow::Slow(Arc::new(TwoSeconds));
    let (lines, outcome) = story(&[(at(2), begin(1, M0, slow)), (at(6), end(1))], 14);
    let heard: Vec<String> =
        of_node(&lines, "m0", 2).into_iter().filter(|line| line.contains("hears")).collect();
    let expected = [
        "5s m0 hears 0 from n0",
        "7s m0 hears 1 from n1",
        "7s m0 hears 0 from n0",
        "7s m0 hears 1 from n1",
        "7s m0 hears 0 from n0",
        "7s m0 hears 1 from n1",
        "9s m0 hears 0 from n0",
    ];
    assert_eq!(heard[..7], expected, "what is begun after it is over takes no longer than ever");
    let waiting = outcome.traffic.waiting.expect("some had to wait");
    assert_eq!((waiting.waited, waiting.longest), (3, Span::from_secs(2)));
}

#[test]
fn timers_follow_the_clock_of_the_node_that_sets_them() {
    let (lines, _) = story(&[(at(0), begin(1, N0, Blow::Drift(1e6))), (at(6), end(1))], 11);
    let seconds: Vec<String> = of_node(&lines, "n0", 0)
        .into_iter()
        .filter_map(|line| line.strip_suffix(" n0 beat").map(str::to_owned))
        .collect();
    assert_eq!(seconds, ["1s", "2s", "3s", "4s", "5s", "6s", "8s", "10s"], "twice as fast until 6 s");
}
