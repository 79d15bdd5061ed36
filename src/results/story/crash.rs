//! The title and the ending of the story of a crash: how long each step took until it was known.

use super::{Incident, Scene, Story, length};
use crate::detectors::{SilenceOf, Suspicion};
use crate::engine::cluster::NodeId;
use crate::engine::findings::Crash;
use crate::engine::model::Opinion;
use crate::engine::time::{Span, Time};
use crate::engine::witness::{Passage, Seen, Sighting};

/// Who declared a crash first, not to take it back; if nobody did, whoever heard most of the node before.
pub(super) fn who_knew_first(crash: &Crash, sightings: &[Sighting]) -> Option<NodeId> {
    let first = crash.first.and_then(|first| {
        sightings.iter().find_map(|sighting| match sighting.what {
            Seen::Thinks(verdict) if verdict.opinion == Opinion::Dead && sighting.at == first => {
                Some(verdict.observer)
            }
            _ => None,
        })
    });
    first.or_else(|| {
        let mut heard: std::collections::BTreeMap<NodeId, usize> = std::collections::BTreeMap::new();
        for sighting in sightings {
            if let Seen::Message(envelope, Passage::Read) = sighting.what
                && envelope.from == crash.node
            {
                *heard.entry(envelope.to).or_default() += 1;
            }
        }
        heard.into_iter().max_by_key(|(node, times)| (*times, std::cmp::Reverse(*node))).map(|(node, _)| node)
    })
}

/// Tells the story of a crash.
pub(super) fn tell(incident: &Incident<'_>, crash: &Crash, scene: &Scene<'_>) -> Story {
    let (subject, at) = (scene.subject(), scene.clock.time(crash.at));
    let total = incident.findings.crashes.len();
    let known = match crash.acting.or(crash.first) {
        Some(known) if known > crash.at => format!("It was known {} later.", length(known - crash.at)),
        Some(_) => "It was held dead already, wrongly.".to_owned(),
        None => match crash.restarted {
            Some(back) => format!("It was back {} later, and nobody had noticed.", length(back - crash.at)),
            None => "The run ended before anybody noticed.".to_owned(),
        },
    };
    let title = vec![
        format!("{}: crash {} of {total}", incident.whereabouts(), incident.number),
        format!("{subject} crashed at {at}. {known}"),
    ];
    let ending = Autopsy { crash, scene }.ending();
    Story { title, counted_from: "crash", events: scene.events(), ending, remedies: Vec::new() }
}

/// What the detection of a crash took.
struct Autopsy<'s, 'a> {
    crash: &'s Crash,
    scene: &'s Scene<'a>,
}

/// A step on the way from a crash to everybody's knowing of it.
struct Step {
    takes: Span,
    what: &'static str,
    /// What would make it shorter.
    remedy: String,
}

impl Autopsy<'_, '_> {
    fn ending(&self) -> Vec<String> {
        let subject = self.scene.subject();
        let Some(first) = self.crash.first.filter(|first| *first > self.crash.at) else {
            return vec![self.unnoticed()];
        };
        let steps = self.steps(first);
        let total: u64 = steps.iter().map(|step| step.takes.nanos()).sum();
        let told: Vec<String> =
            steps.iter().map(|step| format!("{} {}", length(step.takes), step.what)).collect();
        let longest = steps.iter().max_by_key(|step| step.takes);
        let all = length(Span::from_nanos(total));
        let mut ending = vec![format!(
            "From the crash of {subject} to the end of this story {all} passed: {}.",
            told.join(", ")
        )];
        if let Some(step) = longest {
            ending.push(step.remedy.clone());
        }
        ending
    }

    fn unnoticed(&self) -> String {
        let subject = self.scene.subject();
        let patience = self.scene.scenario.detector.suspicion.visit(SilenceOf);
        let patience = patience.filter(|_| !self.scene.scenario.detector.is_idle());
        if self.crash.already_dead || self.crash.first == Some(self.crash.at) {
            return format!(
                "{subject} had been declared dead before, wrongly; so there was nothing to wait for."
            );
        }
        match (self.crash.restarted, patience) {
            (Some(back), Some(silence)) => format!(
                "{subject} was down for {}, and a silence of {} is borne: only less patience, or a node that says \
                 that it is new, tells of such a crash.",
                length(back - self.crash.at),
                silence.most
            ),
            (Some(back), None) => {
                format!(
                    "{subject} was down for {}: too short a time to be noticed.",
                    length(back - self.crash.at)
                )
            }
            (None, Some(silence)) => format!(
                "A silence of {} is borne, and the run ended before that: a longer run would have told.",
                silence.most
            ),
            (None, None) => "The run ended before: a longer one would have told.".to_owned(),
        }
    }

    fn steps(&self, first: Time) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut from = self.crash.at;
        let mut step = |until: Time, what: &'static str, remedy: String| {
            if until > from {
                steps.push(Step { takes: until - from, what, remedy });
                from = until;
            }
        };
        if let Some(silence) = self.scene.silence.filter(|silence| silence.suspected >= self.crash.at) {
            let overdue = silence.suspected > silence.deadline.just_after();
            let silent = if overdue { silence.deadline } else { silence.suspected };
            step(silent, "until the silence was longer than is borne", self.on_patience());
            step(
                silence.suspected,
                "until somebody looked",
                "Most of it was waiting for the next look: check = \"timer\", or looking more often, saves that."
                    .to_owned(),
            );
            let suspected = "while it was suspected only";
            step(
                first,
                suspected,
                "Most of it was confirming the suspicion: a shorter confirm_after saves that, but leaves less \
                 time for a sign of life to come."
                    .to_owned(),
            );
        } else if let Some(suspected) = self.suspected(first) {
            step(
                suspected,
                "until somebody suspected it",
                "Most of it passed before anybody asked in vain: a shorter interval, or a shorter timeout of \
                 questions, saves that."
                    .to_owned(),
            );
            step(
                first,
                "while it was suspected only",
                "Most of it was suspicion: a shorter one saves that, but leaves less time to object."
                    .to_owned(),
            );
        }
        step(
            first,
            "until the first declared it dead",
            "Nearly all of it was waiting for the first to notice: more frequent beats, or less patience, save that."
                .to_owned(),
        );
        let spreads =
            "Most of it was spreading the word: messages that travel faster, or go to more nodes, save that.";
        if let Some(acting) = self.crash.acting {
            step(
                acting,
                "until it was declared in the name of all",
                "Most of it was agreeing on it: a smaller quorum, or fewer steps between those who watch and those \
                 who decide, saves that."
                    .to_owned(),
            );
        }
        if let Some(majority) = self.crash.majority {
            step(majority, "until the majority knew", spreads.to_owned());
        }
        if let Some(all) = self.crash.all {
            step(all, "until all knew", spreads.to_owned());
        }
        steps
    }

    /// When whoever declared it first began to suspect it, where the protocol itself judges.
    fn suspected(&self, first: Time) -> Option<Time> {
        self.scene.sightings.iter().find_map(|sighting| match sighting.what {
            Seen::Thinks(verdict) if verdict.opinion == Opinion::Suspected => {
                Some(sighting.at).filter(|at| (self.crash.at..first).contains(at))
            }
            _ => None,
        })
    }

    /// What less patience would save, and how little of it the beats before the crash would have borne.
    fn on_patience(&self) -> String {
        let setting = match &self.scene.scenario.detector.suspicion {
            Suspicion::Timeout(_) => "a shorter timeout saves as much as it is shorter",
            Suspicion::Misses(_) => {
                let interval = self.scene.scenario.beats().interval;
                &*format!("one miss less saves {interval}")
            }
        };
        let said = format!("Most of it was patience: {setting}");
        match (self.longest_gap(), self.scene.observer) {
            (Some((gap, beats)), Some(observer)) => format!(
                "{said}. Among the last {beats} messages that {} had from {} before, the longest silence was {}; \
                 patience for less than that makes mistakes.",
                self.scene.name(observer),
                self.scene.subject(),
                length(gap),
            ),
            _ => format!("{said}; it makes more mistakes."),
        }
    }

    /// The longest time between two messages that the observer had from the node before the crash, and how
    /// many it had.
    fn longest_gap(&self) -> Option<(Span, usize)> {
        let arrivals: Vec<Time> = self
            .scene
            .sightings
            .iter()
            .filter(|sighting| {
                matches!(sighting.what, Seen::Message(envelope, Passage::Read)
                    if envelope.from == self.scene.subject && self.scene.is_observer(envelope.to))
            })
            .map(|sighting| sighting.at)
            .collect();
        let gap = arrivals.windows(2).map(|pair| pair[1] - pair[0]).max()?;
        Some((gap, arrivals.len()))
    }
}
