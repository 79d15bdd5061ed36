//! How much is said.

use super::claim::{Claim, Seen, Topic, Unit, Value};
use super::closed_form::Gap;
use super::{Alarms, Presence};
use crate::engine::model::Latency;
use crate::figures::{seconds, short};
use crate::scenario::Scenario;
use crate::topologies::{Extra, Speaker, Speech};

/// What theory says of messages.
pub(super) fn claims(scenario: &Scenario, Presence { up, .. }: Presence, alarms: &Alarms) -> Vec<Claim> {
    let Some(said) = Said::of(scenario, up, alarms) else {
        let claim = Claim::of(Topic::Messages, "messages a second", Unit::Number);
        return vec![claim.unknown("nobody has worked out who speaks in this topology")];
    };
    let all = said.all();
    let mut claims = vec![all.clone()];
    if said.speech.same_size {
        let bytes = scenario.topology.member().rhythm().message_bytes as f64;
        let times = |value: f64| value * bytes;
        let value = match &all.value {
            Value::Is(value) => Value::Is(times(*value)),
            Value::AtLeast(value) => Value::AtLeast(times(*value)),
            Value::AtMost(value) => Value::AtMost(times(*value)),
            Value::Unknown(why) => Value::Unknown(why.clone()),
        };
        let numbers = format!("{} × {}", short(all.value.number().unwrap_or_default()), short(bytes));
        let claim = Claim::of(Topic::Messages, "bytes a second", Unit::Number);
        let claim = claim.by("messages a second × message_bytes", numbers, value);
        let seen = match &all.seen {
            Seen::Measure(_) => Seen::Measure("bytes_per_s"),
            other => other.clone(),
        };
        claims.push(Claim { slack: all.slack * bytes, ..claim.seen(seen) });
    } else {
        let claim = Claim::of(Topic::Messages, "bytes a second", Unit::Number);
        claims.push(claim.unknown("messages are longer the more they have to tell"));
    }
    claims.extend(said.hub());
    claims
}

/// Who says how much, for each member and interval.
struct Said<'a> {
    scenario: &'a Scenario,
    alarms: &'a Alarms,
    speech: Speech,
    up: f64,
    members: f64,
    /// The time between two of each, on average, and whether it is what the scenario calls the interval.
    gap: f64,
    is_interval: bool,
    /// How much more often the dead are asked than the living: at 1, as often; nothing if that is not known.
    of_dead: Option<f64>,
    /// On how many channels everything is said.
    channels: f64,
    /// How many are said of somebody's own accord, answers and the words of observers left out.
    begun: f64,
    answers: f64,
    besides: f64,
    loss: f64,
}

impl Said<'_> {
    fn of<'a>(scenario: &'a Scenario, up: f64, alarms: &'a Alarms) -> Option<Said<'a>> {
        let cluster = scenario.cluster();
        let plan = scenario.topology.member();
        let speech = plan.speech(&cluster)?;
        let messages = plan.cost(&cluster).messages;
        let Speech { answers, besides, .. } = speech;
        // Where beats are in step, or wait for something of which nothing is known, this is the nearest to the truth.
        let (gap, is_interval, of_dead) = match Gap::of(scenario) {
            Ok(gap) => {
                let of_dead = gap.after_death(scenario).map(|dead| gap.mean / dead);
                (gap.mean, gap.mean == scenario.beats().interval.seconds(), of_dead)
            }
            Err(_) => (scenario.beats().interval.seconds(), true, plan.rhythm().is_steady().then_some(1.0)),
        };
        Some(Said {
            scenario,
            alarms,
            speech,
            up,
            members: f64::from(cluster.members),
            gap,
            is_interval,
            of_dead,
            channels: (scenario.network.channels.len() as f64).max(1.0),
            // What a full queue drops is not answered; that is told apart.
            begun: (messages - answers - besides).max(0.0),
            answers,
            besides,
            loss: scenario.network.usual.mean_loss(),
        })
    }

    /// How many are said in an interval, for each member: at least and at most.
    fn range(&self) -> [f64; 2] {
        let Said { up, begun, answers, besides, .. } = *self;
        let answered = answers * (1.0 - self.loss);
        let [least, most] = match self.speech.speaker {
            Speaker::Subject => [(begun + answered) * up; 2],
            Speaker::Observer => {
                let dead = 1.0 - up;
                [begun * (up + dead * self.of_dead.unwrap_or(1.0)) + answered * up; 2]
            }
            // Both must be up for an answer.
            Speaker::Peer => [begun * up + answered * (2.0 * up - 1.0).max(0.0), (begun + answered) * up],
        };
        [besides + least, besides + most]
    }

    /// Messages a second.
    fn all(&self) -> Claim {
        let [least, most] = self.range().map(|each| each * self.members * self.channels / self.gap);
        let strict = least == most;
        let claim = Claim::of(Topic::Messages, "messages a second", Unit::Number);
        let with_up = self.up < 1.0;
        let gap = if self.is_interval { "interval" } else { "mean gap" };
        let mut formula = format!("members × messages of each / {gap}");
        let mut numbers = format!(
            "{} × {} / {}",
            short(self.members),
            short(self.range()[1] * self.channels),
            seconds(self.gap)
        );
        if with_up {
            formula.push_str(", of those up");
            numbers.push_str(&format!(", {} % up", short(self.up * 100.0)));
        }
        let unbounded = self.scenario.network.usual.latency.quantile(1.0).is_infinite();
        let errs = || self.alarms.as_ref().map_or(unbounded, |alarms| alarms.per_beat > 0.0);
        let quiet = !self.scenario.network.loses() && self.scenario.faults.is_empty() && !errs();
        let value = match self.speech.extra {
            Extra::Nothing if strict => Value::Is(most),
            Extra::Nothing => Value::AtMost(most),
            Extra::Fewer(_) if quiet => Value::AtMost(most),
            Extra::More(_) | Extra::Other(_) if quiet => Value::Is(most),
            Extra::More(_) => Value::AtLeast(least),
            Extra::Other(_) | Extra::Fewer(_) => Value::Is(most),
        };
        let seen = match self.obstacle(quiet) {
            Some(why) => Seen::Never(why),
            None => Seen::Measure("messages_per_s"),
        };
        Claim { slack: self.slack(), ..claim.by(formula, numbers, value).seen(seen) }
    }

    /// Why a run cannot be held against it, if it cannot.
    fn obstacle(&self, quiet: bool) -> Option<String> {
        let said = |text: &str| Some(text.to_owned());
        let scenario = self.scenario;
        if let Extra::Other(why) | Extra::Fewer(why) = self.speech.extra
            && !quiet
        {
            return said(why);
        }
        if self.of_dead.is_none() || (self.besides > 0.0 && !self.is_interval) {
            return match self.answers > 0.0 {
                true => said("the next message may wait for an answer"),
                false => said("beats do not come at a fixed interval"),
            };
        }
        let alike = scenario.network.links.is_empty() && scenario.network.channels.is_empty();
        if self.answers > 0.0
            && scenario.network.loses()
            && (!alike || scenario.network.usual.duplicate > 0.0)
        {
            return said("what is answered depends on the link");
        }
        if self.answers > 0.0 && scenario.network.usual.duplicate > 0.0 {
            return said("what arrives twice is answered twice");
        }
        if self.answers > 0.0 && self.speech.speaker == Speaker::Subject && self.may_drop() {
            return said("what a full queue drops is not answered");
        }
        let plain = self.answers == 0.0 && self.besides == 0.0;
        let cluster = scenario.cluster();
        scenario.faults.iter().find_map(|fault| {
            let kind = fault.kind();
            let harmless = fault.only_ends_lives() || (plain && ["partition", "degrade"].contains(&kind));
            if !harmless {
                return Some(format!("a fault of kind {kind} may change how much is said"));
            }
            let strikes = self.speech.speaker != Speaker::Subject || !plain;
            let observers = strikes && fault.member().strikes_observers(&cluster);
            observers.then(|| "whoever is to ask or to answer crashes too".to_owned())
        })
    }

    /// Whether the queue of the busiest observer may be full.
    fn may_drop(&self) -> bool {
        super::capacity::load(self.scenario).is_some_and(|load| load.may_drop())
    }

    /// What was under way when counting began or ended, and whoever had not begun yet.
    fn slack(&self) -> f64 {
        let counted = (self.scenario.duration - self.scenario.warmup).seconds();
        let latency = &self.scenario.network.usual.latency;
        let on_the_way = self.answers * 2.0 * latency.mean().min(self.gap) / self.gap;
        let aligned = if self.scenario.topology.member().rhythm().is_plain() { 0.0 } else { self.begun };
        let besides = self.besides;
        (on_the_way + aligned + besides) * self.members * self.channels / counted
    }

    /// By how much the busiest observer is busier than the mean node.
    fn hub(&self) -> Option<Claim> {
        let hubs = f64::from(self.speech.hubs?);
        let claim = Claim::of(Topic::Messages, "busiest node / mean", Unit::Number);
        let claim = claim.seen(Seen::Measure("load_imbalance"));
        let network = &self.scenario.network;
        let ways = network.links.is_empty() && network.channels.is_empty() && network.usual.duplicate == 0.0;
        if !ways {
            return Some(claim.unknown("messages take ways of different kinds"));
        }
        if self.may_drop() {
            return Some(claim.unknown("what a full queue drops is handled by nobody"));
        }
        if !self.scenario.topology.member().rhythm().is_plain() {
            return Some(claim.unknown("where all speak at once, a round more or less at either end counts"));
        }
        let cluster = self.scenario.cluster();
        if self.scenario.faults.iter().any(|fault| fault.member().strikes_observers(&cluster)) {
            return Some(claim.unknown("the busiest node crashes too"));
        }
        if !self.scenario.faults.iter().all(|fault| fault.only_ends_lives()) {
            return Some(claim.unknown("faults other than crashes keep messages from being handled"));
        }
        if let Some(why) = self.obstacle(false) {
            return Some(claim.unknown(why));
        }
        let Said { up, begun, answers, loss, .. } = *self;
        let arrives = 1.0 - loss;
        // What the hubs send or receive, and what all nodes do.
        let (at_hubs, all) = match self.speech.speaker {
            Speaker::Observer => (
                begun + answers * up * arrives * arrives,
                begun * (1.0 + up * arrives) + answers * up * arrives * (1.0 + arrives),
            ),
            Speaker::Subject | Speaker::Peer => (
                begun * up * arrives + answers * up * arrives,
                begun * up * (1.0 + arrives) + answers * up * arrives * (1.0 + arrives),
            ),
        };
        let nodes = f64::from(cluster.nodes());
        let share = at_hubs / all;
        let formula = "nodes × share of what is sent and received that is a monitor's / monitors";
        let numbers = format!("{} × {} / {}", short(nodes), short(share), short(hubs));
        let latency = &network.usual.latency;
        let slack = latency.mean() / (self.scenario.duration - self.scenario.warmup).seconds();
        let value = nodes * share / hubs;
        // Which of several hubs happens to be the busiest is a matter of chance where something is lost.
        let value = if hubs > 1.0 && loss > 0.0 { Value::AtLeast(value) } else { Value::Is(value) };
        Some(Claim { slack: slack * nodes, ..claim.by(formula, numbers, value) })
    }
}
