//! The title and the ending of the story of a mistake: why it happened, and what would have prevented it.

use super::lines::{is_word_of_office, plain};
use super::{Incident, Scene, Story, count, length};
use crate::detectors::{in_one_unit, rounded_up};
use crate::engine::cluster::NodeId;
use crate::engine::findings::{Cause, Ending, Mistake};
use crate::engine::model::{Capacity, Depth, Opinion, Topology};
use crate::engine::time::{Span, Time};
use crate::engine::witness::{Envelope, Hardship, Passage, Seen};
use crate::topologies::TopologyVisitor;

/// Tells the story of a mistake.
pub(super) fn tell(
    incident: &Incident<'_>,
    mistake: &Mistake,
    scene: &Scene<'_>,
    helps: &dyn Fn(&str) -> bool,
) -> Story {
    let (ending, remedies) = Inquest { incident, mistake, scene, helps }.ending();
    let [observer, subject] = [mistake.pair.observer, mistake.pair.subject].map(|node| scene.name(node));
    let clock = scene.clock;
    let total = incident.findings.mistakes_total();
    let how = match mistake.ending {
        Ending::TakenBack => "until it took it back",
        Ending::CameTrue => "until that came true: it crashed",
        Ending::ObserverCrashed => "until it crashed itself",
        Ending::RunEnded => "until the run ended",
    };
    let how_long = match mistake.end - mistake.start {
        Span::ZERO => "an instant".to_owned(),
        lasted => length(lasted),
    };
    let title = vec![
        format!("{}: mistake {} of {total}", incident.whereabouts(), incident.number),
        format!(
            "{observer} wrongly held {subject} dead from {} to {}, for {}, {how}.",
            clock.time(mistake.start),
            clock.time(mistake.end),
            how_long,
        ),
        format!("Cause: {}, {}.", mistake.cause.word(), meaning(mistake.cause)),
    ];
    Story { title, counted_from: "silence", events: scene.events(), ending, remedies }
}

/// What a cause means.
fn meaning(cause: Cause) -> &'static str {
    match cause {
        Cause::Relay => "another node said so",
        Cause::Partition => "the path was cut",
        Cause::Pause => "it stood still when it was to speak",
        Cause::Observer => "the observer itself stood still",
        Cause::Overload => "messages waited or were dropped at a full queue",
        Cause::Loss => "messages were lost",
        Cause::StartUp => "nothing had been heard yet",
        Cause::Latency => "nothing went missing, but it came too late",
    }
}

/// Messages that could have prevented the mistake, and did not.
#[derive(Default)]
struct Absent {
    lost: Vec<Envelope>,
    cut: Vec<Envelope>,
    /// What waited, or found no room to wait, because its receiver stood still.
    behind: Vec<Envelope>,
    /// How many of them found no room.
    turned_away: usize,
    queued: usize,
    dropped: usize,
    /// The first that was on its way when the subject was suspected, and for how long in all.
    late: Option<(Envelope, Span)>,
}

/// What led to a mistake.
struct Inquest<'i, 'a> {
    incident: &'i Incident<'a>,
    mistake: &'i Mistake,
    scene: &'i Scene<'a>,
    /// Whether a setting, as `--set` takes it, prevents the mistake.
    helps: &'i dyn Fn(&str) -> bool,
}

impl Inquest<'_, '_> {
    fn ending(&self) -> (Vec<String>, Vec<String>) {
        let absent = self.absent();
        let (what_happened, mut remedies) = match self.mistake.cause {
            Cause::Relay => return self.hearsay(),
            Cause::Partition => (self.partition(&absent), Vec::new()),
            Cause::Pause => (self.pause(), Vec::new()),
            Cause::Observer => self.observer_stood_still(&absent),
            Cause::Overload => (self.overload(&absent), Vec::new()),
            Cause::Loss => (self.loss(&absent), Vec::new()),
            Cause::StartUp => (self.start_up(), Vec::new()),
            // Whoever turns to another node will not be heard again soon, however patient one is.
            Cause::Latency if self.turned().is_some() => return (vec![self.lateness(&absent)], Vec::new()),
            Cause::Latency => (self.lateness(&absent), Vec::new()),
        };
        let (mut what_would_have_helped, remedy) = self.patience();
        let had_one = remedy.is_some() || self.mistake.cause == Cause::Observer;
        remedies.extend(remedy);
        if remedies.is_empty() && had_one {
            what_would_have_helped.push_str(" No single setting of the detector prevents it.");
        }
        (vec![format!("{what_happened} {what_would_have_helped}")], remedies)
    }

    fn names(&self) -> [String; 2] {
        [self.mistake.pair.observer, self.mistake.pair.subject].map(|node| self.scene.name(node))
    }

    /// When the silence began that led to the mistake.
    fn since(&self) -> Time {
        self.mistake.last_heard.or(self.scene.silence.map(|silence| silence.since)).unwrap_or(Time::ZERO)
    }

    fn absent(&self) -> Absent {
        let mut absent = Absent::default();
        let (since, suspected) = (self.since(), self.suspected());
        for (place, sighting) in self.scene.sightings.iter().enumerate() {
            let Seen::Message(envelope, passage) = sighting.what else { continue };
            if sighting.at > self.mistake.start || envelope.sent < since {
                continue;
            }
            match passage {
                // What a stream sends again may be lost again.
                Passage::Lost if absent.lost.contains(&envelope) => (),
                Passage::Lost => absent.lost.push(envelope),
                Passage::Cut => absent.cut.push(envelope),
                Passage::WaitsBehind | Passage::TurnedAway => {
                    absent.behind.push(envelope);
                    absent.turned_away += usize::from(passage == Passage::TurnedAway);
                }
                Passage::Queues => absent.queued += 1,
                Passage::QueueFull => absent.dropped += 1,
                Passage::SetsOut(arrives) => {
                    let speaks = envelope.from == self.mistake.pair.subject && envelope.sent > since;
                    if !speaks || arrives < suspected || absent.late.is_some() {
                        continue;
                    }
                    let arrived = self.scene.sightings[place..].iter().any(|later| {
                        later.at < suspected
                            && matches!(later.what, Seen::Message(same, passage)
                            if same == envelope && !matches!(passage, Passage::SetsOut(_)))
                    });
                    if !arrived {
                        absent.late = Some((envelope, arrives - envelope.sent));
                    }
                }
                Passage::FindsNobody | Passage::Read => (),
            }
        }
        absent
    }

    /// When the subject was suspected.
    fn suspected(&self) -> Time {
        self.scene.silence.map_or(self.mistake.start, |silence| silence.suspected)
    }

    /// When the observer next heard of the subject.
    fn returned(&self) -> Option<Time> {
        let (observer, suspected) = (self.mistake.pair.observer, self.suspected());
        let hears = |seen| match seen {
            Seen::Hears(node, _) => node == observer,
            Seen::Thinks(verdict) => verdict.observer == observer && verdict.opinion == Opinion::Trusted,
            _ => false,
        };
        let mut sightings = self.scene.sightings.iter();
        sightings
            .find(|sighting| sighting.at >= suspected && hears(sighting.what))
            .map(|sighting| sighting.at)
    }

    /// How much more patience would have prevented it.
    fn patience(&self) -> (String, Option<String>) {
        let [observer, subject] = self.names();
        let clock = self.scene.clock;
        let Some(returned) = self.returned() else {
            let how_long = length(self.mistake.end - self.since());
            let text = format!(
                "No sign of life of {subject} came before it was over: patience would have had to last {how_long}."
            );
            return (text, None);
        };
        let Some(silence) = self.scene.silence else {
            let late = length(returned - self.mistake.start);
            let text = format!(
                "{observer} heard of {subject} {late} after it had declared it dead, at {}: that much more \
                 patience would have prevented it.",
                clock.time(returned)
            );
            return (text, None);
        };
        let extra = returned.max(silence.deadline) - silence.deadline;
        // What the observer bears, it measures by its own clock.
        let pace = 1.0 + self.drift() / 1e6;
        let scenario = self.scene.scenario;
        let interval = scenario.beats().interval;
        let borne = silence.deadline.max(silence.since) - silence.since;
        let suspicion = scenario.detector.suspicion.member();
        let patience = suspicion.later_by(borne.share(pace), extra.share(pace), interval);
        let remedy = patience.remedy.clone().filter(|setting| (self.helps)(setting));
        let counted = if silence.since < silence.deadline { silence.since } else { self.since() };
        let heard = length(returned.max(counted) - counted);
        let mut text = format!(
            "{observer} next heard of {subject} at {}, after {heard} of silence",
            clock.time(returned)
        );
        if remedy.is_none() {
            text.push('.');
            return (text, None);
        }
        text.push_str(&format!(": {} would have prevented it", patience.words));
        if self.mistake.start > silence.suspected {
            let confirm = returned - silence.suspected;
            text.push_str(&format!(", and so would a confirm_after of more than {}", rounded_up(confirm)));
        }
        text.push('.');
        (text, remedy)
    }

    /// `3 beats`, or `3 messages` if they are not all of one kind.
    fn messages(messages: &[Envelope], number: u32) -> String {
        let number = number as usize;
        let kinds: std::collections::BTreeSet<&str> = messages.iter().map(|envelope| envelope.kind).collect();
        let kind = kinds.first().filter(|_| kinds.len() == 1);
        match kind {
            Some(&"news" | &"gossip") | None => count(number, "message"),
            Some(&"reply") if number > 1 => format!("{number} replies"),
            Some(kind) => count(number, &plain(kind)),
        }
    }

    fn loss(&self, absent: &Absent) -> String {
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
    fn are_in_a_row(&self, messages: &[Envelope]) -> bool {
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

    fn is_between(&self, envelope: &Envelope) -> bool {
        let ends = [envelope.from, envelope.to];
        ends.contains(&self.mistake.pair.observer) && ends.contains(&self.mistake.pair.subject)
    }

    fn lateness(&self, absent: &Absent) -> String {
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

    /// Who told the subject last, in the silence, that a third node is in office, and when.
    fn turned(&self) -> Option<(NodeId, Time)> {
        let silence = self.since()..=self.mistake.start;
        self.scene.sightings.iter().rev().find_map(|sighting| match sighting.what {
            Seen::Message(envelope, passage)
                if is_word_of_office(self.scene, envelope, passage) && silence.contains(&sighting.at) =>
            {
                Some((envelope.from, sighting.at))
            }
            _ => None,
        })
    }

    fn start_up(&self) -> String {
        let [observer, subject] = self.names();
        let clock = self.scene.clock;
        let last = |wanted: &dyn Fn(Seen) -> bool| {
            let mut before =
                self.scene.sightings.iter().rev().filter(|sighting| sighting.at <= self.mistake.start);
            before.find(|sighting| wanted(sighting.what)).map(|sighting| sighting.at)
        };
        let begun = last(&|seen| seen == Seen::Watches(self.mistake.pair.observer));
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

    fn partition(&self, absent: &Absent) -> String {
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

    fn pause(&self) -> String {
        let [_, subject] = self.names();
        let text = self.stop_of(self.mistake.pair.subject);
        format!("{subject} stood still{text}, and could not speak.")
    }

    fn observer_stood_still(&self, absent: &Absent) -> (String, Vec<String>) {
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

    /// By how many parts in a million the clock of the observer ran fast when it declared the subject dead.
    fn drift(&self) -> f64 {
        let node = Some(self.mistake.pair.observer);
        let before = self.scene.sightings.iter().take_while(|sighting| sighting.at <= self.mistake.start);
        before
            .map(|sighting| match sighting.what {
                Seen::Struck(who, Hardship::Drift(ppm)) if who == node => ppm,
                Seen::Mended(who, Hardship::Drift(ppm)) if who == node => -ppm,
                _ => 0.0,
            })
            .sum()
    }

    /// ` for 4.2 s, from 10 s on`, as far as it is known.
    fn stop_of(&self, node: NodeId) -> String {
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
    fn hardship(
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

    fn overload(&self, absent: &Absent) -> String {
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

    /// Who suspected the subject by itself before the mistake, first of those whose doubt led to it.
    fn first_to_doubt(&self) -> Option<(NodeId, Time)> {
        let before = self.scene.sightings.iter().take_while(|sighting| sighting.at <= self.mistake.start);
        let mut first = None;
        let mut doubting = std::collections::BTreeSet::new();
        for sighting in before {
            let Seen::Thinks(verdict) = sighting.what else { continue };
            if verdict.opinion == Opinion::Trusted {
                doubting.remove(&verdict.observer);
            } else {
                if doubting.is_empty() {
                    first = None;
                }
                doubting.insert(verdict.observer);
                if verdict.hearsay.is_none() && first.is_none() {
                    first = Some((verdict.observer, sighting.at));
                }
            }
        }
        first
    }

    fn hearsay(&self) -> (Vec<String>, Vec<String>) {
        let [observer, subject] = self.names();
        let from = self.scene.sightings.iter().rev().find_map(|sighting| match sighting.what {
            Seen::Thinks(verdict)
                if self.scene.is_observer(verdict.observer) && sighting.at <= self.mistake.start =>
            {
                verdict.hearsay
            }
            _ => None,
        });
        let whom = from.map_or("another node".to_owned(), |(node, _)| self.scene.name(node));
        let mut said = format!("{observer} did not judge {subject} itself: it believed {whom}.");
        match self.incident.origin() {
            Some((number, origin)) => said.push_str(&format!(
                " It began with {}, which declared {subject} dead at {} (cause: {}); without that mistake there would \
                 not have been this one. Its story is --mistake {number}.",
                self.scene.name(origin.pair.observer),
                self.scene.clock.time(origin.start),
                origin.cause.word(),
            )),
            None => match self.first_to_doubt() {
                Some((node, at)) => said.push_str(&format!(
                    " It began with {}, which suspected {subject} by itself at {}: more patience there would have \
                     prevented it, or a longer suspicion, so that {subject} can object.",
                    self.scene.name(node),
                    self.scene.clock.time(at),
                )),
                None => said.push_str(" What would have prevented it is more patience of whoever said so first."),
            },
        }
        (vec![said], Vec::new())
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
