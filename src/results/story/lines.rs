//! What was seen, in plain words.

use std::collections::BTreeMap;

use super::folding::{Class, Line};
use super::{Scene, length};
use crate::engine::cluster::{NodeId, Pair};
use crate::engine::model::{Depth, Office, Opinion};
use crate::engine::onlooker::{Envelope, Hardship, OFFICE, Passage, Seen, Verdict};
use crate::engine::time::Time;

/// All that was seen, line by line.
pub(super) fn lines(scene: &Scene<'_>) -> Vec<Line> {
    let mut telling = Telling::of(scene);
    let begin = scene.begin();
    for (place, sighting) in scene.sightings.iter().enumerate() {
        if place >= begin || matches!(sighting.what, Seen::Struck(..) | Seen::Mended(..)) {
            telling.tell(place);
        }
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
                self.line(place, alike(Class::HeldUp, [node]), text);
            }
            // Of the network, a witness sees what befalls the path.
            Seen::Worsens(_) | Seen::Heals(_) => (),
            Seen::Struck(node, hardship) => self.unlike(place, self.blow(node, hardship, true)),
            Seen::Mended(node, hardship) => self.unlike(place, self.blow(node, hardship, false)),
            Seen::Watches(Pair { observer: node, .. }) => {
                self.unlike(place, format!("{} begins to watch {subject}", scene.name(node)));
            }
            Seen::WatchesNoMore(Pair { observer: node, .. }) => {
                self.unlike(place, format!("{} watches {subject} no more", scene.name(node)));
            }
            Seen::Closed(Pair { observer: node, .. }) => {
                self.others(place, node, format!("the connection to {subject} is closed, as is told to"));
            }
            Seen::Thinks(verdict) => self.opinion(place, verdict),
            Seen::StandsInLine(Pair { observer: node, .. }) => {
                let name = scene.name(node);
                let text = format!(
                    "{name} must wait with the death of {}: it declares only so many",
                    scene.subject()
                );
                let others = ("stands in line".to_owned(), Class::Opinion);
                let key = if scene.is_observer(node) { (String::new(), Class::Unlike) } else { others };
                self.line(place, key, text);
            }
            Seen::Hears(Pair { observer: node, .. }, sent) => {
                if scene.is_observer(node) && !self.reads_of_subject(sighting.at, node) {
                    let sent = scene.clock.time(sent);
                    let text = format!("{} hears that {subject} lived at {sent}", scene.name(node));
                    self.line(place, alike(Class::Heard, [node]), text);
                }
            }
            Seen::Acts(Pair { observer: node, .. }) => {
                self.others(place, node, format!("{subject} is declared dead, in the name of all, by"))
            }
            Seen::Retracts(Pair { observer: node, .. }) => self.others(
                place,
                node,
                format!("the death of {subject} is taken back, in the name of all, by"),
            ),
            Seen::Takes(node, office) => {
                let text = match office {
                    Office::Leader => "leads from now on",
                    Office::Candidate => "starts an election",
                    Office::Follower => "follows another",
                };
                let text = format!("{} {text}", scene.name(node));
                self.line(place, alike(Class::Office, [node]), text);
            }
        }
    }

    fn line(&mut self, place: usize, (key, class): (String, Class), text: String) {
        self.lines.push(Line { at: self.scene.sightings[place].at, key, class, text });
    }

    /// A line like no other.
    fn unlike(&mut self, place: usize, text: String) {
        self.line(place, (String::new(), Class::Unlike), text);
    }

    /// A line about a node that may be one of many who do the same.
    fn others(&mut self, place: usize, node: NodeId, text: String) {
        let others =
            (format!("{:?}", std::mem::discriminant(&self.scene.sightings[place].what)), Class::Opinion);
        let key = if self.scene.is_observer(node) { (String::new(), Class::Unlike) } else { others };
        self.line(place, key, format!("{text} {}", self.scene.name(node)));
    }

    /// Whether a node takes note of a message of the subject at that moment.
    fn reads_of_subject(&self, at: Time, node: NodeId) -> bool {
        let sightings = self.scene.sightings;
        let first = sightings.partition_point(|sighting| sighting.at < at);
        sightings[first..].iter().take_while(|sighting| sighting.at == at).any(|sighting| {
            matches!(sighting.what, Seen::Message(envelope, Passage::Read)
                    if envelope.to == node && envelope.from == self.scene.subject)
        })
    }

    /// Whether a message is part of the story.
    fn belongs(&self, envelope: Envelope, passage: Passage) -> bool {
        let ends = [envelope.from, envelope.to];
        let between = |observer| ends.contains(&observer) && ends.contains(&self.scene.subject);
        self.scene.observer.is_none_or(between) || passage.is_mishap() && !self.scene.is_hearsay
    }

    fn message(&mut self, place: usize, envelope: Envelope, passage: Passage) {
        if is_word_of_office(self.scene, envelope, passage) {
            let [from, to] = [envelope.from, envelope.to].map(|node| self.scene.name(node));
            let key = alike(Class::Office, [envelope.from]);
            return self.line(place, key, format!("{to} hears from {from} who is in office"));
        }
        if !self.belongs(envelope, passage) {
            return;
        }
        let at = self.scene.sightings[place].at;
        let ends = [envelope.from, envelope.to];
        let [from, to] = ends.map(|node| self.scene.name(node));
        let channels = &self.scene.scenario.network.channels;
        let by = match channels.get(usize::from(envelope.channel)).filter(|_| channels.len() > 1) {
            Some(channel) => format!(" by {}", channel.name),
            None => String::new(),
        };
        let what = with_article(envelope.kind);
        let key = |class: Class| {
            // Whoever else it was from or to, it is one of many.
            let pair = self.scene.observer.map(|observer| [observer, self.scene.subject]);
            let is_between = pair.is_none_or(|pair| pair.iter().all(|node| ends.contains(node)));
            let (key, class) = if is_between { alike(class, ends) } else { alike(class, []) };
            if class == Class::Unlike {
                (String::new(), class)
            } else {
                (format!("{key} {}{by}", envelope.kind), class)
            }
        };
        let says = format!("{from} sends {what} to {to}{by}");
        let its = format!("the {} of {}{by}", plain(envelope.kind), self.scene.clock.time(envelope.sent));
        if at == envelope.sent
            && let Passage::SetsOut(arrives) = passage
        {
            let (class, more) = self.how_it_goes_on(place, envelope, arrives, &to);
            return self.line(place, key(class), format!("{says}{more}"));
        }
        let (class, text) = match passage {
            Passage::Sent | Passage::SetsOut(_) => (Class::Late, format!("{its} is sent once more, to {to}")),
            Passage::Lost if at == envelope.sent => (Class::Lost, format!("{says}: it is lost")),
            Passage::Lost => (Class::Lost, format!("{its} is lost again")),
            Passage::Cut if at == envelope.sent => (Class::Cut, format!("{says}: the path is cut")),
            Passage::Cut => (Class::Cut, format!("{its} meets a cut path")),
            Passage::WaitsBehind => (Class::Waits, format!("{its} waits for {to}, which stands still")),
            Passage::TurnedAway => (Class::Dropped, format!("{its} finds no room: {to} stands still")),
            Passage::Queues => (Class::Waits, format!("{its} waits in the queue of {to}")),
            Passage::QueueFull => (Class::Dropped, format!("{its} is dropped: the queue of {to} is full")),
            Passage::FindsNobody | Passage::Perishes | Passage::ComesBack => {
                (Class::Nobody, format!("{its} finds nobody: {to} is down"))
            }
            Passage::Read => {
                let trusts = self.trusts_by_it(place, envelope);
                let class = if trusts.is_empty() { Class::Arrives } else { Class::Unlike };
                (class, format!("{to} takes note of {its}{trusts}"))
            }
        };
        self.line(place, key(class), text);
    }

    /// What the receiver of a message thinks at once, if it trusts the subject by it.
    fn trusts_by_it(&mut self, place: usize, envelope: Envelope) -> String {
        let scene = self.scene;
        let at = scene.sightings[place].at;
        let now = scene.sightings[place..].iter().take_while(|sighting| sighting.at == at).count();
        let reads_more = |next: &usize| {
            *next > place
                && matches!(scene.sightings[*next].what, Seen::Message(other, Passage::Read) if other.to == envelope.to)
        };
        // Of several that are read at one instant, the last before it trusts is the one.
        let trusts = (place..place + now).take_while(|next| !reads_more(next)).find(|next| {
            matches!(scene.sightings[*next].what, Seen::Thinks(verdict)
                if verdict.pair.observer == envelope.to && verdict.opinion == Opinion::Trusted)
        });
        match trusts {
            Some(next) if envelope.from == scene.subject => {
                self.told[next] = true;
                format!(", and trusts {} again", scene.subject())
            }
            _ => String::new(),
        }
    }

    /// What becomes of a message that sets out, as far as it is best told at once: what kind of thing that
    /// is, and the words for it.
    fn how_it_goes_on(
        &mut self,
        place: usize,
        envelope: Envelope,
        arrives: Time,
        to: &str,
    ) -> (Class, String) {
        let sightings = self.scene.sightings;
        let next = self.journeys.get(&envelope).into_iter().flatten().copied().find(|next| {
            *next > place
                && !self.told[*next]
                && !matches!(sightings[*next].what, Seen::Message(_, Passage::SetsOut(_)))
        });
        let travel = length(arrives - envelope.sent);
        let Some(next) = next else {
            return (Class::Late, format!(", which is on its way for {travel}"));
        };
        let Seen::Message(_, passage) = sightings[next].what else {
            return (Class::Unlike, String::new());
        };
        // What the story turns on meanwhile, so that the arrival must be told in its place.
        let turns = sightings[place..next].iter().any(|sighting| match sighting.what {
            Seen::Thinks(verdict) => self.scene.is_observer(verdict.pair.observer),
            Seen::Struck(..) | Seen::Mended(..) => true,
            _ => false,
        });
        if turns {
            return (Class::Late, format!(", which is on its way for {travel}"));
        }
        self.told[next] = true;
        match passage {
            Passage::Read if sightings[next].at > arrives => {
                let waited = length(sightings[next].at - envelope.sent);
                (Class::Arrives, format!("; it is read {waited} later"))
            }
            Passage::Read | Passage::Sent | Passage::SetsOut(_) => {
                (Class::Arrives, format!("; it arrives {travel} later"))
            }
            Passage::Lost => (Class::Lost, ": it is lost".to_owned()),
            Passage::Cut => (Class::Cut, ": the path is cut before it arrives".to_owned()),
            Passage::WaitsBehind => (Class::Waits, format!(": it must wait, for {to} stands still")),
            Passage::TurnedAway => (Class::Dropped, format!(": {to} stands still and has no room for it")),
            Passage::Queues => (Class::Waits, format!(": it must wait in the queue of {to}")),
            Passage::QueueFull => (Class::Dropped, format!(": the queue of {to} is full, and it is dropped")),
            Passage::FindsNobody | Passage::Perishes | Passage::ComesBack => {
                (Class::Nobody, format!(": {to} is down"))
            }
        }
    }

    fn opinion(&mut self, place: usize, verdict: Verdict) {
        let scene = self.scene;
        let at = scene.sightings[place].at;
        let Verdict { pair: Pair { observer, .. }, opinion, silence, hearsay, .. } = verdict;
        let (who, subject) = (scene.name(observer), scene.subject());
        let because = match (silence, hearsay) {
            (Some((since, deadline)), _) if since >= deadline => {
                format!("{who} has asked {subject} in vain too often: it ")
            }
            (Some((since, deadline)), _) if scene.counts_questions() => {
                let borne = length(deadline - since);
                format!("{who} has asked {subject} in vain too often for {borne}: it ")
            }
            (Some((since, deadline)), _) => {
                let (silent, borne) = (length(at.max(since) - since), length(deadline.max(since) - since));
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
                Seen::Thinks(Verdict {
                    pair: Pair { observer: same, .. }, opinion: Opinion::Dead, ..
                }) if same == observer => {
                    thinks = format!("declares {subject} dead");
                    last = Opinion::Dead;
                }
                Seen::Acts(Pair { observer: same, .. }) if same == observer => {
                    thinks.push_str(", in the name of all")
                }
                Seen::Retracts(Pair { observer: same, .. }) if same == observer => {
                    thinks.push_str(", and takes its death back in the name of all");
                }
                _ => continue,
            }
            self.told[next] = true;
        }
        let thinks =
            thinks.replace(&format!("holds {subject} dead, in"), &format!("declares {subject} dead, in"));
        let others = (format!("{last:?} {}", hearsay.is_some()), Class::Opinion);
        let key = if scene.is_observer(observer) { (String::new(), Class::Unlike) } else { others };
        self.line(place, key, format!("{because}{thinks}"));
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
            (Hardship::Crash, false) => format!("{who} restarts, knowing nothing"),
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

/// Whether a message tells the subject that a third node is in office.
pub(super) fn is_word_of_office(scene: &Scene<'_>, envelope: Envelope, passage: Passage) -> bool {
    envelope.kind == OFFICE
        && passage == Passage::Read
        && envelope.to == scene.subject
        && scene.observer.is_some_and(|observer| observer != envelope.from)
}

/// What lines about the same nodes have in common.
fn alike<const N: usize>(class: Class, nodes: [NodeId; N]) -> (String, Class) {
    (format!("{class:?} {:?}", nodes.map(|node| node.0)), class)
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
