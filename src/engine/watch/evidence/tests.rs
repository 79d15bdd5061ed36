//! Stories whose cause is known because they were made up. The observer declares after ten seconds of silence.

use std::sync::Arc;

use super::*;
use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::findings::{Cause, Findings, Missing, Mistake};
use crate::engine::model::{Arrival, Authority, Direction, Wall, Watches};
use crate::engine::random::Streams;
use crate::engine::referee::Terms;
use crate::engine::time::Span;
use crate::engine::watch::{Check, Rules, Stamp, Tie, Verdict};

/// Ten seconds since the last arrival.
#[derive(Clone)]
struct TenSeconds;

impl Detector for TenSeconds {
    type Memory = Time;

    fn begin(&self, now: Time) -> Time {
        now
    }

    fn heard(&self, last: &mut Time, arrival: Arrival) {
        *last = arrival.counted;
    }

    fn last(&self, last: &Time) -> Time {
        *last
    }

    fn deadline(&self, last: &Time) -> Time {
        *last + Span::from_secs(10)
    }
}

/// What happens in a story. Times are seconds.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// A beat of the subject, sent at the first moment, arrives at the second.
    Heard(u64, u64),
    /// A message from one to another meets this, sent at that moment.
    Meets(u32, u32, Mishap, u64),
    /// A node stands still when it has something to do.
    Stands(u32, u64),
    /// A wall stands around a node until that moment.
    Walled(u32, u64),
    /// The subject crashes, and is up again at once.
    Restarts(u64),
    /// The observer looks at its clock.
    Looks(u64),
}

use Mishap::{Behind, Cut, Lost, Queued};
use Step::{Heard, Looks, Meets, Restarts, Stands, Walled};

/// How the observer comes to hear of the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Web {
    /// The subject beats to it.
    Push,
    /// It asks.
    Pull,
    /// Others may pass it on.
    Rumour,
    /// It asks, and others may do so for it.
    Probe,
}

use Web::{Probe, Pull, Push, Rumour};

const SUBJECT: u32 = 0;
const OBSERVER: u32 = 1;
const OTHER: u32 = 2;
const AT: Seats = Seats { observer: Seat(OBSERVER), subject: Seat(SUBJECT) };

fn at(seconds: u64) -> Time {
    Time::ZERO + Span::from_secs(seconds)
}

/// What is found out when a story has been told and ends at 100 s.
fn tell(web: Web, verdict: Verdict, story: &[Step]) -> Findings {
    let rules = Rules {
        detector: TenSeconds,
        check: Check::Timer,
        tie: Tie::InTime,
        stamp: Stamp::Arrival,
        count_late_beats: true,
        cutoff: Span::LONGEST,
        verdict,
    };
    let cluster = Cluster::of_peers(3);
    let seating = Seating::new(cluster, |_| 0);
    let terms = Terms {
        authority: Authority::WhoeverIsFirst,
        flap_within: Span::from_secs(60),
        count_from: Time::ZERO,
        subjects: cluster.members,
        pairs: None,
        elects: false,
        asks: matches!(web, Pull | Probe),
    };
    let watches = |_| Watches::All(0..3);
    let through_others = matches!(web, Rumour | Probe);
    let mut judge = Judge::new(&rules, cluster, watches, through_others, (1, 1), Streams::new(1, 0), terms);
    let mut looks: Vec<Time> = judge.watch(&seating, AT, Time::ZERO).into_iter().collect();
    for step in story {
        match *step {
            Heard(sent, now) => looks.extend(judge.heard(&seating, AT, 0, (at(sent), at(sent)), at(now))),
            Meets(from, to, what, sent) => {
                judge.went_missing(&seating, Seat(from), Seat(to), what, at(sent));
            }
            Walled(node, until) => {
                let wall = Arc::new(Wall { sides: Vec::new(), direction: Direction::Both });
                judge.walls.raise(1, &wall, cluster, Some(NodeId(node)));
                judge.walls.fall(1, at(until));
            }
            Stands(node, due) => judge.held_up(Seat(node), at(due)),
            Restarts(now) => {
                judge.referee.crash(NodeId(SUBJECT), 0, at(now));
                judge.referee.restart(NodeId(SUBJECT), 0, &[], at(now));
            }
            Looks(until) => {
                while let Some(place) = looks.iter().position(|look| *look <= at(until)) {
                    let now = looks.swap_remove(place);
                    looks.extend(judge.look(&seating, AT, now));
                }
            }
        }
    }
    judge.referee.finish(at(100), &[])
}

/// The one mistake of a story, which was a suspicion of the same cause before.
fn mistake(web: Web, story: &[Step]) -> Mistake {
    let findings = tell(web, Verdict::AT_ONCE, &[story, &[Looks(50)]].concat());
    assert_eq!(findings.mistakes.len(), 1, "{story:?}");
    assert_eq!(findings.false_suspicions_by_cause, findings.mistakes_by_cause, "{story:?}");
    findings.mistakes[0]
}

#[test]
fn every_cause_as_it_is_by_construction() {
    let (lost, pause) = (Meets(SUBJECT, OBSERVER, Lost, 6), Stands(SUBJECT, 6));
    let (cut, queued) = (Meets(SUBJECT, OBSERVER, Cut, 7), Meets(SUBJECT, OBSERVER, Queued, 7));
    let behind = Meets(SUBJECT, OBSERVER, Behind, 8);
    for (web, story, cause) in [
        // The path was cut: for a beat, for a question, for what a third would have passed on.
        (Push, &[Heard(5, 5), cut][..], Cause::Partition),
        (Pull, &[Heard(5, 5), Meets(OBSERVER, SUBJECT, Cut, 6)], Cause::Partition),
        (Rumour, &[Heard(5, 5), Walled(SUBJECT, 7), Meets(SUBJECT, OTHER, Cut, 6)], Cause::Partition),
        (Push, &[cut], Cause::Partition),
        (Push, &[Heard(5, 5), lost, pause, cut, behind, queued], Cause::Partition),
        // The subject stood still.
        (Push, &[Heard(5, 5), pause], Cause::Pause),
        (Pull, &[Heard(5, 5), pause, Stands(OBSERVER, 7)], Cause::Pause),
        (Rumour, &[Heard(5, 5), pause, lost], Cause::Pause),
        (Pull, &[Heard(5, 5), Meets(OBSERVER, SUBJECT, Behind, 6)], Cause::Pause), // The question waits there.
        (Probe, &[Heard(5, 5), Meets(OTHER, SUBJECT, Behind, 6), lost], Cause::Pause),
        (Push, &[pause], Cause::Pause),
        // The observer stood still: a beat waits, or it did not ask.
        (Push, &[Heard(5, 5), behind], Cause::Observer),
        (Push, &[Heard(5, 5), lost, behind, queued], Cause::Observer),
        (Pull, &[Heard(5, 5), Stands(OBSERVER, 6), Stands(OBSERVER, 7)], Cause::Observer),
        (Probe, &[Heard(5, 5), Stands(OBSERVER, 6)], Cause::Observer),
        (Rumour, &[Heard(5, 5), Meets(OTHER, OBSERVER, Behind, 6)], Cause::Observer),
        // A queue.
        (Push, &[Heard(5, 5), queued], Cause::Overload),
        (Push, &[queued], Cause::Overload),
        (Rumour, &[Heard(5, 5), lost, Meets(OTHER, OBSERVER, Queued, 6)], Cause::Overload),
        // Loss: of a beat, of the very first one, of a question.
        (Push, &[Heard(5, 5), lost], Cause::Loss),
        (Push, &[lost], Cause::Loss),
        (Push, &[Meets(SUBJECT, OBSERVER, Lost, 0)], Cause::Loss),
        (Pull, &[Heard(5, 5), Meets(OBSERVER, SUBJECT, Lost, 6)], Cause::Loss),
        (Rumour, &[Heard(5, 5), Meets(SUBJECT, OTHER, Lost, 6)], Cause::Loss),
        // Nothing of the present life was heard yet, and nothing went missing.
        (Push, &[], Cause::StartUp),
        (Push, &[Heard(5, 5), Restarts(6)], Cause::StartUp),
        (Rumour, &[Stands(OTHER, 3)], Cause::StartUp),
        // Nothing went missing since the last beat.
        (Push, &[Heard(5, 5)], Cause::Latency),
        (Push, &[Heard(5, 5), Restarts(6), Heard(7, 7)], Cause::Latency),
        (Push, &[cut, queued, lost, pause, behind, Heard(9, 9)], Cause::Latency),
        (Pull, &[Stands(OBSERVER, 3), Heard(5, 5)], Cause::Latency),
    ] {
        assert_eq!(mistake(web, story).cause, cause, "{web:?} {story:?}");
    }
}

#[test]
fn what_concerns_others_is_no_cause() {
    for (web, step) in [
        (Push, Meets(SUBJECT, OTHER, Cut, 6)),
        (Push, Meets(OBSERVER, SUBJECT, Cut, 6)),
        (Push, Meets(OBSERVER, SUBJECT, Lost, 6)),
        (Rumour, Meets(SUBJECT, OTHER, Cut, 6)), // No wall stood between the two.
        (Push, Meets(OTHER, OBSERVER, Lost, 6)),
        (Push, Stands(OTHER, 6)),
        (Push, Stands(OBSERVER, 6)), // It stood still, but no beat was kept waiting by that.
        (Rumour, Stands(OBSERVER, 6)),
        (Push, Meets(OBSERVER, SUBJECT, Behind, 6)), // It beats without being asked.
        (Rumour, Meets(OTHER, SUBJECT, Behind, 6)),
        (Rumour, Meets(SUBJECT, OTHER, Behind, 6)),
        (Probe, Meets(SUBJECT, OTHER, Behind, 6)),
        (Pull, Meets(OTHER, OBSERVER, Behind, 6)),
    ] {
        assert_eq!(mistake(web, &[Heard(5, 5), step]).cause, Cause::Latency, "{web:?} {step:?}");
    }
}

#[test]
fn an_observer_that_has_asked_again_since_it_stood_still_is_not_to_blame() {
    let stood = [Heard(5, 5), Stands(OBSERVER, 6)];
    for (web, meets, cause) in [
        (Pull, Meets(OBSERVER, SUBJECT, Lost, 8), Cause::Loss),
        (Pull, Meets(SUBJECT, OBSERVER, Queued, 8), Cause::Overload),
        (Probe, Meets(OTHER, OBSERVER, Lost, 8), Cause::Loss),
        (Pull, Meets(OBSERVER, SUBJECT, Lost, 6), Cause::Observer), // Before, or just then.
        (Pull, Meets(SUBJECT, OBSERVER, Behind, 8), Cause::Observer),
    ] {
        assert_eq!(mistake(web, &[stood[0], stood[1], meets]).cause, cause, "{web:?} {meets:?}");
    }
}

#[test]
fn what_was_said_in_an_earlier_life_is_no_cause_in_this_one() {
    for earlier in [Meets(SUBJECT, OBSERVER, Lost, 6), Stands(SUBJECT, 6)] {
        assert_eq!(mistake(Push, &[Heard(5, 5), earlier, Restarts(7)]).cause, Cause::StartUp, "{earlier:?}");
    }
    let story = [Heard(5, 5), Restarts(7), Meets(SUBJECT, OBSERVER, Lost, 7)];
    assert_eq!(mistake(Push, &story).cause, Cause::Loss);
}

#[test]
fn what_the_decisive_messages_met_is_counted() {
    let story = [
        Meets(SUBJECT, OBSERVER, Lost, 3),
        Heard(5, 5),
        Meets(SUBJECT, OBSERVER, Lost, 6),
        Meets(SUBJECT, OBSERVER, Lost, 7),
        Meets(SUBJECT, OBSERVER, Cut, 8),
        Meets(SUBJECT, OBSERVER, Queued, 9),
        Meets(SUBJECT, OBSERVER, Behind, 10),
        Stands(SUBJECT, 11),
        Stands(SUBJECT, 12),
        Stands(SUBJECT, 13),
    ];
    let found = mistake(Push, &story);
    let missing = Missing { lost: 2, cut: 1, queued: 1, behind: 1, not_sent: 3, observer_stood_still: true };
    assert_eq!((found.missing, found.missing.waiting()), (missing, 2));
    assert_eq!((found.last_heard, found.late), (Some(at(5)), None));
}

#[test]
fn how_late_the_beat_was_that_came_too_late() {
    let declared = at(15).just_after();
    for (back, successes, late) in [
        (&[Heard(14, 18)][..], 1, Some(at(18) - declared)),
        (&[Heard(16, 18)], 1, None), // It was sent only afterwards.
        (&[], 1, None),
        (&[Heard(14, 18), Heard(15, 19), Heard(20, 20)], 3, Some(at(18) - declared)),
    ] {
        let verdict = Verdict { successes, ..Verdict::AT_ONCE };
        let story = [&[Heard(5, 5), Looks(16)][..], back, &[Looks(24)]].concat();
        let findings = tell(Push, verdict, &story);
        assert_eq!(findings.mistakes[0].late, late, "{back:?}");
    }
}

#[test]
fn the_protocol_judges_by_the_same_rules() {
    for (grounds, cause) in [
        (Grounds::Hearsay, Cause::Relay),
        (Grounds::Silence(at(6)), Cause::Loss), // The question that was asked then.
        (Grounds::Silence(at(7)), Cause::Latency),
    ] {
        let rules = Rules {
            detector: TenSeconds,
            check: Check::Timer,
            tie: Tie::InTime,
            stamp: Stamp::Arrival,
            count_late_beats: true,
            cutoff: Span::LONGEST,
            verdict: Verdict::AT_ONCE,
        };
        let cluster = Cluster::of_peers(3);
        let seating = Seating::new(cluster, |_| 0);
        let (authority, flap_within) = (Authority::WhoeverIsFirst, Span::ZERO);
        let (pairs, elects, asks) = (Some(6), false, false);
        let terms = Terms {
            authority,
            flap_within,
            count_from: Time::ZERO,
            subjects: cluster.members,
            pairs,
            elects,
            asks,
        };
        let watches = |_| Watches::Nobody;
        let mut judge = Judge::new(&rules, cluster, watches, true, (1, 1), Streams::new(1, 0), terms);
        judge.went_missing(&seating, AT.observer, AT.subject, Lost, at(6));
        judge.suspect_by_protocol(&seating, AT, grounds, at(8));
        judge.declare_by_protocol(&seating, AT, grounds, at(9));
        let findings = judge.referee.finish(at(20), &[]);
        assert_eq!(findings.mistakes[0].cause, cause);
        assert_eq!(findings.false_suspicions_by_cause, findings.mistakes_by_cause);
    }
}

/// Whatever happens, in whatever order: every mistake and every suspicion has exactly one cause.
#[test]
fn the_parts_sum_to_the_total() {
    use crate::engine::random::Purpose;
    for seed in 0..200 {
        let mut stream = Streams::new(seed, 0).of(Purpose::Choice).at(1, 1);
        let mut draw = |below: f64| (stream.unit() * below) as u64;
        let mut story = Vec::new();
        for second in 1..90_u64 {
            let node = [SUBJECT, OBSERVER, OTHER][draw(3.0) as usize];
            story.push(match draw(12.0) {
                0 => Heard(second.saturating_sub(draw(4.0)), second),
                1 => Restarts(second),
                2 => Stands(node, second),
                kind @ 3..7 => {
                    let what = [Lost, Cut, Queued, Behind][kind as usize - 3];
                    Meets(node, (node + 1 + draw(2.0) as u32) % 3, what, second)
                }
                _ => Looks(second),
            });
        }
        let web = [Push, Pull, Rumour, Probe][(seed % 4) as usize];
        let verdict = Verdict { confirm_after: Span::from_secs(seed % 3), ..Verdict::AT_ONCE };
        let findings = tell(web, verdict, &story);
        let mut by_cause = [0; Cause::ALL.len()];
        findings.mistakes.iter().for_each(|mistake| by_cause[mistake.cause as usize] += 1);
        assert_eq!(findings.mistakes_by_cause, by_cause);
        assert_eq!(findings.mistakes_total(), findings.mistakes.len() as u64);
        assert!(findings.mistakes.iter().all(|mistake| {
            mistake.missing.cause().is_none_or(|cause| cause == mistake.cause)
                && (mistake.last_heard.is_some() || mistake.cause != Cause::Latency)
        }));
        assert!(findings.false_suspicions_total() >= findings.mistakes_total());
    }
}

/// With two channels of which both must be trusted, what went missing on the one counts while the other is heard.
#[test]
fn a_channel_that_fell_silent_is_judged_by_its_own_silence() {
    for (alive_if, heard_until, cause) in [(2, 20, Cause::Loss), (1, 9, Cause::Latency)] {
        let rules = Rules {
            detector: TenSeconds,
            check: Check::Timer,
            tie: Tie::InTime,
            stamp: Stamp::Arrival,
            count_late_beats: true,
            cutoff: Span::LONGEST,
            verdict: Verdict::AT_ONCE,
        };
        let cluster = Cluster::of_peers(3);
        let seating = Seating::new(cluster, |_| 0);
        let (authority, flap_within) = (Authority::WhoeverIsFirst, Span::ZERO);
        let (pairs, elects, asks) = (None, false, false);
        let terms = Terms {
            authority,
            flap_within,
            count_from: Time::ZERO,
            subjects: cluster.members,
            pairs,
            elects,
            asks,
        };
        let watches = |_| Watches::All(0..3);
        let streams = Streams::new(1, 0);
        let mut judge = Judge::new(&rules, cluster, watches, false, (2, alive_if), streams, terms);
        let mut look = judge.watch(&seating, AT, Time::ZERO);
        for second in 1..50 {
            while let Some(now) = look.filter(|look| *look < at(second)) {
                look = judge.look(&seating, AT, now);
            }
            if second < 6 {
                look = judge.heard(&seating, AT, 1, (at(second), at(second)), at(second)).or(look);
            } else if second < 9 {
                judge.went_missing(&seating, AT.subject, AT.observer, Lost, at(second));
            }
            if second <= heard_until {
                look = judge.heard(&seating, AT, 0, (at(second), at(second)), at(second)).or(look);
            }
        }
        assert_eq!(judge.referee.finish(at(50), &[]).mistakes[0].cause, cause, "{alive_if}");
    }
}
