//! What was seen, in plain words.

use std::collections::BTreeMap;

use super::folding::Line;
use super::{Scene, length};
use crate::engine::cluster::NodeId;
use crate::engine::model::{Depth, Office, Opinion};
use crate::engine::time::Time;
use crate::engine::witness::{Envelope, Hardship, Passage, Seen, Verdict};

/// All that was seen, line by line.
pub(super) fn lines(scene: &Scene<'_>) -> Vec<Line> {
    let mut telling = Telling::of(scene);
    for place in 0..scene.sightings.len() {
        telling.tell(place);
    }
    telling.lines
}

/// A story while it is told.
struct Telling<'s, 'a> {
    scene: &'s Scene<'a>,
    /// Where each message was seen, in order.
    journeys: BTreeMap<Envelope, Vec<usize>>,
    /// What was told already, together with something else.
    told: Vec<bool>,
    lines: Vec<Line>,
}

impl<'s, 'a> Telling<'s, 'a> {
    fn of(scene: &'s Scene<'a>) -> Telling<'s, 'a> {
        let mut journeys: BTreeMap<Envelope, Vec<usize>> = BTreeMap::new();
        for (place, sighting) in scene.sightings.iter().enumerate() {
            if let Seen::Message(envelope, _) = sighting.what {
                journeys.entry(envelope).or_default().push(place);
            }
        }
        Telling { scene, journeys, told: vec![false; scene.sightings.len()], lines: Vec::new() }
    }

    fn tell(&mut self, place: usize) {
        if self.told[place] {
            return;
        }
        let scene = self.scene;
        let sighting = scene.sightings[place];
        let subject = scene.subject();
        match sighting.what {
            Seen::Message(envelope, passage) => self.message(place, envelope, passage),
            Seen::HeldUp(node) => {
                let text = format!("{} is due to do something, but stands still", scene.name(node));
                self.line(place, format!("held {}", node.0), false, text);
            }
            Seen::Struck(node, hardship) => self.unlike(place, self.blow(node, hardship, true)),
            Seen::Mended(node, hardship) => self.unlike(place, self.blow(node, hardship, false)),
            Seen::Watches(node) => {
                self.unlike(place, format!("{} begins to watch {subject}", scene.name(node)));
            }
            Seen::WatchesNoMore(node) => {
                self.unlike(place, format!("{} watches {subject} no more", scene.name(node)));
            }
            Seen::Thinks(verdict) => self.opinion(place, verdict),
            Seen::Hears(node, sent) => {
                if scene.is_observer(node) && !self.reads_of_subject(sighting.at, node) {
                    let sent = scene.clock.time(sent);
                    let text = format!("{} hears that {subject} lived at {sent}", scene.name(node));
                    self.line(place, format!("hears {}", node.0), true, text);
                }
            }
            Seen::Acts(node) => self.others(
                place,
                node,
                "acts",
                format!("{subject} is declared dead, in the name of all, by"),
            ),
            Seen::Retracts(node) => self.others(
                place,
                node,
                "retracts",
                format!("the death of {subject} is taken back, in the name of all, by"),
            ),
            Seen::Takes(node, office) => {
                let text = match office {
                    Office::Leader => "leads from now on",
                    Office::Candidate => "starts an election",
                    Office::Follower => "follows another",
                };
                self.line(
                    place,
                    format!("{office:?} {}", node.0),
                    false,
                    format!("{} {text}", scene.name(node)),
                );
            }
        }
    }

    fn line(&mut self, place: usize, key: String, is_usual: bool, text: String) {
        self.lines.push(Line { at: self.scene.sightings[place].at, key, is_usual, text });
    }

    /// A line like no other.
    fn unlike(&mut self, place: usize, text: String) {
        self.line(place, String::new(), false, text);
    }

    /// A line about a node that may be one of many.
    fn others(&mut self, place: usize, node: NodeId, key: &str, text: String) {
        let key = if self.scene.is_observer(node) { String::new() } else { key.to_owned() };
        let text = format!("{text} {}", self.scene.name(node));
        self.line(place, key, false, text);
    }

    /// Whether a node takes note of a message of the subject at that moment.
    fn reads_of_subject(&self, at: Time, node: NodeId) -> bool {
        self.scene.sightings.iter().any(|sighting| {
            sighting.at == at
                && matches!(sighting.what, Seen::Message(envelope, Passage::Read)
                    if envelope.to == node && envelope.from == self.scene.subject)
        })
    }

    /// Whether a message is part of the story.
    fn belongs(&self, envelope: Envelope, passage: Passage) -> bool {
        let ends = [envelope.from, envelope.to];
        let between = |observer| ends.contains(&observer) && ends.contains(&self.scene.subject);
        self.scene.observer.is_none_or(between) || passage.is_mishap()
    }

    fn message(&mut self, place: usize, envelope: Envelope, passage: Passage) {
        if !self.belongs(envelope, passage) {
            return;
        }
        let at = self.scene.sightings[place].at;
        let [from, to] = [envelope.from, envelope.to].map(|node| self.scene.name(node));
        let what = with_article(envelope.kind);
        let key = |class: &str| format!("{} {} {} {class}", envelope.from.0, envelope.to.0, envelope.kind);
        let says = format!("{from} sends {what} to {to}");
        let its = format!("the {} of {}", plain(envelope.kind), self.scene.clock.time(envelope.sent));
        if at == envelope.sent
            && let Passage::SetsOut(arrives) = passage
        {
            let (class, more, is_usual) = self.how_it_goes_on(place, envelope, arrives, &to);
            return self.line(place, key(&class), is_usual, format!("{says}{more}"));
        }
        let (class, text) = match passage {
            Passage::SetsOut(_) => ("again", format!("{its} is sent once more, to {to}")),
            Passage::Lost => ("lost", format!("{says}: it is lost")),
            Passage::Cut if at == envelope.sent => ("cut", format!("{says}: the path is cut")),
            Passage::Cut => ("cut", format!("{its} meets a cut path")),
            Passage::WaitsBehind => ("behind", format!("{its} waits for {to}, which stands still")),
            Passage::TurnedAway => ("away", format!("{its} finds no room: {to} stands still")),
            Passage::Queues => ("queues", format!("{its} waits in the queue of {to}")),
            Passage::QueueFull => ("full", format!("{its} is dropped: the queue of {to} is full")),
            Passage::FindsNobody => ("nobody", format!("{its} finds nobody: {to} is down")),
            Passage::Read => ("read", format!("{to} takes note of {its}")),
        };
        self.line(place, key(class), false, text);
    }

    /// What becomes of a message that sets out, as far as it is best told at once: a word for it, the words for it,
    /// and whether all is as it should be.
    fn how_it_goes_on(
        &mut self,
        place: usize,
        envelope: Envelope,
        arrives: Time,
        to: &str,
    ) -> (String, String, bool) {
        let sightings = self.scene.sightings;
        let next = self.journeys.get(&envelope).into_iter().flatten().copied().find(|next| {
            *next > place
                && !self.told[*next]
                && !matches!(sightings[*next].what, Seen::Message(_, Passage::SetsOut(_)))
        });
        let travel = length(arrives - envelope.sent);
        let Some(next) = next else {
            return ("away".to_owned(), format!(", which is on its way for {travel}"), false);
        };
        let Seen::Message(_, passage) = sightings[next].what else {
            return (String::new(), String::new(), false);
        };
        // What the story turns on meanwhile, so that the arrival must be told in its place.
        let turns = sightings[place..next].iter().any(|sighting| match sighting.what {
            Seen::Thinks(verdict) => self.scene.is_observer(verdict.observer),
            Seen::Struck(..) | Seen::Mended(..) => true,
            _ => false,
        });
        if turns {
            return ("turns".to_owned(), format!(", which is on its way for {travel}"), false);
        }
        self.told[next] = true;
        let (class, words, is_usual) = match passage {
            Passage::Read if sightings[next].at > arrives => {
                let waited = length(sightings[next].at - envelope.sent);
                ("handled", format!(", which has handled it {waited} later"), true)
            }
            Passage::Read | Passage::SetsOut(_) => ("arrives", format!("; it arrives {travel} later"), true),
            Passage::Lost => ("lost", ": it is lost".to_owned(), false),
            Passage::Cut => ("cut", ": the path is cut before it arrives".to_owned(), false),
            Passage::WaitsBehind => ("behind", format!(": it must wait, for {to} stands still"), false),
            Passage::TurnedAway => ("away", format!(": {to} stands still and has no room for it"), false),
            Passage::Queues => ("queues", format!(": it must wait in the queue of {to}"), false),
            Passage::QueueFull => ("full", format!(": the queue of {to} is full, and it is dropped"), false),
            Passage::FindsNobody => ("nobody", format!(": {to} is down"), false),
        };
        (class.to_owned(), words, is_usual)
    }

    fn opinion(&mut self, place: usize, verdict: Verdict) {
        let scene = self.scene;
        let at = scene.sightings[place].at;
        let Verdict { observer, opinion, silence, hearsay } = verdict;
        let (who, subject) = (scene.name(observer), scene.subject());
        let because = match (silence, hearsay) {
            (Some((since, deadline)), _) => {
                let (silent, borne) = (length(at - since), length(deadline - since));
                let looks = if at > deadline.just_after() { "looks: it " } else { "" };
                if silent == borne {
                    format!("{who} {looks}has heard nothing of {subject} for longer than {borne}: it ")
                } else {
                    format!(
                        "{who} {looks}has heard nothing of {subject} for {silent}, and bears {borne}: it "
                    )
                }
            }
            (None, Some((from, kind))) => {
                format!("{who} believes {} of {}: it ", with_article(kind), scene.name(from))
            }
            (None, None) => format!("{who} "),
        };
        let mut thinks = match opinion {
            Opinion::Trusted => format!("trusts {subject} again"),
            Opinion::Suspected => format!("suspects {subject}"),
            Opinion::Dead if hearsay.is_some() => format!("holds {subject} dead"),
            Opinion::Dead => format!("declares {subject} dead"),
        };
        let mut last = opinion;
        for next in place + 1..scene.sightings.len() {
            let sighting = scene.sightings[next];
            if sighting.at != at {
                break;
            }
            match sighting.what {
                Seen::Thinks(Verdict { observer: same, opinion: Opinion::Dead, .. }) if same == observer => {
                    thinks = format!("declares {subject} dead");
                    last = Opinion::Dead;
                }
                Seen::Acts(same) if same == observer => thinks.push_str(", in the name of all"),
                Seen::Retracts(same) if same == observer => thinks.push_str(", in the name of all"),
                _ => continue,
            }
            self.told[next] = true;
        }
        let key = if scene.is_observer(observer) { String::new() } else { format!("{last:?} of others") };
        self.line(place, key, false, format!("{because}{thinks}"));
    }

    fn blow(&self, node: Option<NodeId>, hardship: Hardship, begins: bool) -> String {
        let who = match node {
            Some(node) => self.scene.name(node),
            None => {
                let observer = self.scene.observer.map(|observer| self.scene.name(observer));
                format!("between {} and {}", observer.unwrap_or_default(), self.scene.subject())
            }
        };
        match (hardship, begins) {
            (Hardship::Crash, true) => format!("{who} crashes"),
            (Hardship::Crash, false) => format!("a crash of {who} is over, and it begins anew"),
            (Hardship::Stop(Depth::Process), true) => format!("{who} stands still"),
            (Hardship::Stop(Depth::Process), false) => format!("{who} wakes"),
            (Hardship::Stop(Depth::Application), true) => format!("the application of {who} hangs"),
            (Hardship::Stop(Depth::Application), false) => format!("the application of {who} goes on"),
            (Hardship::Slow, true) => format!("{who} becomes slow"),
            (Hardship::Slow, false) => format!("{who} is slow no more"),
            (Hardship::Drift(ppm), true) => {
                let way = if ppm < 0.0 { "slow" } else { "fast" };
                format!("the clock of {who} begins to run {way} by {} parts in a million", ppm.abs())
            }
            (Hardship::Drift(_), false) => format!("the clock of {who} runs right again"),
            (Hardship::Wall, true) => format!("the path {who} is cut"),
            (Hardship::Wall, false) => format!("the path {who} is mended"),
            (Hardship::Damage(loss, factor), true) => {
                let loses = (loss > 0.0)
                    .then(|| format!("{} % of messages are lost", super::super::short(loss * 100.0)));
                let lasts = (factor != 1.0)
                    .then(|| format!("travel takes {} times as long", super::super::short(factor)));
                let what: Vec<String> = [loses, lasts].into_iter().flatten().collect();
                format!("the path {who} gets worse: {}", what.join(", "))
            }
            (Hardship::Damage(..), false) => format!("the path {who} is as good as before"),
        }
    }
}

/// The name of a kind of message as a word.
pub(super) fn plain(kind: &str) -> String {
    kind.replace('_', " ")
}

/// `a beat`, `an opinion`, `news`.
pub(super) fn with_article(kind: &str) -> String {
    let plain = plain(kind);
    match plain.chars().next() {
        _ if ["news", "gossip"].contains(&&*plain) => plain,
        Some('a' | 'e' | 'i' | 'o' | 'u') => format!("an {plain}"),
        _ => format!("a {plain}"),
    }
}
