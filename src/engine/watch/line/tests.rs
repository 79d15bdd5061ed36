//! An observer of five subjects whose silence is borne for ten seconds, and the deaths that it declares.

use super::*;
use crate::detectors::timeout::Timeout;
use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::model::{Authority, Opinion, Watches};
use crate::engine::random::Streams;
use crate::engine::referee::Terms;
use crate::engine::watch::{Alarm, Chair, Check, Pace, PauseGuard, Rules, Stamp, Tie, Verdict};

const CLUSTER: Cluster = Cluster::monitored(5, 1);
const OBSERVER: Seat = Seat(5);

/// What is still to happen.
#[derive(Clone, Copy)]
enum Due {
    Look(Seats),
    Turn,
}

/// A judge, and what is to happen when, in the order in which it was asked for.
struct Stage {
    judge: Judge<Timeout>,
    seating: Seating,
    diary: Vec<(Time, Due)>,
    deaths: Vec<(u32, u64)>,
}

fn at(seconds: u64) -> Time {
    Time::ZERO + Span::from_secs(seconds)
}

fn seats(subject: u32) -> Seats {
    Seats { observer: OBSERVER, subject: Seat(subject) }
}

impl Stage {
    /// The observer begins to watch so many of them.
    fn new(verdict: Verdict, watched: u32) -> Stage {
        let rules = Rules {
            detector: Timeout { timeout: Span::from_secs(10) },
            check: Check::Timer,
            tie: Tie::Late,
            stamp: Stamp::Arrival,
            count_late_beats: false,
            cutoff: Span::LONGEST,
            verdict,
        };
        let (authority, flap_within, count_from) = (Authority::WhoeverIsFirst, Span::ZERO, Time::ZERO);
        let terms = Terms {
            authority,
            flap_within,
            count_from,
            subjects: 5,
            pairs: None,
            elects: false,
            asks: false,
        };
        let watches = |node: NodeId| if node.0 < 5 { Watches::Nobody } else { Watches::All(0..5) };
        let judge = Judge::new(&rules, CLUSTER, watches, false, (1, 1), Streams::new(1, 0), terms);
        let seating = Seating::new(CLUSTER, |_| 0);
        let mut stage = Stage { judge, seating, diary: Vec::new(), deaths: Vec::new() };
        (0..watched).for_each(|subject| stage.watch(subject, at(0)));
        stage
    }

    fn watch(&mut self, subject: u32, now: Time) {
        let look = self.judge.watch(&self.seating, seats(subject), now);
        self.note(look, seats(subject), now);
    }

    /// Lets time pass until `now`, everything that is due at `now` included.
    fn pass(&mut self, now: Time) {
        while let Some(place) =
            (0..self.diary.len()).filter(|i| self.diary[*i].0 <= now).min_by_key(|i| self.diary[*i].0)
        {
            let (due, what) = self.diary.remove(place);
            match what {
                Due::Look(seats) => {
                    let look = self.judge.look(&self.seating, seats, due);
                    self.note(look, seats, due);
                }
                Due::Turn => {
                    self.judge.take_turn(&self.seating, OBSERVER, due);
                    self.note(None, seats(0), due);
                }
            }
        }
    }

    fn hear(&mut self, subject: u32, now: Time) {
        self.pass(now);
        let look = self.judge.heard(&self.seating, seats(subject), 0, (now, now), now);
        self.note(look, seats(subject), now);
    }

    fn note(&mut self, look: Option<Time>, at: Seats, now: Time) {
        self.diary.extend(look.map(|look| (look, Due::Look(at))));
        for news in self.judge.news.drain(..) {
            match news {
                News::Turn { chair, observer, time } => {
                    assert_eq!((chair, observer), (Chair::ONLY, OBSERVER));
                    self.diary.push((time, Due::Turn));
                }
                News::Verdict(pair, Opinion::Dead) => {
                    self.deaths.push((pair.subject.0, (now - Time::ZERO).nanos() / Span::SECOND.nanos()));
                }
                News::Verdict(..) => (),
            }
        }
    }
}

fn pace(rate: &str, burst: u32) -> Option<Pace> {
    Some(Pace { rate: rate.parse().expect("a rate"), burst })
}

fn alarm(share: f64, least: u32, rate: &str) -> Option<Alarm> {
    Some(Alarm { share, least, rate: rate.parse().expect("a rate") })
}

fn limited(pace: Option<Pace>, alarm: Option<Alarm>) -> Verdict {
    Verdict { limit: Some(Limit { pace, alarm }), ..Verdict::AT_ONCE }
}

/// Subjects by number, and the second at which each is heard of or, in what is found, declared dead.
type Seconds = &'static [(u32, u64)];

#[test]
fn deaths_are_declared_in_the_order_in_which_they_are_due_and_never_too_many_at_once() {
    let in_alarm = |rate| limited(None, alarm(0.55, 3, rate));
    let table: &[(&str, Verdict, Seconds, Seconds)] = &[
        ("no limit", Verdict::AT_ONCE, &[], &[(0, 10), (1, 10), (2, 10), (3, 10), (4, 10)]),
        (
            "one by one",
            limited(pace("6/m", 1), None),
            &[(1, 1)],
            &[(0, 10), (2, 20), (3, 30), (4, 40), (1, 50)],
        ),
        ("a few at once", limited(pace("6/m", 3), None), &[], &[(0, 10), (1, 10), (2, 10), (3, 20), (4, 30)]),
        (
            "calm fills the bucket again, and never beyond",
            limited(pace("6/m", 2), None),
            &[(4, 80), (3, 80), (2, 80)],
            &[(0, 10), (1, 10), (2, 20), (3, 30), (4, 40), (2, 90), (3, 90), (4, 100)],
        ),
        (
            "a sign of life leads out of the line, and the others move up",
            limited(pace("6/m", 1), None),
            &[(1, 15), (1, 24), (1, 33), (1, 42)],
            &[(0, 10), (2, 20), (3, 30), (4, 40), (1, 52)],
        ),
        ("all at once: nobody is believed dead", in_alarm("0/s"), &[], &[]),
        ("few of many", in_alarm("0/s"), &[(2, 9), (3, 9), (4, 9)], &[(0, 10), (1, 10)]),
        (
            "the alarm is over when enough are trusted again",
            in_alarm("0/s"),
            &[(0, 17), (1, 18), (2, 18), (0, 25), (1, 25), (2, 25)],
            &[(3, 18), (4, 18)],
        ),
        ("in an alarm, slowly", in_alarm("1/m"), &[], &[(0, 10), (1, 70), (2, 130), (3, 190), (4, 250)]),
        (
            "from one rate to the other",
            limited(pace("12/m", 1), alarm(0.6, 3, "1/m")),
            &[(2, 1), (3, 8), (4, 12)],
            // Two are silent at first, and a third before the second of them can be declared.
            &[(0, 10), (1, 70), (2, 130), (3, 190), (4, 250)],
        ),
    ];
    for (what, verdict, heard, deaths) in table {
        let mut stage = Stage::new(*verdict, 5);
        heard.iter().for_each(|(subject, second)| stage.hear(*subject, at(*second)));
        stage.pass(at(300));
        assert_eq!(stage.deaths, *deaths, "{what}");
    }
}

#[test]
fn an_alarm_is_over_when_more_are_watched_and_on_when_less_are() {
    let verdict = limited(None, alarm(0.75, 3, "0/s"));
    let mut stage = Stage::new(verdict, 4);
    stage.hear(3, at(9));
    stage.pass(at(12));
    assert_eq!(stage.deaths, [], "three of four");
    stage.watch(4, at(13));
    stage.pass(at(14));
    assert_eq!(stage.deaths, [(0, 13), (1, 13), (2, 13)], "three of five");
    stage.judge.unwatch(&stage.seating, seats(4), at(15));
    stage.pass(at(60));
    assert_eq!(stage.deaths.len(), 3, "three of four, and then four");
    // Whom it watches anew it trusts.
    stage.watch(0, at(60));
    stage.watch(1, at(60));
    stage.pass(at(61));
    assert_eq!(stage.deaths[3..], [(3, 60)]);
}

#[test]
fn an_observer_that_begins_anew_has_a_full_bucket_and_nobody_in_line() {
    let mut stage = Stage::new(limited(pace("1/m", 1), None), 5);
    stage.pass(at(20));
    assert_eq!(stage.deaths, [(0, 10)]);
    stage.judge.end_observer(&stage.seating, OBSERVER, at(20));
    (0..5).for_each(|subject| stage.watch(subject, at(25)));
    stage.pass(at(100));
    assert_eq!(stage.deaths[1..], [(0, 35), (1, 95)]);
}

#[test]
fn nobody_is_called_while_an_observer_that_stood_still_holds_its_verdicts() {
    let (over, hold) = (Span::from_secs(1), Span::from_secs(20));
    let guarded =
        Verdict { local_pause_guard: Some(PauseGuard { over, hold }), ..limited(pace("6/m", 1), None) };
    let mut stage = Stage::new(guarded, 5);
    stage.pass(at(12));
    stage.judge.woke(OBSERVER, at(12), at(15));
    stage.pass(at(60));
    assert_eq!(stage.deaths, [(0, 10), (1, 35), (2, 45), (3, 55)]);
}

#[test]
fn a_suspicion_is_confirmed_first_and_waits_then() {
    let verdict = Verdict { confirm_after: Span::from_secs(3), ..limited(pace("6/m", 1), None) };
    let mut stage = Stage::new(verdict, 2);
    stage.pass(at(14));
    assert_eq!(stage.deaths, [(0, 13)]);
    stage.hear(1, at(20));
    stage.pass(at(60));
    assert_eq!(stage.deaths[1..], [(1, 33)], "its second suspicion is as old as the first had to be");
}
