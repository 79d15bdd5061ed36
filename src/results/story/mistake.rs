//! The title and the ending of the story of a mistake: why it happened, and what would have prevented it.

mod causes;

use super::lines::is_word_of_office;
use super::{Incident, Scene, Story, length};
use crate::detectors::rounded_up;
use crate::engine::cluster::{NodeId, Pair};
use crate::engine::findings::{Cause, Ending, Mistake};
use crate::engine::model::Opinion;
use crate::engine::onlooker::{Envelope, Hardship, Passage, Seen};
use crate::engine::time::{Span, Time};

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
                Passage::Sent
                | Passage::FindsNobody
                | Passage::Perishes
                | Passage::ComesBack
                | Passage::Read => (),
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
            Seen::Hears(Pair { observer: node, .. }, _) => node == observer,
            Seen::Thinks(verdict) => verdict.pair.observer == observer && verdict.opinion == Opinion::Trusted,
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

    /// Who suspected the subject by itself before the mistake, first of those whose doubt led to it.
    fn first_to_doubt(&self) -> Option<(NodeId, Time)> {
        let before = self.scene.sightings.iter().take_while(|sighting| sighting.at <= self.mistake.start);
        let mut first = None;
        let mut doubting = std::collections::BTreeSet::new();
        for sighting in before {
            let Seen::Thinks(verdict) = sighting.what else { continue };
            if verdict.opinion == Opinion::Trusted {
                doubting.remove(&verdict.pair.observer);
            } else {
                if doubting.is_empty() {
                    first = None;
                }
                doubting.insert(verdict.pair.observer);
                if verdict.hearsay.is_none() && first.is_none() {
                    first = Some((verdict.pair.observer, sighting.at));
                }
            }
        }
        first
    }

    fn hearsay(&self) -> (Vec<String>, Vec<String>) {
        let [observer, subject] = self.names();
        let from = self.scene.sightings.iter().rev().find_map(|sighting| match sighting.what {
            Seen::Thinks(verdict)
                if self.scene.is_observer(verdict.pair.observer) && sighting.at <= self.mistake.start =>
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
