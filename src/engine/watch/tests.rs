//! A judge alone with one observer and one subject: looks come when they were promised, or never.

use super::*;
use crate::engine::findings::{Cause, Ending, Findings};
use crate::engine::model::Authority;

/// Each beat names its own deadline: so many seconds after it was heard.
#[derive(Clone)]
struct Said;

impl Detector for Said {
    type Memory = Time;

    fn begin(&self, now: Time) -> Time {
        now + s(10)
    }

    /// The stamp of the beat, in these tests, is the deadline that it asks for.
    fn heard(&self, deadline: &mut Time, arrival: Arrival) {
        *deadline = arrival.sent;
    }

    fn missed(&self, deadline: &mut Time, since: Time) {
        *deadline = since;
    }

    fn deadline(&self, deadline: &Time) -> Time {
        *deadline
    }

    fn last(&self, deadline: &Time) -> Time {
        *deadline
    }
}

fn s(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

fn at(seconds: u64) -> Time {
    Time::ZERO + s(seconds)
}

const ONE: Cluster = Cluster::monitored(1, 1);
const SEATS: Seats = Seats { observer: Seat(1), subject: Seat(0) };

fn rules() -> Rules<Said> {
    let verdict = Verdict::AT_ONCE;
    Rules {
        detector: Said,
        check: Check::Timer,
        tie: Tie::InTime,
        stamp: Stamp::Arrival,
        count_late_beats: true,
        cutoff: Span::LONGEST,
        verdict,
    }
}

fn judge<D: Detector>(rules: &Rules<D>, cluster: Cluster, watches: impl Fn(NodeId) -> Watches) -> Judge<D> {
    let authority = Authority::WhoeverIsFirst;
    let terms = Terms {
        authority,
        flap_within: s(60),
        count_from: Time::ZERO,
        subjects: cluster.members,
        pairs: None,
        elects: false,
        asks: false,
    };
    Judge::new(rules, cluster, watches, false, (1, 1), Streams::new(1, 0), terms)
}

/// A judge and the looks that are pending, as the queue would hold them.
struct Scene {
    judge: Judge<Said>,
    seating: Seating,
    pending: Vec<Time>,
    looks: u32,
}

impl Scene {
    fn new(rules: &Rules<Said>) -> Scene {
        let judge = judge(rules, ONE, |node| match node.0 {
            0 => Watches::Nobody,
            _ => Watches::All(0..1),
        });
        let mut scene = Scene { judge, seating: Seating::new(ONE, |_| 0), pending: Vec::new(), looks: 0 };
        scene.judge.begin_observer(&scene.seating, SEATS.observer, 0, Time::ZERO);
        let look = scene.judge.watch(&scene.seating, SEATS, Time::ZERO);
        scene.pending.extend(look);
        scene
    }

    /// Lets time pass until `now`, looking whenever a look is due.
    fn pass(&mut self, now: Time) {
        while let Some(place) =
            (0..self.pending.len()).filter(|i| self.pending[*i] <= now).min_by_key(|i| self.pending[*i])
        {
            let due = self.pending.swap_remove(place);
            self.looks += 1;
            let look = self.judge.look(&self.seating, SEATS, due);
            self.pending.extend(look);
        }
    }

    /// At `now` a beat arrives that moves the deadline to `deadline`.
    fn hear(&mut self, now: u64, deadline: u64) {
        self.pass(at(now));
        let look = self.judge.heard(&self.seating, SEATS, 0, (at(deadline), at(deadline)), at(now));
        self.pending.extend(look);
    }

    fn opinion(&self) -> Opinion {
        self.judge.watches[0].opinion
    }

    fn finish(mut self, end: u64) -> Findings {
        self.pass(at(end));
        self.judge.referee.finish(at(end), &[])
    }
}

/// Bears a second of silence for each beat that it has heard of the present life, or of all lives.
#[derive(Clone)]
struct Growing {
    by_life: bool,
}

impl Detector for Growing {
    type Memory = (Time, u64);

    fn begin(&self, now: Time) -> (Time, u64) {
        (now, 0)
    }

    fn heard(&self, memory: &mut (Time, u64), arrival: Arrival) {
        *memory = (arrival.counted, memory.1 + 1);
    }

    fn learns_by_life(&self) -> bool {
        self.by_life
    }

    fn deadline(&self, (last, heard): &(Time, u64)) -> Time {
        last.saturating_add(s(*heard))
    }

    fn last(&self, memory: &(Time, u64)) -> Time {
        memory.0
    }
}

/// Five beats of the first life, one of which is late and comes when the second has begun, and two of the second.
#[test]
fn what_was_learnt_of_one_life_does_not_hold_for_the_next_where_the_detector_says_so() {
    for (by_life, watches, channels) in [
        (false, Watches::All(0..3), 1),
        (true, Watches::All(0..3), 1),
        (false, Watches::All(0..3), 2),
        (true, Watches::All(0..3), 2),
        (false, Watches::Table, 1),
        (true, Watches::Table, 1),
    ] {
        let rules = Rules {
            detector: Growing { by_life },
            check: Check::Timer,
            tie: Tie::InTime,
            stamp: Stamp::Arrival,
            count_late_beats: false,
            cutoff: Span::LONGEST,
            verdict: Verdict::AT_ONCE,
        };
        let cluster = Cluster::of_peers(3);
        let seating = Seating::new(cluster, |_| 0);
        let (authority, flap_within) = (Authority::WhoeverIsFirst, s(60));
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
        let streams = Streams::new(1, 0);
        let mut judge =
            Judge::new(&rules, cluster, |_| watches.clone(), false, (channels, 1), streams, terms);
        let is_table = watches == Watches::Table;
        let mut look = if is_table {
            judge.watch_all(&seating, SEATS.observer, at(0))
        } else {
            judge.watch(&seating, SEATS, at(0))
        };
        for (sent, now) in [(1, 1), (2, 2), (3, 3), (4, 4), (5, 8), (9, 9), (10, 10)] {
            if now == 8 {
                judge.referee.crash(NodeId(0), 0, at(6));
                judge.referee.restart(NodeId(0), 0, &[], at(7));
            }
            let again = if is_table {
                judge.heard_of(&seating, SEATS.observer, (0, &[true]), (at(sent), at(now)), |_, _| ())
            } else {
                judge.heard(&seating, SEATS, 0, (at(sent), at(sent)), at(now))
            };
            look = again.or(look);
        }
        // Tables do not tell when a subject spoke, only when it was spoken of.
        let borne = if !by_life {
            7
        } else if is_table {
            3
        } else {
            2
        };
        let mut suspected = None;
        while let (Some(now), None) = (look, suspected) {
            let mut doubted = |_, _| ();
            look = if is_table {
                judge.survey(&seating, SEATS.observer, now, &mut doubted)
            } else {
                judge.look(&seating, SEATS, now)
            };
            suspected = judge
                .news
                .iter()
                .any(|news| matches!(news, News::Verdict(pair, _) if pair.subject == NodeId(0)))
                .then_some(now);
        }
        assert_eq!(suspected, Some(at(10 + borne).just_after()), "{by_life} {watches:?} {channels}");
    }
}

#[test]
fn a_deadline_that_moves_earlier_is_looked_at_earlier() {
    let rules = rules();
    let mut scene = Scene::new(&rules);
    scene.hear(1, 100); // The pending look at 10 s comes too early and re-arms at 100 s.
    scene.pass(at(50));
    scene.hear(51, 60); // Now the deadline is earlier than the pending look.
    scene.pass(at(60));
    assert_eq!(scene.opinion(), Opinion::Trusted, "at the deadline itself it is in time");
    scene.pass(at(60).just_after());
    assert_eq!(scene.opinion(), Opinion::Dead);
    scene.hear(70, 200);
    scene.pass(at(150)); // The superseded look at 100 s must do nothing.
    assert_eq!(scene.opinion(), Opinion::Trusted);
    let findings = scene.finish(199);
    assert_eq!(findings.mistakes.len(), 1);
    assert_eq!((findings.mistakes[0].start, findings.mistakes[0].end), (at(60).just_after(), at(70)));
}

#[test]
fn one_look_for_each_deadline_however_many_beats() {
    let rules = rules();
    let mut scene = Scene::new(&rules);
    for second in 1..1_000 {
        scene.hear(second, second + 10);
        assert_eq!(scene.pending.len(), 1, "one pending look");
    }
    assert!(
        (90..=112).contains(&scene.looks),
        "about one look in ten seconds, not one a beat: {}",
        scene.looks
    );
    assert_eq!(scene.opinion(), Opinion::Trusted);
}

#[test]
fn suspicion_lasts_before_it_is_confirmed_and_ends_with_a_beat() {
    let mut rules = rules();
    rules.verdict.confirm_after = s(5);
    let mut scene = Scene::new(&rules);
    scene.pass(at(11));
    assert_eq!(scene.opinion(), Opinion::Suspected);
    scene.hear(12, 20);
    assert_eq!(scene.opinion(), Opinion::Trusted);
    scene.pass(at(24));
    assert_eq!(scene.opinion(), Opinion::Suspected, "the confirmation of the first suspicion is void");
    scene.pass(at(26));
    assert_eq!(scene.opinion(), Opinion::Dead);
    let findings = scene.finish(30);
    assert_eq!((findings.false_suspicions_total(), findings.mistakes.len()), (2, 1));
    assert_eq!(findings.mistakes[0].start, at(25).just_after());
    assert_eq!(findings.mistakes[0].ending, Ending::RunEnded);
}

#[test]
fn after_a_suspicion_the_grid_of_looks_holds_again() {
    let mut rules = rules();
    rules.check = Check::Every { every: s(5), phase: Some(s(0)) };
    rules.verdict.confirm_after = s(4);
    let mut scene = Scene::new(&rules);
    scene.pass(at(16)); // Suspected by the scan at 15, to be confirmed at 19.
    scene.hear(16, 18);
    scene.pass(at(19));
    assert_eq!(scene.opinion(), Opinion::Trusted, "there is no scan at 19");
    scene.pass(at(20));
    assert_eq!(scene.opinion(), Opinion::Suspected);
    scene.pass(at(24));
    assert_eq!(scene.opinion(), Opinion::Dead);
}

#[test]
fn the_way_back_takes_so_many_beats_in_a_row_and_so_long() {
    for (successes, probation, beats, back_at) in [
        (1, 0, vec![30], Some(30)),
        (3, 0, vec![30, 31, 32], Some(32)),
        (3, 0, vec![30, 31], None),
        (1, 10, vec![30, 35, 39, 40], Some(40)),
        (2, 10, vec![30, 50, 51, 61], Some(61)), // Silent from 30 to 50: the row begins anew at 50.
    ] {
        let mut rules = rules();
        rules.verdict = Verdict { successes, probation: s(probation), ..rules.verdict };
        let mut scene = Scene::new(&rules);
        let mut back = None;
        for second in &beats {
            scene.hear(*second, second + 12);
            if back.is_none() && scene.opinion() == Opinion::Trusted {
                back = Some(*second);
            }
        }
        assert_eq!(back, back_at, "{successes} successes, {probation} s, beats at {beats:?}");
    }
}

#[test]
fn a_missed_question_breaks_the_row() {
    let mut rules = rules();
    rules.verdict.successes = 2;
    let mut scene = Scene::new(&rules);
    scene.hear(30, 100);
    scene.judge.missed(&scene.seating, SEATS, at(31), at(31));
    scene.hear(32, 100);
    assert_eq!(scene.opinion(), Opinion::Dead);
    scene.hear(33, 100);
    assert_eq!(scene.opinion(), Opinion::Trusted);
}

#[test]
fn a_miss_that_was_due_already_is_judged_at_once() {
    let rules = rules();
    let mut scene = Scene::new(&rules);
    scene.hear(1, 100);
    scene.pending.extend(scene.judge.missed(&scene.seating, SEATS, at(5), at(6)));
    scene.pass(at(6));
    assert_eq!(scene.opinion(), Opinion::Dead);
}

#[test]
fn each_check_looks_at_its_own_instants() {
    for (check, seen) in [
        (Check::Timer, at(10).just_after()),
        (Check::Every { every: s(4), phase: Some(s(1)) }, at(13)),
        (Check::Every { every: s(5), phase: Some(s(0)) }, at(15)), // A scan at the deadline itself is too early.
        (Check::Bucket(s(10)), at(20)),
        (Check::Bucket(s(3)), at(12)),
    ] {
        let rules = Rules { check, ..rules() };
        let findings = Scene::new(&rules).finish(40);
        assert_eq!(findings.mistakes[0].start, seen, "{check:?}");
        assert_eq!(findings.mistakes[0].cause, Cause::StartUp);
    }
}

#[test]
fn a_deadline_that_is_late_itself_is_one_nanosecond_earlier() {
    for (check, stamp, seen) in [
        (Check::Timer, Stamp::Arrival, at(10)),
        (Check::Every { every: s(4), phase: Some(s(1)) }, Stamp::Arrival, at(13)),
        (Check::Every { every: s(5), phase: Some(s(0)) }, Stamp::Arrival, at(10)),
        (Check::Every { every: s(5), phase: Some(s(0)) }, Stamp::Noticed, at(10)),
        (Check::Bucket(s(10)), Stamp::Arrival, at(10)),
        (Check::Bucket(s(3)), Stamp::Arrival, at(12)),
    ] {
        let rules = Rules { check, stamp, tie: Tie::Late, ..rules() };
        let findings = Scene::new(&rules).finish(40);
        assert_eq!(findings.mistakes[0].start, seen, "{check:?}");
    }
    // It moves with what is heard, and an old stamp whose deadline is now is too old.
    let rules = Rules { tie: Tie::Late, ..rules() };
    let mut scene = Scene::new(&rules);
    scene.hear(1, 30);
    scene.pass(Time::from_nanos(at(30).nanos() - 1));
    assert_eq!(scene.opinion(), Opinion::Trusted);
    scene.pass(at(30));
    assert_eq!(scene.opinion(), Opinion::Dead);
    scene.hear(35, 35);
    assert_eq!(scene.opinion(), Opinion::Dead, "it came exactly at its deadline");
    scene.hear(36, 40);
    assert_eq!(scene.opinion(), Opinion::Trusted);
}

/// By a clock that runs twice as fast, four seconds are two, and the last of their nanoseconds is late.
#[test]
fn a_deadline_is_late_by_any_clock() {
    for (tie, seen) in [(Tie::InTime, at(6).just_after()), (Tie::Late, at(6))] {
        let Rules { check, stamp, count_late_beats, cutoff, verdict, .. } = rules();
        let detector = Growing { by_life: false };
        let rules = Rules { detector, check, tie, stamp, count_late_beats, cutoff, verdict };
        let mut judge = judge(&rules, ONE, |node| Watches::All(0..node.0));
        let seating = Seating::new(ONE, |_| 0);
        judge.set_rate(&seating, SEATS.observer, 2.0, at(0));
        let mut look = judge.watch(&seating, SEATS, at(0));
        for second in 1..=4 {
            look = judge.heard(&seating, SEATS, 0, (at(second), at(second)), at(second)).or(look);
        }
        let mut last = None;
        while let Some(now) = look {
            (last, look) = (Some(now), judge.look(&seating, SEATS, now));
        }
        assert_eq!(last, Some(seen), "{tie:?}");
    }
}

#[test]
fn an_observer_that_stood_still_for_long_holds_its_verdicts() {
    // It wakes at 12 s, when the deadline at 10 s has passed.
    for (over, hold, stood_still, seen) in
        [(2, 30, 3, at(42)), (2, 30, 2, at(12)), (4, 30, 3, at(12)), (4, 1, 5, at(13)), (5, 5, 6, at(17))]
    {
        let mut rules = rules();
        rules.verdict.local_pause_guard = Some(PauseGuard { over: s(over), hold: s(hold) });
        let mut scene = Scene::new(&rules);
        scene.judge.woke(SEATS.observer, at(12 - stood_still), at(12));
        let late = std::mem::take(&mut scene.pending);
        scene.pending.extend(late.into_iter().map(|_| at(12)));
        let findings = scene.finish(60);
        assert_eq!(findings.mistakes[0].start, seen, "over {over} s, hold {hold} s: {stood_still} s");
    }
}

#[test]
fn a_beat_noticed_by_a_scan_counts_from_the_scan() {
    let check = Check::Every { every: s(4), phase: Some(s(1)) };
    let rules = Rules { check, stamp: Stamp::Noticed, ..rules() };
    let scene = Scene::new(&rules);
    for (arrival, noticed) in [(0, 1), (1, 1), (2, 5), (5, 5), (6, 9)] {
        assert_eq!(scene.judge.scan_at_or_after(SEATS.observer, at(arrival)), at(noticed));
    }
}

#[test]
fn a_beat_older_than_the_newest_changes_nothing_unless_it_counts() {
    for (count_late_beats, opinion) in [(false, Opinion::Trusted), (true, Opinion::Dead)] {
        let rules = Rules { count_late_beats, ..rules() };
        let mut scene = Scene::new(&rules);
        scene.hear(1, 100);
        scene.hear(2, 50); // In these tests an older stamp is an earlier deadline.
        scene.pass(at(60));
        assert_eq!(scene.opinion(), opinion, "late beats counted: {count_late_beats}");
    }
}

#[test]
fn an_observer_that_begins_anew_knows_nothing() {
    let rules = rules();
    let mut scene = Scene::new(&rules);
    scene.pass(at(11));
    assert_eq!(scene.opinion(), Opinion::Dead);
    scene.judge.end_observer(&scene.seating, Seat(1), at(15));
    let look = scene.judge.watch(&scene.seating, SEATS, at(20));
    scene.pending.extend(look);
    assert_eq!((scene.opinion(), look), (Opinion::Trusted, Some(at(30).just_after())));
}

#[test]
fn grids_round_up() {
    for (phase, width, time, rounded) in
        [(0, 5, 0, 0), (0, 5, 1, 5), (0, 5, 5, 5), (2, 5, 1, 2), (2, 5, 3, 7), (2, 5, 12, 12)]
    {
        assert_eq!(grid_at_or_after(s(phase), s(width), at(time)), at(rounded));
    }
    assert_eq!(grid_at_or_after(s(1), s(5), Time::NEVER), Time::NEVER);
}
