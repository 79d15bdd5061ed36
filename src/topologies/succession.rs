//! A line of succession among observers who can do one job, of whom one does it at a time.
//!
//! The first in line is in office when the run begins. Whoever is in office tells the others so every
//! interval; a stand-by that has heard of nobody in office for long enough takes over. Nobody asks anybody's
//! leave: two may hold the office for a while, after lost messages, until one hears of the other.
//!
//! Protocol only: what is to be said and done is handed back as a [`Turn`], and the topology does it in its
//! own words.

use std::ops::Range;

use serde::Serialize;

use crate::document::{Positive, Table};
use crate::engine::cluster::NodeId;
use crate::engine::model::{Context, Topology};
use crate::engine::time::{Span, Time};

/// When a stand-by takes over.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Succession {
    /// How often whoever is in office tells the others.
    #[serde(skip)]
    interval: Span,
    /// How long a stand-by may hear of nobody in office. Longer forgives lost words and a slow network, and
    /// leaves the job undone for as much longer; sane are two to ten intervals.
    takeover: Span,
    /// How long it waits from then on, and may still be told of somebody in office: what an election, a fence
    /// or the end of a lease takes. Longer makes two in office rarer, and the gap longer.
    election_delay: Span,
}

/// What one observer knows of the office.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// Those who can do the job, in the order in which they are to take it over.
    line: Range<u32>,
    post: Post,
    /// Who is in office, as far as it knows.
    holder: Option<NodeId>,
    /// When it last heard of somebody in office, or began to listen.
    heard: Time,
    /// When its next alarm comes: any before is void. It comes later to whoever stands still.
    alarm: Time,
}

/// What an observer is at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Post {
    StandBy,
    /// It waits for the election delay to pass.
    Candidate,
    InOffice,
}

/// What an observer must do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Begin the job, and tell the others in line that it is in office.
    TookOffice,
    /// Give the job up.
    LeftOffice,
    /// Tell the others in line that it is in office still.
    Tell,
}

impl Succession {
    /// Reads `takeover` and `election_delay`, for observers that hear of the one in office every `interval`.
    pub(super) fn read(table: &mut Table<'_>, interval: Span) -> Succession {
        const USUAL: u64 = 3;
        let Positive(takeover) = table.or("takeover", Positive(interval.times(USUAL)));
        let election_delay = table.or("election_delay", Span::ZERO);
        if table.is_right("interval") && table.is_right("takeover") && takeover < interval {
            let reason = format!(
                "a takeover after {takeover} is shorter than the interval of {interval}: a stand-by would take over \
                 between two words of a healthy observer in office"
            );
            table.complain("takeover", reason, "make takeover at least interval; three of them are usual");
        }
        Succession { interval, takeover, election_delay }
    }

    /// A takeover without an election, for tests.
    #[cfg(test)]
    pub(super) fn after(interval: Span, takeover: Span) -> Succession {
        Succession { interval, takeover, election_delay: Span::ZERO }
    }

    /// An observer begins: at the start of the run the first in line is in office; whoever restarts is a
    /// stand-by that has heard of nobody yet. `alarm` is the timer that brings it to
    /// [`Succession::on_alarm`].
    pub(super) fn begin<T: Topology>(
        &self,
        context: &mut impl Context<T>,
        line: Range<u32>,
        alarm: T::Timer,
    ) -> (Standing, Option<Turn>) {
        let first = NodeId(line.start);
        let holder = (context.now() == Time::ZERO).then_some(first);
        let (heard, post) = (context.now(), Post::StandBy);
        let mut standing = Standing { line, post, holder, heard, alarm: Time::NEVER };
        if holder == Some(context.me()) {
            let turn = self.take_office(&mut standing, context, alarm);
            return (standing, Some(turn));
        }
        standing.wake_at(context, self.deadline(&standing, context.me()).just_after(), alarm);
        (standing, None)
    }

    /// `holder` says that it is in office.
    pub(super) fn on_word<T: Topology>(
        &self,
        standing: &mut Standing,
        context: &mut impl Context<T>,
        holder: NodeId,
        alarm: T::Timer,
    ) -> Option<Turn> {
        let post = standing.post;
        if post == Post::InOffice && holder >= context.me() {
            // Whoever is earlier in line keeps the office, and need not wait to say so.
            return (holder > context.me()).then_some(Turn::Tell);
        }
        (standing.post, standing.holder, standing.heard) = (Post::StandBy, Some(holder), context.now());
        let look = self.deadline(standing, context.me()).just_after();
        // A stand-by looks when it meant to look, and finds then that it is too early: no alarm for each
        // word.
        if post != Post::StandBy || look < standing.alarm {
            standing.wake_at(context, look, alarm);
        }
        (post == Post::InOffice).then_some(Turn::LeftOffice)
    }

    /// An alarm is due.
    pub(super) fn on_alarm<T: Topology>(
        &self,
        standing: &mut Standing,
        context: &mut impl Context<T>,
        alarm: T::Timer,
    ) -> Option<Turn> {
        let now = context.now();
        if standing.alarm > now {
            return None;
        }
        let deadline = self.deadline(standing, context.me());
        match standing.post {
            Post::InOffice => {
                standing.wake_at(context, now + self.interval, alarm);
                Some(Turn::Tell)
            }
            Post::StandBy if now <= deadline => {
                standing.wake_at(context, deadline.just_after(), alarm);
                None
            }
            Post::StandBy if self.election_delay > Span::ZERO => {
                standing.post = Post::Candidate;
                standing.wake_at(context, now + self.election_delay, alarm);
                None
            }
            Post::StandBy | Post::Candidate => Some(self.take_office(standing, context, alarm)),
        }
    }

    fn take_office<T: Topology>(
        &self,
        standing: &mut Standing,
        context: &mut impl Context<T>,
        alarm: T::Timer,
    ) -> Turn {
        (standing.post, standing.holder) = (Post::InOffice, Some(context.me()));
        standing.wake_at(context, context.now() + self.interval, alarm);
        Turn::TookOffice
    }

    /// The last instant at which a stand-by still waits. Each that stands before it in line has one interval
    /// to take over first, and to tell; the one that fell silent does not count.
    fn deadline(&self, standing: &Standing, me: NodeId) -> Time {
        let before = (standing.line.start..me.0).filter(|other| standing.holder != Some(NodeId(*other)));
        let turn = self.interval.times(before.count() as u64);
        standing.heard.saturating_add(self.takeover).saturating_add(turn)
    }
}

impl Standing {
    /// Whether it is in office.
    pub(super) fn is_in_office(&self) -> bool {
        self.post == Post::InOffice
    }

    /// Who is in office, as far as it knows.
    pub(super) fn holder(&self) -> Option<NodeId> {
        self.holder
    }

    /// All in line but `me`.
    pub(super) fn others(&self, me: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        self.line.clone().map(NodeId).filter(move |node| *node != me)
    }

    fn wake_at<T: Topology>(&mut self, context: &mut impl Context<T>, at: Time, alarm: T::Timer) {
        self.alarm = context.wake(at, alarm);
    }
}

#[cfg(test)]
mod tests {
    use super::super::recorder::Recorder;
    use super::*;
    use crate::engine::cluster::Cluster;

    #[derive(Clone, Copy, Debug)]
    struct Alarm;

    /// A job for three monitors.
    struct Job;

    impl Topology for Job {
        type Node = ();
        type Message = ();
        type Timer = Alarm;
        type Item = ();
        const MESSAGES: &'static [&'static str] = &[];
        fn kind_of((): &()) -> usize {
            0
        }
        fn bytes_of(&self, (): &()) -> u64 {
            0
        }
        fn start(&self, _: &mut impl Context<Self>) {}
        fn on_message(&self, (): &mut (), _: &mut impl Context<Self>, _: NodeId, _: Time, (): ()) {}
        fn on_timer(&self, (): &mut (), _: &mut impl Context<Self>, _: Alarm) {}
    }

    const CLUSTER: Cluster = Cluster::monitored(5, 3);
    const M0: NodeId = CLUSTER.monitor(0);
    const M1: NodeId = CLUSTER.monitor(1);
    const M2: NodeId = CLUSTER.monitor(2);

    /// One observer in the line of three, with what it has to do.
    struct Observer {
        rules: Succession,
        recorder: Recorder,
        standing: Standing,
        turn: Option<Turn>,
    }

    impl Observer {
        /// Words come every second, a takeover after three, an election takes half a second.
        fn beginning(me: NodeId, millis: u64) -> Observer {
            let (interval, takeover) = (Span::SECOND, Span::from_secs(3));
            let rules = Succession { interval, takeover, election_delay: Span::from_millis(500) };
            let mut recorder: Recorder = Recorder::new(CLUSTER, me);
            let (standing, turn) = rules.begin::<Job>(recorder.at(millis), 5..8, Alarm);
            Observer { rules, recorder, standing, turn }
        }

        fn hears(&mut self, millis: u64, holder: NodeId) -> &mut Observer {
            let Observer { rules, recorder, standing, .. } = self;
            self.turn = rules.on_word::<Job>(standing, recorder.at(millis), holder, Alarm);
            self
        }

        /// The alarm that it last asked for.
        fn wakes(&mut self) -> &mut Observer {
            self.recorder.now = self.standing.alarm;
            let Observer { rules, recorder, standing, .. } = self;
            self.turn = rules.on_alarm::<Job>(standing, recorder, Alarm);
            self
        }

        /// What it asked for since the last time, and what it has to do.
        fn says(&mut self) -> String {
            let turn = self.turn.take().map(|turn| format!("{turn:?}; ")).unwrap_or_default();
            format!("{turn}{}", self.recorder.heard_saying())
        }
    }

    #[test]
    fn the_first_in_line_is_in_office_from_the_start_and_tells_every_interval() {
        let mut first = Observer::beginning(M0, 0);
        assert_eq!(first.says(), "TookOffice; wake me at 1s for Alarm");
        assert_eq!(first.wakes().says(), "Tell; wake me at 2s for Alarm");
        assert_eq!(first.standing.others(M0).collect::<Vec<_>>(), [M1, M2]);
    }

    #[test]
    fn a_stand_by_that_hears_of_nobody_takes_over() {
        let mut second = Observer::beginning(M1, 0);
        assert_eq!(second.says(), "wake me at 3.000000001s for Alarm");
        assert_eq!(second.hears(1_010, M0).says(), "", "it looks again when it meant to");
        assert_eq!(second.wakes().says(), "wake me at 4.010000001s for Alarm");
        assert_eq!(second.wakes().says(), "wake me at 4.510000001s for Alarm", "and waits");
        assert_eq!(second.wakes().says(), "TookOffice; wake me at 5.510000001s for Alarm");
        assert!(second.standing.is_in_office());
    }

    #[test]
    fn whoever_stands_further_back_gives_the_others_time() {
        let mut third = Observer::beginning(M2, 0);
        assert_eq!(third.says(), "wake me at 4.000000001s for Alarm", "one second for m1");
        third.wakes();
        assert_eq!(third.says(), "wake me at 4.500000001s for Alarm");
        assert_eq!(third.hears(4_400, M1).says(), "wake me at 8.400000001s for Alarm", "m1 was faster");
        assert_eq!(third.standing.holder(), Some(M1));
        third.wakes();
        assert_eq!(third.says(), "wake me at 8.900000001s for Alarm", "one second for m0, should it live");
    }

    #[test]
    fn of_two_in_office_the_one_who_stands_earlier_stays() {
        let mut first = Observer::beginning(M0, 0);
        first.says();
        assert_eq!(first.hears(500, M1).says(), "Tell; ", "at once, and the next time as before");
        let mut second = Observer::beginning(M1, 0);
        second.wakes().wakes().says();
        assert_eq!(second.hears(4_000, M0).says(), "LeftOffice; wake me at 7.000000001s for Alarm");
        second.recorder.now = Time::ZERO + Span::from_millis(4_500);
        let Observer { rules, recorder, standing, .. } = &mut second;
        assert_eq!(rules.on_alarm::<Job>(standing, recorder, Alarm), None, "it has nothing to tell any more");
    }

    #[test]
    fn whoever_restarts_is_a_stand_by_even_the_first_in_line() {
        let mut first = Observer::beginning(M0, 10_000);
        assert_eq!(first.says(), "wake me at 13.000000001s for Alarm");
        assert_eq!(first.standing.holder(), None);
        first.hears(10_700, M1).wakes();
        assert_eq!(first.says(), "wake me at 13.700000001s for Alarm");
        let mut second = Observer::beginning(M1, 10_000);
        assert_eq!(second.says(), "wake me at 14.000000001s for Alarm", "one second for m0");
        let sooner = "wake me at 13.200000001s for Alarm";
        assert_eq!(second.hears(10_200, M0).says(), sooner, "m0 is the one that may fall silent now");
    }
}
