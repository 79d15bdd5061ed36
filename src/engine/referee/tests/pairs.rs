//! What each pair found out, and what the ends of the run cut off.

use super::*;

/// As long as it is not known when a mistake would have ended, its time counts and its end does not; and of one that
/// began in the warm-up, its end counts and its beginning does not.
#[test]
fn what_the_window_cuts_off_counts_by_its_time_and_by_what_was_seen_of_it() {
    let mut referee = referee(100);
    referee.declare(pair(0, 0), at(90), heard(Some(1))); // over before it counts
    referee.trust(pair(0, 0), at(100));
    referee.declare(pair(1, 0), at(95), heard(Some(1))); // 4 s of it count, and its end
    referee.trust(pair(1, 0), at(104));
    referee.declare(pair(1, 0), at(110), heard(Some(1))); // 6 s
    referee.trust(pair(1, 0), at(116));
    referee.declare(pair(2, 0), at(120), heard(Some(1))); // 10 s, and it comes true
    referee.crash(N0, 0, at(130));
    referee.declare(pair(0, 1), at(180), heard(Some(1))); // 20 s, and it is not over
    referee.declare(pair(1, 1), at(90), heard(Some(1))); // 50 s, and its observer crashes
    crash_of_monitor(&mut referee, 1, 150);
    let findings = finish(referee, 200);
    assert_eq!((findings.mistakes_total(), findings.mistakes_ended, findings.wrong_ended), (3, 2, 3));
    assert_eq!(findings.wrong_nanos, nanos(4 + 6 + 10 + 20 + 50));
    let rows: Vec<_> = findings
        .pairs
        .iter()
        .map(|row| (row.pair, row.mistakes, row.censored, row.wrong_ended, row.wrong, row.crashes))
        .collect();
    let s = Span::from_secs;
    assert_eq!(
        rows,
        [
            (pair(0, 0), 0, 0, 0, s(0), 1),
            (pair(0, 1), 1, 1, 0, s(20), 0),
            (pair(1, 0), 1, 0, 2, s(10), 0),
            (pair(1, 1), 0, 0, 0, s(50), 0),
            (pair(2, 0), 1, 0, 1, s(10), 1),
        ],
        "m1 crashed too, and had not declared the crash of n0"
    );
}

#[test]
fn each_pair_has_its_own_crashes_and_its_own_time() {
    let mut referee = referee(0);
    referee.crash(N0, 0, at(10));
    referee.declare(pair(0, 0), at(13), heard(Some(9)));
    referee.restart(N0, 0, &[pair(0, 0).observer, pair(1, 0).observer], at(20));
    referee.trust(pair(0, 0), at(21));
    referee.crash(N0, 0, at(50));
    referee.declare(pair(0, 0), at(54), heard(Some(49)));
    referee.declare(pair(1, 0), at(55), heard(Some(49)));
    let findings = finish(referee, 60);
    let rows: Vec<_> = findings
        .pairs
        .iter()
        .map(|row| (row.pair, row.crashes, row.detected, row.missed, row.pending(), row.detection))
        .collect();
    let s = Span::from_secs;
    assert_eq!(
        rows,
        [(pair(0, 0), 2, 2, 0, 0, s(3 + 4)), (pair(1, 0), 2, 1, 1, 0, s(5)), (pair(2, 0), 1, 0, 0, 1, s(0))]
    );
    assert!(findings.pairs.iter().all(|row| row.watched == Some(s(60 - 10 - 10))));
}

#[test]
fn who_begins_or_gives_up_watching_while_it_is_up_has_no_time_of_its_own() {
    type Story = fn(&mut Referee);
    for (told, knows) in [
        ((|_| ()) as Story, true),
        (|referee| referee.unwatched(pair(0, 1), at(10)), false),
        (|referee| referee.watched(pair(0, 1), at(10)), false),
        (
            |referee| {
                crash_of_monitor(referee, 0, 10);
                referee.restart(pair(0, 0).observer, 0, &[], at(15));
                CLUSTER.all_members().for_each(|member| referee.watched(pair(0, member.0), at(15)));
            },
            true,
        ),
    ] {
        let mut referee = referee(0);
        referee.declare(pair(0, 0), at(5), heard(Some(1)));
        told(&mut referee);
        let pairs = finish(referee, 30).pairs;
        assert_eq!(pairs[0].watched.is_some(), knows);
    }
}
