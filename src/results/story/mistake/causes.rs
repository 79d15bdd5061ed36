//! How each cause of a mistake is told.

use super::super::lines::plain;
use super::super::{Scene, count, length};
use super::{Absent, Inquest};
use crate::detectors::{in_one_unit, rounded_up};
use crate::engine::cluster::NodeId;
use crate::engine::model::{Capacity, Depth, Topology};
use crate::engine::onlooker::{Envelope, Hardship, Seen};
use crate::engine::time::Time;
use crate::topologies::TopologyVisitor;

impl Inquest<'_, '_> {
    /// `3 beats`, or `3 messages` if they are not all of one kind.
    pub(super) fn messages(messages: &[Envelope], number: u32) -> String {
        let number = number as usize;
        let kinds: std::collections::BTreeSet<&str> = messages.iter().map(|envelope| envelope.kind).collect();
        let kind = kinds.first().filter(|_| kinds.len() == 1);
        match kind {
            Some(&"news" | &"gossip") | None => count(number, "message"),
            Some(&"reply") if number > 1 => format!("{number} replies"),
            Some(kind) => count(number, &plain(kind)),
        }
    }

    pub(super) fn loss(&self, absent: &Absent) -> String {
        let [observer, subject] = self.names();
        let lost = &absent.lost;
        let pushed = lost.iter().all(|envelope| envelope.from == self.mistake.pair.subject);
        let direct = lost.iter().all(|envelope| self.is_between(envelope));
        let number = self.mistake.missing.lost;
        let verb = if number == 1 { "was" } else { "were" };
        let row = if number > 1 && self.are_in_a_row(lost) { " in a row" } else { "" };
        match (pushed, direct) {
            (true, true) => {
                format!("{} of {subject} to {observer} {verb} lost{row}.", Self::messages(lost, number))
            }
            (_, true) => {
                format!("{} between {observer} and {subject} {verb} lost.", Self::messages(lost, number))
            }
            _ => format!(
                "{} from or to {observer} or {subject} {verb} lost, and signs of life may come through others.",
                Self::messages(lost, number)
            ),
        }
    }

    /// Whether nothing was sent between the first and the last of these but they.
    pub(super) fn are_in_a_row(&self, messages: &[Envelope]) -> bool {
        let (Some(first), Some(last)) = (messages.first(), messages.last()) else { return false };
        let others = self.scene.sightings.iter().filter_map(|sighting| match sighting.what {
            Seen::Message(envelope, _) if (first.sent..=last.sent).contains(&envelope.sent) => Some(envelope),
            _ => None,
        });
        let on_these = |other: &Envelope| messages.iter().any(|message| message.channel == other.channel);
        let mut same_way =
            others.filter(|other| (other.from, other.to) == (first.from, first.to) && on_these(other));
        same_way.all(|other| messages.contains(&other))
    }

    pub(super) fn is_between(&self, envelope: &Envelope) -> bool {
        let ends = [envelope.from, envelope.to];
        ends.contains(&self.mistake.pair.observer) && ends.contains(&self.mistake.pair.subject)
    }

    pub(super) fn lateness(&self, absent: &Absent) -> String {
        let [observer, subject] = self.names();
        let clock = self.scene.clock;
        if let Some((envelope, travel)) = absent.late {
            let kind = plain(envelope.kind);
            let (sent, travel) = (clock.time(envelope.sent), length(travel));
            return format!(
                "Nothing was lost: a {kind} that {subject} had sent at {sent} was on its way for {travel}."
            );
        }
        let next = self.scene.sightings.iter().find_map(|sighting| match sighting.what {
            Seen::Message(envelope, _)
                if envelope.from == self.mistake.pair.subject && envelope.sent >= self.suspected() =>
            {
                Some(envelope)
            }
            _ => None,
        });
        if let Some((node, at)) = self.turned() {
            let (node, at) = (self.scene.name(node), clock.time(at));
            return format!(
                "Nothing was lost, nor on its way: {subject} was told by {node} at {at} who is in office, and sent \
                 nothing to {observer} from then on."
            );
        }
        match next {
            Some(envelope) if self.is_between(&envelope) => format!(
                "Nothing was lost, nor on its way: {subject} sent no {} to {observer} before {}, when {observer} was \
                 out of patience.",
                plain(envelope.kind),
                clock.time(envelope.sent),
            ),
            _ => format!("Nothing went missing: news of {subject} reached {observer} too late."),
        }
    }

    pub(super) fn start_up(&self) -> String {
        let [observer, subject] = self.names();
        let clock = self.scene.clock;
        let last = |wanted: &dyn Fn(Seen) -> bool| {
            let mut before =
                self.scene.sightings.iter().rev().filter(|sighting| sighting.at <= self.mistake.start);
            before.find(|sighting| wanted(sighting.what)).map(|sighting| sighting.at)
        };
        let begun = last(&|seen| seen == Seen::Watches(self.mistake.pair));
        let born = last(&|seen| seen == Seen::Mended(Some(self.mistake.pair.subject), Hardship::Crash));
        match (begun, born) {
            (begun, Some(born)) if begun.is_none_or(|begun| begun <= born) => format!(
                "{subject} had restarted at {}, and {observer} had heard nothing yet of its new life.",
                clock.time(born)
            ),
            (begun, _) => {
                let begun = clock.time(begun.unwrap_or(Time::ZERO));
                format!("{observer} had heard nothing of {subject} since it began to watch it at {begun}.")
            }
        }
    }

    pub(super) fn partition(&self, absent: &Absent) -> String {
        let [observer, subject] = self.names();
        let cut = Self::messages(&absent.cut, self.mistake.missing.cut);
        let wall = self.hardship(None, |hardship| hardship == Hardship::Wall);
        let how_long = wall.map_or(String::new(), |(begun, over)| match over {
            Some(over) => format!(" for {}", length(over - begun)),
            None => format!(" from {} on", self.scene.clock.time(begun)),
        });
        format!(
            "The path between {observer} and {subject} was cut{how_long}, and {cut} with it until {subject} was \
             declared dead. Only patience outlasts that, or a quorum of observers on more than one side."
        )
    }

    pub(super) fn pause(&self) -> String {
        let [_, subject] = self.names();
        let text = self.stop_of(self.mistake.pair.subject);
        format!("{subject} stood still{text}, and could not speak.")
    }

    pub(super) fn observer_stood_still(&self, absent: &Absent) -> (String, Vec<String>) {
        let [observer, subject] = self.names();
        let node = self.mistake.pair.observer;
        let text = self.stop_of(node);
        let waiting = match (self.mistake.missing.behind as usize, absent.turned_away) {
            (0, _) => String::new(),
            (waiting, 0) => format!(", while {} waited for it", count(waiting, "message")),
            (waiting, away) if away >= absent.behind.len() => {
                format!(", and had no room for {}", count(waiting, "message"))
            }
            (waiting, _) => {
                format!(", while {} waited for it or found no room", count(waiting, "message"))
            }
        };
        let mut said =
            format!("It was {observer} itself that stood still{text}{waiting}; {subject} did nothing wrong.");
        let mut remedies = Vec::new();
        let has_guard = !self.scene.scenario.detector.is_idle();
        if let Some((begun, Some(over))) = self.hardship(Some(node), is_stop).filter(|_| has_guard) {
            let guard = rounded_up((over - begun).share(0.5));
            let setting = format!("verdict.local_pause_guard={}", in_one_unit(guard));
            if (self.helps)(&setting) {
                said.push_str(&format!(
                    " A local_pause_guard shorter than {}, such as {}, would have held its verdicts back.",
                    length(over - begun),
                    in_one_unit(guard),
                ));
                remedies.push(setting);
            }
        }
        (said, remedies)
    }

    /// ` for 4.2 s, from 10 s on`, as far as it is known.
    pub(super) fn stop_of(&self, node: NodeId) -> String {
        let clock = self.scene.clock;
        match self.hardship(Some(node), is_stop) {
            Some((begun, Some(over))) => {
                format!(" for {}, from {} to {}", length(over - begun), clock.time(begun), clock.time(over))
            }
            Some((begun, None)) => format!(" from {} on", clock.time(begun)),
            None => String::new(),
        }
    }

    /// The last blow of a kind that struck before the mistake: when it began, and when it was over.
    pub(super) fn hardship(
        &self,
        node: Option<NodeId>,
        kind: impl Fn(Hardship) -> bool,
    ) -> Option<(Time, Option<Time>)> {
        let sightings = self.scene.sightings;
        let begun = sightings.iter().rposition(|sighting| {
            sighting.at <= self.mistake.start
                && matches!(sighting.what, Seen::Struck(who, hardship) if who == node && kind(hardship))
        })?;
        let over = sightings[begun..].iter().find(
            |sighting| matches!(sighting.what, Seen::Mended(who, hardship) if who == node && kind(hardship)),
        );
        Some((sightings[begun].at, over.map(|sighting| sighting.at)))
    }

    pub(super) fn overload(&self, absent: &Absent) -> String {
        let [observer, subject] = self.names();
        let how = match (absent.queued, absent.dropped) {
            (_, 0) => "waited in the queue",
            (0, _) => "found the queue full",
            _ => "waited in the queue or found it full",
        };
        let number = self.mistake.missing.queued as usize;
        let of = format!("Between {subject} and {observer}, {} {how}.", count(number, "message"));
        let slow = [self.mistake.pair.observer, self.mistake.pair.subject].into_iter().find_map(|node| {
            let slow = self.hardship(Some(node), |hardship| hardship == Hardship::Slow)?;
            Some((self.scene.name(node), slow))
                .filter(|(_, (_, over))| over.is_none_or(|over| over > self.since()))
        });
        if let Some((node, (begun, over))) = slow {
            let (begun, over) = (self.scene.clock.time(begun), over.map(|over| self.scene.clock.time(over)));
            let how_long = over.map_or(format!("from {begun} on"), |over| format!("from {begun} to {over}"));
            return format!("{of} {node} was slow {how_long}.");
        }
        let capacity =
            self.incident.scenario.topology.visit(CapacityOf(self.mistake.pair.observer, self.scene));
        match capacity {
            Some(Capacity { per_message, queue }) => format!(
                "{of} {observer} needs {per_message} for each message and lets {queue} wait: it must be faster, or \
                 hear less."
            ),
            None => of,
        }
    }
}

fn is_stop(hardship: Hardship) -> bool {
    matches!(hardship, Hardship::Stop(Depth::Process | Depth::Application))
}

/// How fast a node handles what it receives.
struct CapacityOf<'s, 'a>(NodeId, &'s Scene<'a>);

impl TopologyVisitor for CapacityOf<'_, '_> {
    type Output = Option<Capacity>;

    fn visit<T: Topology>(self, topology: &T) -> Option<Capacity> {
        topology.capacity(self.1.scenario.cluster(), self.0)
    }
}
