//! What is not as usual when silence is judged: several channels, clocks that run fast or slow, deadlines that are late
//! themselves, and observers that have just stood still.

use std::collections::BTreeMap;

use super::{Judge, Rules, Seats, Tie};
use crate::engine::model::{Arrival, Detector, Opinion};
use crate::engine::network::Network;
use crate::engine::seating::{Seat, Seating};
use crate::engine::time::Time;

/// Everything about judging silence that most runs do without.
pub(super) struct Special<M> {
    /// Whether a deadline is what the detector says: one channel, what arrives at the deadline is in time, and all
    /// clocks run as they should.
    plain: bool,
    tie: Tie,
    channels: Option<Channels<M>>,
    /// How fast the clocks of nodes run; empty until one runs as it should not.
    rates: Vec<f64>,
    /// How many of them do not run as they should.
    drifting: u32,
    /// Until when each observer holds its verdicts; empty until one has to.
    held_until: Vec<Time>,
    /// When the processes crashed to which connections were closed, by their ends.
    closed: BTreeMap<Seats, Time>,
}

/// What is remembered of each channel of each pair.
struct Channels<M> {
    /// How many there are.
    count: usize,
    /// How many of them must be trusted.
    alive_if: usize,
    /// Those of a pair side by side.
    heard: Vec<Heard<M>>,
}

/// What was heard on one channel.
struct Heard<M> {
    memory: M,
    /// When watching began.
    begun: Time,
    /// The sender's stamp of the newest beat.
    newest: Option<Time>,
}

impl<M> Special<M> {
    /// All messages take so many channels, of which so many must be trusted; `places` pairs may be watched.
    pub(super) fn new<D: Detector<Memory = M>>(
        rules: &Rules<D>,
        (count, alive_if): (u8, u32),
        places: usize,
    ) -> Special<M> {
        let Rules { detector, tie, .. } = rules;
        let count = usize::from(count);
        let fresh = || Heard { memory: detector.begin(Time::ZERO), begun: Time::ZERO, newest: None };
        let channels = (count > 1).then(|| Channels {
            count,
            alive_if: alive_if as usize,
            heard: (0..places * count).map(|_| fresh()).collect(),
        });
        Special {
            plain: channels.is_none() && *tie == Tie::InTime,
            tie: *tie,
            channels,
            rates: Vec::new(),
            drifting: 0,
            held_until: Vec::new(),
            closed: BTreeMap::new(),
        }
    }

    /// Whether a deadline is what the detector says of the one memory of a pair.
    #[inline]
    pub(super) fn is_plain(&self) -> bool {
        self.plain
    }

    /// Whether there are several channels.
    #[inline]
    pub(super) fn has_channels(&self) -> bool {
        self.channels.is_some()
    }

    /// The pair at `place` is watched anew.
    pub(super) fn begin<D: Detector<Memory = M>>(&mut self, detector: &D, place: usize, now: Time) {
        let Some(Channels { count, heard, .. }) = &mut self.channels else { return };
        for heard in &mut heard[place * *count..(place + 1) * *count] {
            *heard = Heard { memory: detector.begin(now), begun: now, newest: None };
        }
    }

    /// Something was heard of the pair at `place` on a channel. Says whether it counts.
    pub(super) fn hear<D: Detector<Memory = M>>(
        &mut self,
        detector: &D,
        (place, channel): (usize, u8),
        (count_late_beats, born): (bool, Time),
        arrival: Arrival,
    ) -> bool {
        let Some(Channels { count, heard, .. }) = &mut self.channels else { return true };
        let heard = &mut heard[place * *count + usize::from(channel)];
        let is_late = heard.newest.is_some_and(|newest| arrival.sent <= newest);
        if is_late && !count_late_beats {
            return false;
        }
        let is_new = heard.newest.is_some_and(|newest| newest < born) && arrival.sent >= born;
        if detector.learns_by_life() && is_new {
            heard.memory = detector.begin(arrival.counted);
        }
        heard.newest = heard.newest.max(Some(arrival.sent));
        detector.heard(&mut heard.memory, arrival);
        true
    }

    /// From when on a message could have told more of the pair at `place` than what was heard on its channels:
    /// since there was none any more of those that can be spared. `None` if there is one channel.
    pub(super) fn silent_from(&self, place: Option<usize>) -> Option<Time> {
        let (Some(Channels { count, alive_if, heard }), Some(place)) = (&self.channels, place) else {
            return None;
        };
        let mut newest = [Time::ZERO; Network::MOST_CHANNELS];
        let channels = &heard[place * count..(place + 1) * count];
        for (newest, heard) in newest.iter_mut().zip(channels) {
            *newest = heard.newest.map_or(heard.begun, Time::just_after);
        }
        let newest = &mut newest[..*count];
        newest.sort_unstable();
        Some(newest[count - alive_if])
    }

    /// The deadline of a pair, whose only memory is `memory` if there is one channel.
    #[cold]
    pub(super) fn deadline<D: Detector<Memory = M>>(
        &self,
        detector: &D,
        observer: Seat,
        place: Option<usize>,
        memory: &M,
    ) -> Time {
        let paced = self.paced(detector, observer);
        let (Some(Channels { count, alive_if, heard }), Some(place)) = (&self.channels, place) else {
            return paced.deadline(memory);
        };
        // Fewer than `alive_if` are trusted from when the deadline of one more than can be spared has passed.
        let mut deadlines = [Time::ZERO; Network::MOST_CHANNELS];
        let channels = &heard[place * count..(place + 1) * count];
        for (deadline, heard) in deadlines.iter_mut().zip(channels) {
            *deadline = paced.deadline(&heard.memory);
        }
        let deadlines = &mut deadlines[..*count];
        deadlines.sort_unstable();
        deadlines[count - alive_if]
    }

    /// The detector as it is by the clock of an observer.
    #[inline]
    pub(super) fn paced<'d, D>(&self, detector: &'d D, observer: Seat) -> Paced<'d, D> {
        let rate = self.rate(observer);
        Paced { detector, rate, tie: self.tie, is_plain: rate == 1.0 && self.tie == Tie::InTime }
    }

    /// How fast the clock of a node runs.
    #[inline]
    pub(super) fn rate(&self, node: Seat) -> f64 {
        self.rates.get(node.index()).copied().unwrap_or(1.0)
    }

    fn set_rate(&mut self, node: Seat, rate: f64, nodes: u32) {
        if self.rates.is_empty() {
            self.rates.resize(nodes as usize, 1.0);
        }
        let before = std::mem::replace(&mut self.rates[node.index()], rate);
        self.drifting += u32::from(rate != 1.0);
        self.drifting -= u32::from(before != 1.0);
        self.plain = self.channels.is_none() && self.tie == Tie::InTime && self.drifting == 0;
    }

    /// An observer begins anew, and has not stood still in this life.
    pub(super) fn forget_guard(&mut self, observer: Seat) {
        if let Some(until) = self.held_until.get_mut(observer.index()) {
            *until = Time::ZERO;
        }
    }

    /// The connection to a process that crashed then is closed.
    pub(super) fn close(&mut self, at: Seats, crashed: Time) {
        self.closed.insert(at, crashed);
    }

    /// Whether nothing newer was heard of a pair than the end of its connection.
    #[inline]
    pub(super) fn is_closed(&self, at: Seats, newest: Time) -> bool {
        !self.closed.is_empty() && self.closed.get(&at) == Some(&newest)
    }

    /// Whether what was sent then is of a process whose connection has been closed since.
    pub(super) fn closed_since(&self, at: Seats, sent: Time) -> bool {
        self.closed.get(&at).is_some_and(|crashed| sent <= *crashed)
    }

    /// Until when an observer holds its verdicts, if it does.
    pub(super) fn held_until(&self, observer: Seat, now: Time) -> Option<Time> {
        self.held_until.get(observer.index()).copied().filter(|until| *until > now)
    }
}

impl<D: Detector> Judge<D> {
    /// How fast the clock of a node runs.
    pub fn rate(&self, node: Seat) -> f64 {
        self.special.rate(node)
    }

    /// The clock of an observer runs at `rate` from now on. Returns when to look at whom it watches.
    pub fn set_rate(
        &mut self,
        seating: &Seating,
        observer: Seat,
        rate: f64,
        now: Time,
    ) -> Vec<(Seats, Time)> {
        self.special.set_rate(observer, rate, self.cluster.nodes());
        let places: Vec<(usize, Seat)> = self.list.places_of(seating, observer).collect();
        let mut looks = Vec::new();
        for (place, subject) in places {
            let at = Seats { observer, subject };
            // A suspicion lasts for as long as it must by any clock.
            if !self.watches[place].watching || self.watches[place].opinion == Opinion::Suspected {
                continue;
            }
            looks.extend(self.look_by_deadline(at, Some(place), now).map(|look| (at, look)));
        }
        looks
    }

    /// An observer has stood still since `since`, and wakes.
    pub fn woke(&mut self, observer: Seat, since: Time, now: Time) {
        let Some(guard) = self.rules.verdict.local_pause_guard.filter(|guard| now - since > guard.over)
        else {
            return;
        };
        if self.special.held_until.is_empty() {
            self.special.held_until.resize(self.cluster.nodes() as usize, Time::ZERO);
        }
        self.special.held_until[observer.index()] = now + guard.hold;
    }
}

/// A detector by a clock that runs fast or slow, so that what it waits for by that clock takes another time; and by
/// whether the deadline itself is in time.
#[derive(Clone)]
pub(super) struct Paced<'a, D> {
    detector: &'a D,
    rate: f64,
    tie: Tie,
    /// Whether it is the detector as it is.
    is_plain: bool,
}

impl<D: Detector> Detector for Paced<'_, D> {
    type Memory = D::Memory;

    fn begin(&self, now: Time) -> D::Memory {
        self.detector.begin(now)
    }

    fn heard(&self, memory: &mut D::Memory, arrival: Arrival) {
        self.detector.heard(memory, arrival);
    }

    fn forgets(&self) -> bool {
        self.detector.forgets()
    }

    fn hastens(&self) -> bool {
        self.detector.hastens()
    }

    fn learns_by_life(&self) -> bool {
        self.detector.learns_by_life()
    }

    fn last(&self, memory: &D::Memory) -> Time {
        self.detector.last(memory)
    }

    fn missed(&self, memory: &mut D::Memory, since: Time) {
        self.detector.missed(memory, since);
    }

    fn trusted_again(&self, memory: &mut D::Memory) {
        self.detector.trusted_again(memory);
    }

    fn deadline(&self, memory: &D::Memory) -> Time {
        let deadline = self.detector.deadline(memory);
        if self.is_plain || deadline >= Time::BEYOND {
            return deadline;
        }
        let last = self.detector.last(memory);
        let deadline = match deadline <= last {
            true => deadline,
            false => last.saturating_add((deadline - last).at_rate(self.rate)),
        };
        self.tie.deadline(deadline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::timeout::Timeout;
    use crate::engine::random::{Purpose, Streams};
    use crate::engine::time::Span;
    use crate::engine::watch::{Check, Stamp, Verdict};

    const OBSERVER: Seat = Seat(1);

    /// The deadline of a pair that was last heard on its channels so many seconds after the start.
    fn deadline(alive_if: u32, heard: &[f64]) -> f64 {
        deadline_by(Tie::InTime, alive_if, heard).seconds()
    }

    fn deadline_by(tie: Tie, alive_if: u32, heard: &[f64]) -> Time {
        let detector = Timeout { timeout: Span::from_secs(1) };
        let rules = Rules {
            detector,
            check: Check::Timer,
            tie,
            stamp: Stamp::Arrival,
            count_late_beats: false,
            cutoff: Span::LONGEST,
            verdict: Verdict::AT_ONCE,
        };
        let Rules { detector, .. } = &rules;
        let mut special = Special::new(&rules, (heard.len() as u8, alive_if), 1);
        special.begin(detector, 0, Time::ZERO);
        for (channel, seconds) in (0..).zip(heard) {
            let arrived = Time::from_nanos((seconds * 1e9) as u64);
            let arrival = Arrival { sent: arrived, arrived, counted: arrived, since: arrived };
            assert!(special.hear(detector, (0, channel), (false, Time::ZERO), arrival));
        }
        special.deadline(detector, OBSERVER, Some(0), &Time::ZERO)
    }

    #[test]
    fn a_pair_is_trusted_for_as_long_as_enough_channels_are() {
        let heard = [5.0, 2.0, 9.0, 3.0];
        for (alive_if, known) in [(1, 10.0), (2, 6.0), (3, 4.0), (4, 3.0)] {
            assert_eq!(deadline(alive_if, &heard), known, "{alive_if}");
            let in_time = Time::from_nanos((known * 1e9) as u64);
            assert_eq!(deadline_by(Tie::Late, alive_if, &heard), in_time.just_before(), "{alive_if}");
        }
    }

    /// From and to when each of three channels is found silent; the mean time until two of them are.
    const MC_02: [([[f64; 2]; 3], f64, f64); 4] = [
        ([[2.0, 3.0], [2.0, 3.0], [2.0, 3.0]], 2.5, 0.2234),
        ([[10.0, 15.0], [10.0, 15.0], [10.0, 15.0]], 12.5, 1.1187),
        ([[2.0, 3.0], [8.0, 10.0], [25.0, 30.0]], 9.0, 0.5771),
        ([[2.0, 3.0], [2.5, 4.5], [2.2, 3.2]], 2.755_708, 0.2326),
    ];

    /// MC-02 where channels are independent, which beats that take all channels at one moment are not.
    #[test]
    fn mc_02_two_of_three_independent_channels() {
        const CRASHES: u64 = 20_000;
        let source = Streams::new(1, 0).of(Purpose::Latency);
        for (row, (ranges, known, deviation)) in (0..).zip(MC_02) {
            let detected = |crash| {
                let mut stream = source.at(row, crash);
                deadline(2, &ranges.map(|[from, to]| from - 1.0 + (to - from) * stream.unit()))
            };
            let mean = (0..CRASHES).map(detected).sum::<f64>() / CRASHES as f64;
            let allowed = 4.0 * deviation / (CRASHES as f64).sqrt();
            assert!((mean - known).abs() < allowed, "{ranges:?}: {mean}, not {known} ± {allowed}");
        }
    }
}
