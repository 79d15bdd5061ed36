//! The title and the ending of the story of a crash: how long each step took until it was known.

use super::{Incident, Scene, Silence, Story, length};
use crate::engine::cluster::{NodeId, Pair};
use crate::engine::findings::Crash;
use crate::engine::model::{Depth, Opinion};
use crate::engine::onlooker::{Hardship, Passage, Seen, Sighting};
use crate::engine::time::{Span, Time};
use crate::engine::watch::Check;

/// Who declared a crash first, not to take it back; if nobody did, whoever heard most of the node before.
pub(super) fn who_knew_first(crash: &Crash, sightings: &[Sighting]) -> Option<NodeId> {
    let first = crash.first.and_then(|first| {
        sightings.iter().find_map(|sighting| match sighting.what {
            Seen::Thinks(verdict) if verdict.opinion == Opinion::Dead && sighting.at == first => {
                Some(verdict.pair.observer)
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
    what: String,
    /// What would make it shorter.
    remedy: String,
}

/// The steps so far.
struct Way {
    steps: Vec<Step>,
    /// Until when they lead.
    from: Time,
    /// When the observer stood still, and its name.
    stops: Option<(Vec<(Time, Time)>, String)>,
}

impl Way {
    /// A step until then.
    fn step(&mut self, until: Time, what: &str, remedy: String) {
        let takes = until.max(self.from) - self.from;
        self.from = self.from.max(until);
        if takes == Span::ZERO {
            return;
        }
        match self.steps.iter_mut().find(|step| step.what == what) {
            Some(step) => step.takes += takes,
            None => self.steps.push(Step { takes, what: what.to_owned(), remedy }),
        }
    }

    /// A step until then that needs an observer who does something: while it stands still, nothing goes on.
    fn blocked(&mut self, until: Time, what: &str, remedy: &str) {
        let (stops, observer) = self.stops.clone().unwrap_or_default();
        for (begun, over) in stops {
            if over > self.from && begun < until {
                self.step(begun, what, remedy.to_owned());
                self.step(
                    over.min(until),
                    &format!("while {observer} stood still"),
                    format!(
                        "Most of it was a local pause of {observer}: while it stood still it could not look. A shorter \
                         pause saves that; the detector cannot."
                    ),
                );
            }
        }
        self.step(until, what, remedy.to_owned());
    }
}

impl Autopsy<'_, '_> {
    fn ending(&self) -> Vec<String> {
        let subject = self.scene.subject();
        let is_news = |known: &Time| *known > self.crash.at;
        let Some(first) = self
            .crash
            .first
            .filter(|_| self.crash.acting.or(self.crash.first).is_some_and(|known| is_news(&known)))
        else {
            return vec![self.unnoticed()];
        };
        let steps = self.steps(first);
        let total: u64 = steps.iter().map(|step| step.takes.nanos()).sum();
        let told: Vec<String> =
            steps.iter().map(|step| format!("{} {}", length(step.takes), step.what)).collect();
        let longest = steps.iter().max_by_key(|step| step.takes);
        let all = length(Span::from_nanos(total));
        let mut ending = Vec::new();
        if !is_news(&first) {
            ending.push(format!(
                "When {subject} crashed, some held it dead already, wrongly; but not whoever decides for all."
            ));
        }
        ending.extend(self.taken_back().map(|(by, at)| {
            format!(
                "An earlier declaration was taken back, by {} at {}: only what came after it counts.",
                self.scene.name(by),
                self.scene.clock.time(at)
            )
        }));
        ending.push(format!(
            "From the crash of {subject} to the end of this story {all} passed: {}.",
            told.join(", ")
        ));
        if let Some(step) = longest {
            ending.push(step.remedy.clone());
        }
        ending
    }

    fn unnoticed(&self) -> String {
        let subject = self.scene.subject();
        let patience = self.scene.scenario.silence();
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
        let mut way = Way { steps: Vec::new(), from: self.crash.at, stops: self.stops() };
        if let Some((_, back)) = self.taken_back() {
            way.step(
                back,
                "while an earlier declaration stood, until it was taken back",
                "Most of it passed before an earlier declaration was taken back: it was none that lasts."
                    .to_owned(),
            );
        }
        if let Some((observer, begun)) = self.watched() {
            way.step(
                begun,
                &format!("until {} began to watch it", self.scene.name(observer)),
                "Most of it passed before whoever declared it had begun to watch it.".to_owned(),
            );
        }
        self.doubt(&mut way);
        if let Some(suspected) = self.silence().is_none().then(|| self.suspected(first)).flatten() {
            way.blocked(
                suspected,
                "until somebody suspected it",
                "Most of it passed before anybody asked in vain: a shorter interval, or a shorter timeout of \
                 questions, saves that.",
            );
            way.step(
                first,
                "while it was suspected only",
                "Most of it was suspicion: a shorter one saves that, but leaves less time to object."
                    .to_owned(),
            );
        }
        way.blocked(
            first,
            "until the first declared it dead",
            "Nearly all of it was waiting for the first to notice: less patience saves that.",
        );
        self.spread(&mut way);
        way.steps
    }

    /// The silence that led to the declaration, if it was suspected after the crash.
    fn silence(&self) -> Option<Silence> {
        self.scene.silence.filter(|silence| silence.suspected >= self.crash.at)
    }

    /// Who took a declaration back last in the name of all before the one that counts, and when.
    fn taken_back(&self) -> Option<(NodeId, Time)> {
        let known = self.crash.acting.or(self.crash.first)?;
        self.scene.sightings.iter().rev().find_map(|sighting| match sighting.what {
            Seen::Retracts(Pair { observer: node, .. })
                if sighting.at > self.crash.at && sighting.at < known =>
            {
                Some((node, sighting.at))
            }
            _ => None,
        })
    }

    /// When whoever declared it first began to watch it, if that was after the crash.
    fn watched(&self) -> Option<(NodeId, Time)> {
        let first = self.crash.first?;
        self.scene.sightings.iter().rev().find_map(|sighting| match sighting.what {
            Seen::Watches(Pair { observer: node, .. })
                if self.scene.is_observer(node) && sighting.at > self.crash.at && sighting.at < first =>
            {
                Some((node, sighting.at))
            }
            _ => None,
        })
    }

    /// How a detector came to its verdict.
    fn doubt(&self, way: &mut Way) {
        let (Some(silence), Some(first)) = (self.silence(), self.crash.first) else { return };
        let overdue = silence.suspected > silence.deadline.just_after();
        let silent = if overdue { silence.deadline } else { silence.suspected };
        let scenario = self.scene.scenario;
        let guarded = scenario.verdict.rules.is_some_and(|rules| rules.local_pause_guard.is_some());
        // Whoever must ask, or holds its verdicts back when it wakes, loses the time that it stood still.
        let asks = silence.since >= silence.deadline;
        let patience = "until the silence was longer than is borne";
        if asks || guarded {
            way.blocked(silent, patience, &self.on_patience());
        } else {
            // It took note of what had come before only when it woke, and was patient from then on.
            way.blocked(silence.since.min(silent), patience, &self.on_patience());
            way.step(silent, patience, self.on_patience());
        }
        let looks = match scenario.detector.check {
            Check::Timer => "Most of it was waiting for somebody to look.",
            Check::Every { .. } | Check::Bucket(_) => {
                "Most of it was waiting for the next look: check = \"timer\", or looking more often, saves that."
            }
        };
        way.blocked(silence.suspected, "until somebody looked", looks);
        way.step(
            self.in_line(silence.suspected, first).unwrap_or(first),
            "while it was suspected only",
            "Most of it was confirming the suspicion: a shorter confirm_after saves that, but leaves less time for a \
             sign of life to come."
                .to_owned(),
        );
        way.step(
            first,
            "while the verdict waited for its turn",
            "Most of it was waiting for its turn, since only so many deaths are declared in so long: a higher rate in \
             verdict.limit saves that, but brakes mistakes less, too."
                .to_owned(),
        );
    }

    /// From when on the one who declared it first had to wait for its turn.
    fn in_line(&self, suspected: Time, first: Time) -> Option<Time> {
        self.scene.sightings.iter().find_map(|sighting| match sighting.what {
            Seen::StandsInLine(Pair { observer: node, .. }) if self.scene.is_observer(node) => {
                Some(sighting.at).filter(|at| (suspected..first).contains(at))
            }
            _ => None,
        })
    }

    /// How the word got round.
    fn spread(&self, way: &mut Way) {
        let spreads =
            "Most of it was spreading the word: messages that travel faster, or go to more nodes, save that.";
        if let Some(acting) = self.crash.acting {
            let agreeing = if self.crash.first.is_some_and(|first| first > self.crash.at) {
                "Most of it was agreeing on it: a smaller quorum, or fewer steps between those who watch and those \
                 who decide, saves that."
            } else {
                "Most of it passed before whoever decides for all declared it; others had been wrong before."
            };
            way.step(acting, "until it was declared in the name of all", agreeing.to_owned());
        }
        if let Some(majority) = self.crash.majority {
            way.step(majority, "until the majority knew", spreads.to_owned());
        }
        if let Some(all) = self.crash.all {
            way.step(all, "until all knew", spreads.to_owned());
        }
    }

    /// When the observer stood still, and what is said of it.
    fn stops(&self) -> Option<(Vec<(Time, Time)>, String)> {
        let observer = self.scene.observer?;
        let is_stop = |hardship| matches!(hardship, Hardship::Stop(Depth::Process | Depth::Application));
        let (mut stops, mut begun) = (Vec::new(), None);
        for sighting in self.scene.sightings {
            match sighting.what {
                Seen::Struck(Some(node), hardship) if node == observer && is_stop(hardship) => {
                    begun = begun.or(Some(sighting.at));
                }
                Seen::Mended(Some(node), hardship) if node == observer && is_stop(hardship) => {
                    stops.extend(begun.take().map(|begun| (begun, sighting.at)));
                }
                _ => (),
            }
        }
        Some((stops, self.scene.name(observer)))
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
        let scenario = self.scene.scenario;
        let setting = scenario.detector.suspicion.member().sooner(scenario.beats().interval);
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
                sighting.at <= self.crash.at
                    && matches!(sighting.what, Seen::Message(envelope, Passage::Read)
                    if envelope.from == self.scene.subject && self.scene.is_observer(envelope.to))
            })
            .map(|sighting| sighting.at)
            .collect();
        let gap = arrivals.windows(2).map(|pair| pair[1] - pair[0]).max()?;
        Some((gap, arrivals.len()))
    }
}
