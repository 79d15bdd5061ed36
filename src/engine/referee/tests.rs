//! Short histories with known figures.

mod pairs;
mod service;

use super::*;
use crate::engine::findings::{Cause, Outcome};

const CLUSTER: Cluster = Cluster::monitored(2, 3);

fn at(seconds: u64) -> Time {
    Time::ZERO + Span::from_secs(seconds)
}

fn nanos(seconds: u64) -> u128 {
    u128::from(Span::from_secs(seconds).nanos())
}

fn pair(monitor: u32, member: u32) -> Pair {
    Pair { observer: CLUSTER.monitor(monitor), subject: NodeId(member) }
}

const N0: NodeId = NodeId(0);

/// A referee of members that all monitors watch.
fn referee(count_from: u64) -> Referee {
    under(Authority::WhoeverIsFirst, count_from)
}

fn under(authority: Authority, count_from: u64) -> Referee {
    let terms = Terms {
        authority,
        flap_within: Span::from_secs(60),
        count_from: at(count_from),
        subjects: CLUSTER.members,
        pairs: None,
        elects: false,
        asks: false,
    };
    let mut referee = Referee::new(CLUSTER, terms, true);
    for member in CLUSTER.all_members() {
        let watch = |observer| referee.watched(Pair { observer, subject: member }, Time::ZERO);
        CLUSTER.all_monitors().for_each(watch);
    }
    referee
}

/// Heard last at this second.
fn heard(second: Option<u64>) -> Evidence {
    Evidence { heard: second.map(at), missing: Missing::default(), hearsay: false }
}

/// A monitor crashes, and watches nobody any more.
fn crash_of_monitor(referee: &mut Referee, monitor: u32, now: u64) {
    referee.crash(CLUSTER.monitor(monitor), 0, at(now));
    CLUSTER.all_members().for_each(|member| referee.unwatched(pair(monitor, member.0), at(now)));
}

fn finish(referee: Referee, end: u64) -> Findings {
    let monitors: Vec<NodeId> = CLUSTER.all_monitors().collect();
    let circles = vec![monitors; referee.open_crashes().len()];
    referee.finish(at(end), &circles)
}

/// A referee of three members that watch one another, without anybody who watches for silence.
fn referee_of_peers() -> Referee {
    let terms = Terms {
        authority: Authority::WhoeverIsFirst,
        flap_within: Span::SECOND,
        count_from: at(0),
        subjects: 3,
        pairs: Some(6),
        elects: true,
        asks: false,
    };
    Referee::new(Cluster::of_peers(3), terms, false)
}

fn peers(observer: u32, subject: u32) -> Pair {
    Pair { observer: NodeId(observer), subject: NodeId(subject) }
}

#[test]
fn a_crash_is_known_to_the_first_to_the_majority_and_to_all() {
    let mut referee = referee(0);
    referee.crash(N0, 0, at(10));
    for (monitor, declared) in [(2, 14), (0, 17), (1, 21)] {
        referee.declare(pair(monitor, 0), at(declared), heard(Some(9)));
    }
    let findings = finish(referee, 100);
    let crash = findings.crashes[0];
    assert_eq!((crash.first, crash.majority, crash.all), (Some(at(14)), Some(at(17)), Some(at(21))));
    assert_eq!(crash.acting, crash.first, "no authority is named, so the first acts");
    assert_eq!(findings.dead_in_service_nanos, nanos(4));
    assert_eq!(findings.mistakes_total(), 0);
}

#[test]
fn a_declaration_that_is_taken_back_while_the_crash_lasts_does_not_count() {
    let mut referee = referee(0);
    referee.crash(N0, 0, at(10));
    referee.declare(pair(0, 0), at(12), heard(None));
    referee.trust(pair(0, 0), at(13)); // A late beat.
    referee.declare(pair(0, 0), at(20), heard(None));
    let findings = finish(referee, 100);
    assert_eq!(findings.crashes[0].first, Some(at(20)));
    assert_eq!(findings.crashes[0].all, None, "the others never noticed");
    assert_eq!(findings.flaps, 1);
}

#[test]
fn missed_and_pending_are_told_apart() {
    for (restart, expected) in [(Some(30), Outcome::Missed), (None, Outcome::Pending)] {
        let mut referee = referee(0);
        referee.crash(N0, 0, at(10));
        if let Some(restart) = restart {
            referee.restart(N0, 0, &[], at(restart));
        }
        let crash = finish(referee, 40).crashes[0];
        assert_eq!(crash.outcome(crash.acting), expected);
    }
}

#[test]
fn already_dead_is_detected_at_once_and_flagged_and_the_mistake_came_true() {
    let mut referee = referee(0);
    referee.declare(pair(0, 0), at(5), heard(Some(1)));
    referee.crash(N0, 0, at(10));
    let findings = finish(referee, 40);
    let crash = findings.crashes[0];
    assert!(crash.already_dead);
    assert_eq!(crash.detection(crash.first), Some(Span::ZERO));
    assert_eq!((findings.mistakes[0].ending, findings.mistakes[0].end), (Ending::CameTrue, at(10)));
    assert_eq!(findings.healthy_out_of_service_nanos, nanos(5));
}

#[test]
fn causes_follow_their_precedence() {
    let nothing = Missing::default();
    let lost = Missing { lost: 2, ..nothing };
    let queued = Missing { queued: 1, ..lost };
    let observer = Missing { behind: 1, observer_stood_still: true, ..queued };
    let not_sent = Missing { not_sent: 3, ..observer };
    let cut = Missing { cut: 1, ..not_sent };
    for (second, missing, hearsay, cause) in [
        (None, cut, true, Cause::Relay),
        (Some(2), nothing, true, Cause::Relay),
        (Some(2), cut, false, Cause::Partition),
        (None, cut, false, Cause::Partition),
        (Some(2), not_sent, false, Cause::Pause),
        (None, Missing { not_sent: 1, ..nothing }, false, Cause::Pause),
        (Some(2), observer, false, Cause::Observer),
        (None, Missing { observer_stood_still: true, ..nothing }, false, Cause::Observer),
        (Some(2), queued, false, Cause::Overload),
        (None, queued, false, Cause::Overload),
        (Some(2), lost, false, Cause::Loss),
        (None, lost, false, Cause::Loss),
        (None, nothing, false, Cause::StartUp),
        (Some(3), nothing, false, Cause::Latency),
    ] {
        let mut referee = referee(0);
        let evidence = Evidence { missing, hearsay, ..heard(second) };
        referee.suspect(pair(0, 0), at(5), evidence);
        referee.declare(pair(0, 0), at(5), evidence);
        let findings = finish(referee, 9);
        assert_eq!(findings.mistakes[0].cause, cause, "{second:?} {missing:?}");
        assert_eq!(findings.mistakes[0].missing, missing);
        for by_cause in [findings.mistakes_by_cause, findings.false_suspicions_by_cause] {
            assert_eq!((by_cause[cause as usize], by_cause.iter().sum::<u64>()), (1, 1));
        }
    }
}

#[test]
fn all_causes_stand_in_the_order_of_their_precedence() {
    assert!(Cause::ALL.is_sorted());
    for (place, cause) in Cause::ALL.into_iter().enumerate() {
        assert_eq!(cause as usize, place);
    }
}

#[test]
fn a_beat_comes_late_only_once_and_only_if_it_was_sent_in_time() {
    for (beats, late) in [
        (&[(9, 14)][..], Some(4)),
        (&[(11, 14), (9, 15)], Some(5)),
        (&[(8, 14), (9, 15)], Some(4)),
        (&[(10, 14)], None),
    ] {
        let mut referee = referee(0);
        referee.declare(pair(0, 0), at(10), heard(Some(1)));
        for (sent, arrived) in beats {
            referee.heard_of_dead(pair(0, 0), at(*sent), at(*arrived));
        }
        referee.heard_of_dead(pair(1, 0), at(1), at(16)); // That one holds it alive.
        assert_eq!(finish(referee, 20).mistakes[0].late, late.map(Span::from_secs), "{beats:?}");
    }
}

/// As a stand-by that takes over from the one who knew.
#[test]
fn who_begins_to_watch_the_dead_need_not_know_of_them_for_all_others_to_have_known() {
    let mut referee = referee(0);
    for monitor in 1..3 {
        crash_of_monitor(&mut referee, monitor, 1);
    }
    referee.crash(N0, 0, at(10));
    referee.declare(pair(0, 0), at(13), heard(Some(9)));
    crash_of_monitor(&mut referee, 0, 20);
    referee.forget(pair(1, 0), at(26)); // It begins to watch.
    referee.declare(pair(1, 0), at(29), heard(None));
    let findings = finish(referee, 40);
    assert_eq!((findings.crashes[0].first, findings.crashes[0].all), (Some(at(13)), Some(at(13))));
}

#[test]
fn a_member_is_unwatched_while_nobody_who_is_up_watches_it() {
    let mut referee = referee(0);
    for (monitor, second) in [(0, 10), (1, 12), (2, 15)] {
        crash_of_monitor(&mut referee, monitor, second);
    }
    referee.watched(pair(0, 0), at(19));
    assert_eq!(finish(referee, 30).unwatched_nanos, Some(nanos(4 + 15)));
}

#[test]
fn a_node_that_has_not_spoken_since_its_restart_is_starting_up() {
    for (second, cause) in [(9, Cause::StartUp), (21, Cause::Latency)] {
        let mut referee = referee(0);
        referee.crash(N0, 0, at(10));
        referee.restart(N0, 0, &[], at(20));
        referee.declare(pair(0, 0), at(25), heard(Some(second)));
        assert_eq!(finish(referee, 30).mistakes[0].cause, cause);
    }
}

#[test]
fn an_episode_is_a_stretch_with_at_least_one_accuser() {
    let mut referee = referee(0);
    referee.declare(pair(0, 0), at(10), heard(Some(1)));
    referee.declare(pair(1, 0), at(11), heard(Some(1)));
    referee.trust(pair(0, 0), at(12));
    referee.trust(pair(1, 0), at(13));
    referee.declare(pair(0, 0), at(20), heard(Some(1)));
    let findings = finish(referee, 30);
    assert_eq!((findings.false_positives, findings.mistakes_total()), (2, 3));
    assert_eq!((findings.mistakes_ended, findings.mistake_nanos), (2, nanos(2 + 2)));
    assert_eq!(findings.wrong_nanos, nanos(2 + 2 + 10), "the one that the end cut off was wrong too");
}

#[test]
fn nothing_before_the_warm_up_is_counted() {
    let mut referee = referee(100);
    referee.suspect(pair(0, 0), at(10), heard(Some(1)));
    referee.declare(pair(0, 0), at(10), heard(Some(1)));
    referee.crash(NodeId(1), 0, at(20));
    referee.restart(NodeId(1), 0, &[], at(40));
    referee.trust(pair(0, 0), at(103));
    let findings = finish(referee, 200);
    assert_eq!(
        (findings.crashes.len(), findings.mistakes_total(), findings.false_suspicions_total()),
        (0, 0, 0)
    );
    assert_eq!(findings.wrong_nanos, nanos(3), "it was still wrong after the warm-up");
    assert_eq!((findings.node_nanos, findings.pair_nanos), (nanos(2 * 100), nanos(6 * 100)));
}

#[test]
fn time_is_counted_only_while_both_ends_are_up() {
    let mut referee = referee(0);
    referee.crash(N0, 0, at(10)); // 10 s of 2 members and 3 monitors
    crash_of_monitor(&mut referee, 0, 15); // 5 s of 1 and 3
    referee.restart(N0, 0, &[], at(20)); // 5 s of 1 and 2
    let findings = finish(referee, 30); // 10 s of 2 and 2
    assert_eq!(findings.node_nanos, nanos(20 + 5 + 5 + 20));
    assert_eq!(findings.pair_nanos, nanos(60 + 15 + 10 + 40));
}

#[test]
fn an_observer_that_crashes_ends_its_mistakes_but_keeps_what_it_found() {
    let mut referee = referee(0);
    referee.declare(pair(0, 0), at(5), heard(Some(1)));
    referee.crash(NodeId(1), 0, at(6));
    referee.declare(pair(0, 1), at(8), heard(Some(1)));
    crash_of_monitor(&mut referee, 0, 10);
    let findings = finish(referee, 30);
    assert_eq!(findings.mistakes[0].ending, Ending::ObserverCrashed);
    assert_eq!(findings.mistakes_ended, 0, "how long it would have lasted is not known");
    assert_eq!(findings.crashes[0].first, Some(at(8)));
}

#[test]
fn the_digest_sees_every_figure() {
    let history = |declared: u64| {
        let mut referee = referee(0);
        referee.crash(N0, 0, at(10));
        referee.declare(pair(0, 0), at(declared), heard(None));
        finish(referee, 30).digest
    };
    assert_eq!(history(12), history(12));
    assert_ne!(history(12), history(13));
}

const EVERYBODY: [NodeId; 3] = [NodeId(0), NodeId(1), NodeId(2)];

#[test]
fn who_comes_later_need_not_have_known_for_all_to_know() {
    let mut referee = referee_of_peers();
    referee.crash(NodeId(2), 4, at(5));
    referee.crash(N0, 2, at(10));
    referee.declare(peers(1, 0), at(14), heard(Some(9)));
    referee.restart(NodeId(2), 2, &EVERYBODY[..2], at(30));
    referee.declare(peers(2, 0), at(33), heard(None));
    let circle = EVERYBODY[1..].to_vec();
    let crash = referee.finish(at(40), &[circle]).crashes.into_iter().find(|crash| crash.node == N0);
    let crash = crash.expect("it crashed");
    assert_eq!((crash.first, crash.majority, crash.all), (Some(at(14)), Some(at(14)), Some(at(14))));
}

#[test]
fn a_monitor_that_restarts_must_find_the_dead_anew() {
    let mut referee = referee(0);
    for monitor in 1..3 {
        crash_of_monitor(&mut referee, monitor, 1);
    }
    referee.crash(N0, 0, at(10));
    referee.declare(pair(0, 0), at(12), heard(Some(9)));
    crash_of_monitor(&mut referee, 0, 20);
    referee.restart(CLUSTER.monitor(0), 0, &[], at(25));
    referee.declare(pair(0, 0), at(28), heard(None));
    let crash = finish(referee, 40).crashes[0];
    assert_eq!((crash.first, crash.majority, crash.all), (Some(at(28)), Some(at(28)), Some(at(28))));
}

#[test]
fn the_majority_is_more_than_half_of_those_who_are_up() {
    for (crashed, declared, majority) in [
        (0, &[14, 17, 21][..], Some(17)),
        (1, &[14, 17], Some(17)), // One of two is no majority.
        (2, &[14], Some(14)),
        (0, &[14], None),
    ] {
        let mut referee = referee(0);
        (0..crashed).for_each(|monitor| crash_of_monitor(&mut referee, 2 - monitor, 5));
        referee.crash(N0, 0, at(10));
        for (monitor, second) in declared.iter().enumerate() {
            referee.declare(pair(monitor as u32, 0), at(*second), heard(Some(9)));
        }
        assert_eq!(finish(referee, 40).crashes[0].majority, majority.map(at), "{crashed} {declared:?}");
    }
}

#[test]
fn an_episode_lasts_as_long_as_any_observer_that_is_up_is_wrong() {
    let mut referee = referee(0);
    referee.declare(pair(0, 0), at(10), heard(Some(1)));
    crash_of_monitor(&mut referee, 0, 12);
    referee.declare(pair(1, 0), at(14), heard(Some(1)));
    let findings = finish(referee, 30);
    assert_eq!((findings.false_positives, findings.mistakes_total()), (2, 2));
    // Two pairs fewer from 12 s on.
    assert_eq!(findings.pair_nanos, nanos(6 * 12 + 4 * 18));
    assert_eq!(findings.wrong_nanos, nanos(2 + 16));
}
