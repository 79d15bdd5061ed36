//! The story of one mistake or of one crash: what happened, one event after the other, and what would have
//! prevented the mistake or made the crash known sooner.

mod clock;
mod crash;
mod folding;
mod lines;
mod mistake;

use super::numbers::exact_seconds;
use crate::engine::cluster::{NodeId, Pair};
use crate::engine::findings::{Cause, Crash, Ending, Findings, Mistake};
use crate::engine::model::Opinion;
use crate::engine::onlooker::{Seen, Sighting, Verdict};
use crate::engine::time::{Span, Time};
use crate::engine::witness::Focus;
use crate::scenario::Scenario;
pub(super) use clock::Clock;
use folding::{Folded, fold};

/// What a story is about.
#[derive(Clone, Copy, Debug)]
pub struct Incident<'a> {
    /// The scenario in which it happened.
    pub scenario: &'a Scenario,
    /// The number of the run.
    pub replication: u32,
    /// Its number among those of its kind, from 1.
    pub number: usize,
    /// What it was.
    pub what: What<'a>,
    /// All that was found out in that run.
    pub findings: &'a Findings,
}

/// A mistake or a crash.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    /// An observer held dead a subject that was up.
    Mistake(&'a Mistake),
    /// A node crashed.
    Crash(&'a Crash),
}

/// A story as it is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// What it is about.
    pub title: Vec<String>,
    /// What the second column counts from.
    pub counted_from: &'static str,
    /// What happened.
    pub events: Vec<Event>,
    /// What follows from it.
    pub ending: Vec<String>,
    /// Changes that would have prevented it, as `--set` takes them.
    pub remedies: Vec<String>,
}

/// One line of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, if it is not many things at once.
    pub at: Option<Time>,
    /// How long after what the story counts from, or before.
    pub after: String,
    /// When, as it is told.
    pub time: String,
    /// What.
    pub text: String,
}

/// How many beats before the last that was heard a story begins.
const BEATS_BEFORE: u64 = 2;
/// How many beats before a crash: enough to see how regularly they came.
const BEATS_BEFORE_CRASH: u64 = 10;
/// How many beats before a death by hearsay: enough for doubt to arise, and to go round.
const BEATS_BEFORE_HEARSAY: u64 = 40;
/// How many beats after a crash that nobody noticed a story goes on.
const BEATS_AFTER_CRASH: u64 = 10;
/// The most lines of events.
const MOST_LINES: usize = 60;

impl<'a> Incident<'a> {
    /// What a witness must look at to tell the story.
    pub fn focus(&self) -> Focus {
        let interval = self.scenario.beats().interval;
        let earlier = |time: Time, beats| {
            let back = interval.times(beats);
            Time::from_nanos(time.nanos().saturating_sub(back.nanos()))
        };
        match self.what {
            What::Mistake(mistake) => {
                let origin = self.origin().map_or(mistake, |(_, origin)| origin);
                let from = match origin.last_heard.or(mistake.last_heard) {
                    Some(heard) => earlier(heard.min(mistake.start), BEATS_BEFORE),
                    None if mistake.cause == Cause::Relay => earlier(origin.start, BEATS_BEFORE_HEARSAY),
                    None => Time::ZERO,
                };
                let beyond = if mistake.ending == Ending::TakenBack { BEATS_BEFORE } else { 0 };
                let until = mistake.end.saturating_add(interval.times(beyond));
                let Pair { observer, subject } = mistake.pair;
                Focus { observer: Some(observer), knower: None, subject, from, until }
            }
            What::Crash(crash) => {
                let from = earlier(crash.at, BEATS_BEFORE_CRASH);
                let known =
                    [crash.first, crash.acting, crash.majority, crash.all].into_iter().flatten().max();
                let later = crash.at.saturating_add(interval.times(BEATS_AFTER_CRASH));
                let until = known.unwrap_or(crash.restarted.map_or(later, |back| back.min(later)));
                Focus { observer: None, knower: None, subject: crash.node, from, until }
            }
        }
    }

    /// What a witness must look at once more, if what it saw tells who knew of a crash first: what befell
    /// that observer is a part of the story.
    pub fn closer_focus(&self, sightings: &[Sighting]) -> Option<Focus> {
        let What::Crash(crash) = self.what else { return None };
        let knower = Some(crash::who_knew_first(crash, sightings)?);
        Some(Focus { knower, ..self.focus() })
    }

    /// The mistake that a mistake by hearsay goes back to, and its number: of those who judged for
    /// themselves, the last to do so.
    fn origin(&self) -> Option<(usize, &'a Mistake)> {
        let What::Mistake(mistake) = self.what else { return None };
        if mistake.cause != Cause::Relay {
            return None;
        }
        let others = self.findings.mistakes.iter().enumerate();
        let origins = others.filter(|(_, other)| {
            other.pair.subject == mistake.pair.subject
                && other.cause != Cause::Relay
                && other.start <= mistake.start
        });
        origins.max_by_key(|(_, other)| other.start).map(|(place, other)| (place + 1, other))
    }

    /// Whether a mistake did not happen in another run, with these findings.
    pub fn is_prevented_in(&self, findings: &Findings) -> bool {
        let What::Mistake(mistake) = self.what else { return true };
        let known = findings.mistakes_total() == findings.mistakes.len() as u64
            || findings.mistakes.last().is_some_and(|last| last.start > mistake.end);
        let is_wrong = |other: &Mistake| {
            other.pair == mistake.pair && other.start <= mistake.end && other.end >= mistake.start
        };
        known && !findings.mistakes.iter().any(is_wrong)
    }

    /// Tells the story from what a witness saw. Advice is given if it `helps`.
    pub fn told(&self, sightings: &[Sighting], helps: &dyn Fn(&str) -> bool) -> Story {
        match self.what {
            What::Mistake(mistake) => {
                let observer = Some(mistake.pair.observer);
                let scene = Scene::new(self, observer, mistake.pair.subject, sightings, None);
                mistake::tell(self, mistake, &scene, helps)
            }
            What::Crash(crash) => {
                let observer = crash::who_knew_first(crash, sightings);
                let scene = Scene::new(self, observer, crash.node, sightings, Some(crash.at));
                crash::tell(self, crash, &scene)
            }
        }
    }

    /// Which run of which scenario.
    fn whereabouts(&self) -> String {
        let name = &self.scenario.name;
        match self.scenario.replications {
            1 => name.clone(),
            _ => format!("{name}, replication {}", self.replication),
        }
    }
}

/// All that a story is told from.
struct Scene<'a> {
    scenario: &'a Scenario,
    observer: Option<NodeId>,
    subject: NodeId,
    sightings: &'a [Sighting],
    clock: Clock,
    /// Whether the observer only believed others: then what befell messages elsewhere does not matter.
    is_hearsay: bool,
    /// What a detector said of the silence that led to the declaration.
    silence: Option<Silence>,
}

/// A silence that became suspicion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Silence {
    /// From when it counted.
    since: Time,
    /// Until when it was borne.
    deadline: Time,
    /// When it was suspected.
    suspected: Time,
}

impl<'a> Scene<'a> {
    fn new(
        incident: &Incident<'a>,
        observer: Option<NodeId>,
        subject: NodeId,
        sightings: &'a [Sighting],
        crash: Option<Time>,
    ) -> Scene<'a> {
        let declared = match incident.what {
            What::Mistake(mistake) => mistake.start,
            What::Crash(crash) => crash.first.unwrap_or(Time::NEVER),
        };
        let silence = sightings.iter().rev().find_map(|sighting| match sighting.what {
            Seen::Thinks(Verdict {
                pair: Pair { observer: who, .. },
                opinion: Opinion::Suspected,
                silence,
                ..
            }) if Some(who) == observer && sighting.at <= declared => {
                let suspected = sighting.at;
                Some(silence.map(|(since, deadline)| Silence { since, deadline, suspected }))
            }
            _ => None,
        });
        let silence = silence.flatten();
        let last_heard = match incident.what {
            What::Mistake(mistake) => {
                let counted = silence.filter(|silence| silence.since < silence.deadline);
                counted.map(|silence| silence.since).or(mistake.last_heard)
            }
            What::Crash(_) => None,
        };
        let clock = Clock::new(crash.or(last_heard), sightings.iter().map(|sighting| sighting.at));
        let is_hearsay = matches!(incident.what, What::Mistake(mistake) if mistake.cause == Cause::Relay);
        Scene { scenario: incident.scenario, observer, subject, sightings, clock, is_hearsay, silence }
    }

    fn name(&self, node: NodeId) -> String {
        self.scenario.name_of(node)
    }

    fn subject(&self) -> String {
        self.name(self.subject)
    }

    /// Whether it is not silence that counts, but questions without an answer.
    fn counts_questions(&self) -> bool {
        self.scenario.detector.suspicion.member().counts_questions()
    }

    fn is_observer(&self, node: NodeId) -> bool {
        Some(node) == self.observer
    }

    /// Where the story begins: when the observer began to watch for the last time before it heard nothing, so
    /// that what it knew in an earlier life is left out.
    fn begin(&self) -> usize {
        let until = self.silence.map_or(Time::ZERO, |silence| silence.since);
        let begins = |sighting: &Sighting| {
            sighting.at <= until
                && matches!(sighting.what, Seen::Watches(Pair { observer: node, .. }) if self.is_observer(node))
        };
        self.sightings.iter().rposition(begins).unwrap_or(0)
    }

    /// All that happened, line by line.
    fn events(&self) -> Vec<Event> {
        let folded = fold(lines::lines(self), MOST_LINES);
        folded
            .into_iter()
            .map(|folded| match folded {
                Folded::Line(line) => Event {
                    at: Some(line.at),
                    after: self.clock.after(line.at),
                    time: self.clock.time(line.at),
                    text: line.text,
                },
                Folded::More { text, until, .. } => {
                    let text = match until {
                        Some(until) => format!("{text}, until {}", self.clock.time(until)),
                        None => text,
                    };
                    Event { at: None, after: String::new(), time: "…".to_owned(), text }
                }
            })
            .collect()
    }
}

impl Story {
    /// As a text of lines of at most 80 characters.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for line in &self.title {
            push_wrapped(&mut out, "", 0, line);
        }
        out.push('\n');
        let width = |texts: &mut dyn Iterator<Item = &str>| texts.map(|text| text.chars().count()).max();
        let time = width(&mut self.events.iter().map(|event| &*event.time)).unwrap_or(0).max(4);
        let after = width(&mut self.events.iter().map(|event| &*event.after)).unwrap_or(0);
        let after = if after > 0 { after.max(self.counted_from.len()) } else { 0 };
        let head = |at: &str, since: &str| match after {
            0 => format!("{at:>time$}  "),
            _ => format!("{at:>time$}  {since:>after$}  "),
        };
        if !self.events.is_empty() {
            out.push_str(head("time", self.counted_from).trim_end());
            out.push('\n');
        }
        for event in &self.events {
            let head = head(&event.time, &event.after);
            push_wrapped(&mut out, &head, head.chars().count(), &event.text);
        }
        for paragraph in &self.ending {
            out.push('\n');
            push_wrapped(&mut out, "", 0, paragraph);
        }
        if !self.remedies.is_empty() {
            out.push('\n');
            for (place, remedy) in self.remedies.iter().enumerate() {
                out.push_str(if place == 0 { "Try: " } else { " or: " });
                out.push_str(&format!("--set {remedy}\n"));
            }
        }
        out.replace(UNBROKEN, " ")
    }

    /// As a JSON object.
    pub fn json(&self) -> String {
        let texts = |texts: &[String]| {
            let quoted: Vec<String> = texts.iter().map(|text| super::json::quoted(text)).collect();
            format!("[{}]", quoted.join(", "))
        };
        let event = |event: &Event| {
            let at = event.at.map_or("null".to_owned(), |at| exact_seconds(at.since_start()));
            format!("    {{\"time_s\": {at}, \"text\": {}}}", super::json::quoted(&event.text))
        };
        let events: Vec<String> = self.events.iter().map(event).collect();
        format!(
            "{{\n  \"title\": {},\n  \"events\": [\n{}\n  ],\n  \"ending\": {},\n  \"remedies\": {}\n}}\n",
            texts(&self.title),
            events.join(",\n"),
            texts(&self.ending),
            texts(&self.remedies),
        )
        .replace(UNBROKEN, " ")
    }
}

/// The most characters of a line.
const WIDTH: usize = 80;

/// Adds a text behind `head`, broken into lines that are indented by `indent`.
fn push_wrapped(out: &mut String, head: &str, indent: usize, text: &str) {
    let mut line = head.to_owned();
    let mut length = indent;
    let mut is_empty = true;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let word_length = word.chars().count();
        if !is_empty && length + 1 + word_length > WIDTH {
            out.push_str(line.trim_end());
            out.push('\n');
            line = " ".repeat(indent);
            (length, is_empty) = (indent, true);
        }
        if !is_empty {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += word_length;
        is_empty = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
}

/// A space at which no line is broken; it becomes a common one when the story is told.
const UNBROKEN: &str = "\u{a0}";

/// A length as a story tells it.
fn length(span: Span) -> String {
    super::numbers::seconds(span.seconds()).replace(' ', UNBROKEN)
}

/// `1 beat`, `3 beats`.
fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
