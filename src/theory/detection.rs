//! How soon a crash is known.

use super::Alarms;
use super::claim::{Claim, Moment, Seen, Topic, Unit, Value};
use super::closed_form::{Parts, learns_from_chance, return_obstacle, watchers_crash};
use super::probing::FirstProbe;
use super::sum::Sum;
use crate::engine::model::Latency;
use crate::engine::network::Transport;
use crate::engine::time::Span;
use crate::engine::watch::Check;
use crate::figures::short;
use crate::scenario::Scenario;
use crate::topologies::Discovery;

/// What theory says of the detection of a crash in the name of all.
pub(super) fn claims(scenario: &Scenario, alarms: &Alarms) -> Vec<Claim> {
    match scenario.topology.member().discovery(&scenario.cluster()) {
        Discovery::Watched { queues: true, .. } => unknown("beats wait in a queue before they are heard"),
        Discovery::Watched { watchers, agree, in_own_time, .. } => {
            by_parts(scenario, alarms, |parts| Step::watched(scenario, parts, (watchers, agree), in_own_time))
        }
        Discovery::Reported { every, waits } => {
            by_parts(scenario, alarms, |parts| Step::reported(scenario, parts, every, waits))
        }
        Discovery::Probed { others, in_turns, suspicion } => {
            probed(scenario, FirstProbe { others, in_turns }, suspicion)
        }
        Discovery::Followed { least, most, followers } => followed(scenario, (least, most), followers),
        Discovery::Unknown(why) => unknown(why),
    }
}

/// The three claims, in words.
const NAMES: [&str; 3] = ["at the earliest", "on average", "at the latest"];

fn claim(place: usize) -> Claim {
    let seen = [Seen::Shortest, Seen::Measure("detection_s_mean"), Seen::Longest][place].clone();
    let moment = Some([Moment::Earliest, Moment::Mean, Moment::Latest][place]);
    Claim { moment, ..Claim::of(Topic::Detection, NAMES[place], Unit::Seconds).seen(seen) }
}

fn unknown(why: &str) -> Vec<Claim> {
    vec![Claim::of(Topic::Detection, "known after", Unit::Seconds).unknown(why)]
}

/// What comes between the verdict of one observer and what is known in the name of all, in seconds.
struct Step {
    /// At least, and at most.
    least: f64,
    most: f64,
    /// Why these are not known, if they are not.
    no_bounds: Option<String>,
    /// The mean of the whole with its terms, or why it is not known.
    mean: Result<Mean, String>,
}

/// A mean with its formula.
struct Mean {
    words: String,
    numbers: String,
    value: f64,
}

impl Mean {
    fn of(sum: &Sum) -> Mean {
        Mean { words: sum.words().to_owned(), numbers: sum.numbers().to_owned(), value: sum.value() }
    }

    /// The mean of what `parts` say, where each beat fails with this probability.
    fn despite(scenario: &Scenario, parts: &Parts<'_>, further: impl Fn(Sum) -> Sum) -> Result<Mean, String> {
        const RARE: f64 = 1e-6;
        let failing = failing(scenario)?;
        let early = parts.dead_already(failing);
        let returns_slowly = scenario.verdict.rules.is_some_and(|rules| rules.returns_slowly());
        if early > RARE && returns_slowly {
            return Err("a node may be held dead already, and is not trusted again at once".to_owned());
        }
        if failing > 0.0 && !scenario.detector.suspicion.member().forgives_at_once() {
            return Err("what was lost long before the crash may still count".to_owned());
        }
        let lost = parts.interval * failing / (1.0 - failing);
        let sum = parts.mean().minus("interval × failing / (1 − failing)", lost);
        let mut mean = Mean::of(&further(sum.clone()));
        let known_at_once = parts.mean_despite(failing) - sum.value();
        if known_at_once.abs() > 1e-9 {
            mean.words = format!("({})⁺, over all losses and delays", mean.words);
            mean.value += known_at_once;
        }
        Ok(mean)
    }
}

impl Step {
    /// Nothing: the verdict of any observer is that of all.
    fn watched(
        scenario: &Scenario,
        parts: &Parts<'_>,
        (watchers, agree): (u32, u32),
        in_own_time: bool,
    ) -> Step {
        let says = |text: &str| Some(text.to_owned());
        let law = parts.law;
        let (least, most) = (law.quantile(0.0), law.quantile(1.0));
        let votes = agree > 1;
        let watchers_return = watchers_crash(scenario)
            && scenario.faults.iter().any(|fault| fault.member().outage().shortest.is_some());
        let no_bounds = if watchers_return {
            says("those who watch crash too, and begin anew")
        } else if votes && (watchers_crash(scenario) || scenario.network.loses()) {
            says("some votes may never come")
        } else {
            None
        };
        let mean = match &no_bounds {
            Some(why) => Err(why.clone()),
            None if watchers == 1 => Mean::despite(scenario, parts, |sum| sum),
            None => Step::mean_of_several(scenario, parts, (watchers, agree), in_own_time),
        };
        let (least, most) = if votes { (least, most) } else { (0.0, 0.0) };
        Step { least, most, no_bounds, mean }
    }

    /// The mean where several watch and so many must agree.
    fn mean_of_several(
        scenario: &Scenario,
        parts: &Parts<'_>,
        (watchers, agree): (u32, u32),
        in_own_time: bool,
    ) -> Result<Mean, String> {
        let why = |text: &str| Err(text.to_owned());
        let law = parts.law;
        let constant = law.quantile(0.0) == law.quantile(1.0);
        let count = f64::from(watchers);
        if scenario.network.loses() {
            return why("each of those who watch loses other beats");
        }
        if matches!(scenario.detector.check, Check::Every { phase: None, .. }) {
            return why("each of those who watch scans at moments of its own");
        }
        if parts.earliest().value() < 0.0 || parts.least < parts.most {
            return why("what the first of several notices depends on chance in too many ways");
        }
        if in_own_time {
            if agree > 1 || !constant {
                return why("each of those who watch asks at moments of its own");
            }
            // The newest of several questions is one of the largest of so many ages.
            let age = parts.interval * (count / (count + 1.0) - 0.5);
            return Ok(Mean::of(&parts.mean().minus("interval × (n / (n + 1) − 1 / 2) of n watchers", age)));
        }
        if agree > 1 && !constant {
            return why("whose vote comes when depends on chance in too many ways");
        }
        if agree > 1 {
            return Ok(Mean::of(&parts.mean().plus("delay of a vote", law.mean())));
        }
        if constant || parts.sign == 0.0 {
            return Ok(Mean::of(&parts.mean()));
        }
        let sooner = law.mean() - mean_of_least(law, watchers);
        Ok(Mean::of(&parts.mean().minus(&format!("what the least of {watchers} delays is less"), sooner)))
    }

    /// A report goes up, at once or with the next one that is due; what is lost is repeated by the next.
    fn reported(scenario: &Scenario, parts: &Parts<'_>, every: Span, waits: bool) -> Step {
        let every = every.seconds();
        let law = parts.law;
        let loss = scenario.network.usual.mean_loss();
        let mean = Mean::despite(scenario, parts, |sum| {
            let again = loss / (1.0 - loss);
            let sum = match waits {
                true => sum
                    .plus("report interval / 2", every / 2.0)
                    .plus("report interval × loss / (1 − loss)", every * again),
                false => sum.plus(
                    "loss × report interval × (1 / 2 + loss / (1 − loss))",
                    loss * every * (0.5 + again),
                ),
            };
            sum.plus("delay of the report", law.mean())
        });
        // Where both may be wrong already at the crash, the report that said so is an old one.
        let mean = mean.and_then(|mean| match failing(scenario).map(|failing| parts.dead_already(failing)) {
            Ok(early) if early > 1e-6 => Err("a node may be reported dead before it crashes".to_owned()),
            _ => Ok(mean),
        });
        let wait = if waits { every } else { 0.0 };
        let most = if loss > 0.0 { f64::INFINITY } else { wait + law.quantile(1.0) };
        Step { least: law.quantile(0.0), most, no_bounds: None, mean }
    }
}

/// The mean of the least of so many delays.
fn mean_of_least(law: &impl Latency, count: u32) -> f64 {
    const SHARES: u32 = 20_000;
    let level = |number: u32| (f64::from(number) + 0.5) / f64::from(SHARES);
    // The least of n is at a level u with (1 − u)ⁿ equally likely.
    let least = |number: u32| law.quantile(1.0 - libm::pow(1.0 - level(number), 1.0 / f64::from(count)));
    (0..SHARES).map(least).sum::<f64>() / f64::from(SHARES)
}

/// The probability that a sign of life fails, each on its own, or why there is no such thing.
fn failing(scenario: &Scenario) -> Result<f64, String> {
    let way = &scenario.network.usual;
    if !way.loses() {
        return Ok(0.0);
    }
    if way.transport() != Transport::Datagrams {
        return Err("what is lost is sent again, and comes late".to_owned());
    }
    if way.bursts.is_some() {
        return Err("losses come in bursts, and hardly one alone".to_owned());
    }
    if way.duplicate > 0.0 {
        return Err("of a message that is sent twice one may be lost".to_owned());
    }
    let ways = if scenario.beats().probe_timeout.is_some() { 2.0 } else { 1.0 };
    Ok(1.0 - libm::pow(1.0 - way.loss, ways))
}

/// The three claims, where an observer's own verdict is known and `step` leads from there to that of all.
fn by_parts(scenario: &Scenario, alarms: &Alarms, step: impl Fn(&Parts<'_>) -> Step) -> Vec<Claim> {
    let parts = match Parts::of(scenario) {
        Ok(parts) => parts,
        Err(why) => return unknown(&why),
    };
    let step = step(&parts);
    if let Some(why) = &step.no_bounds {
        return unknown(why);
    }
    let latest = parts.latest().plus("report", step.most);
    let soon = return_obstacle(scenario, parts.nearly_latest());
    let earliest = parts.earliest().plus("report", step.least);
    let early = match failing(scenario) {
        Ok(0.0) if soon.is_none() => earliest.value() < 0.0 || errs_by_delays(scenario, alarms),
        _ => true,
    };
    let earliest = if early {
        let words = "0, as a node may be held dead already when it crashes";
        claim(0).by(words, "", Value::AtLeast(0.0))
    } else {
        claim(0).by(earliest.words(), earliest.numbers(), Value::AtLeast(earliest.value()))
    };
    let mean = match (soon, step.mean) {
        (Some(why), _) | (None, Err(why)) => claim(1).unknown(why),
        (None, Ok(mean)) => claim(1).by(mean.words, mean.numbers, Value::Is(mean.value)),
    };
    let latest = match latest.value().is_finite() {
        true => claim(2).by(latest.words(), latest.numbers(), Value::AtMost(latest.value())),
        false if scenario.network.usual.latency.quantile(1.0).is_finite() => {
            claim(2).unknown("a report may be lost again and again")
        }
        false => claim(2).unknown("the delays have no greatest"),
    };
    settled(scenario, vec![earliest, mean, latest])
}

/// Whether beats that are only late may make mistakes that outlast them: votes take their time, and so does the way
/// back.
fn errs_by_delays(scenario: &Scenario, alarms: &Alarms) -> bool {
    let law = &scenario.network.usual.latency;
    let slow = scenario.verdict.rules.is_some_and(|rules| rules.returns_slowly());
    let alone = scenario.topology.member().is_watched_by_one() && !slow;
    !alone
        && law.quantile(0.0) < law.quantile(1.0)
        && !alarms.as_ref().is_ok_and(|alarms| alarms.per_beat == 0.0)
}

/// The same, but what is only true once detectors have learnt is held against nothing where they never learn the same.
fn settled(scenario: &Scenario, claims: Vec<Claim>) -> Vec<Claim> {
    if !learns_from_chance(scenario) {
        return claims;
    }
    let why = "what the detector has learnt is not the same for all nodes and moments";
    claims.into_iter().map(|claim| claim.not_judged(why)).collect()
}

/// Where all probe one another: whoever is first to ask gets no answer, and then suspects for a while.
fn probed(scenario: &Scenario, first: FirstProbe, (least, most): (Span, Span)) -> Vec<Claim> {
    let rhythm = scenario.topology.member().rhythm();
    let interval = rhythm.interval.seconds();
    let latency = &scenario.network.usual.latency;
    if let Some(why) = probing_obstacle(scenario) {
        return unknown(&why);
    }
    let periods = first.mean();
    let sum = Sum::of("first probe", periods * interval).minus("delay", latency.mean());
    let sum = sum.plus("interval", interval).plus("suspicion", least.seconds());
    let strikes: f64 = scenario
        .faults
        .iter()
        .map(|fault| fault.member().expected_changes(&scenario.cluster(), scenario.duration) / 2.0)
        .sum();
    // Where several are dead fewer ask, and where few share a suspicion it lasts longer.
    let value =
        if least == most && strikes <= 1.0 { Value::Is(sum.value()) } else { Value::AtLeast(sum.value()) };
    let numbers = format!("{}; after {} probes of all", sum.numbers(), short(periods));
    let mean = claim(1).by(sum.words(), numbers, value);
    let delay = latency.quantile(1.0);
    let sum = Sum::of("interval", interval).plus("suspicion", least.seconds()).minus("delay", delay);
    let earliest = match delay.is_finite() {
        true => claim(0).by(sum.words(), sum.numbers(), Value::AtLeast(sum.value())),
        false => claim(0).unknown("the delays have no greatest"),
    };
    let latest = claim(2).unknown("it is a matter of chance when it is first asked, and who agrees");
    let mean = match return_obstacle(scenario, most.seconds()) {
        Some(why) => mean.unknown(why),
        None => mean,
    };
    vec![earliest, mean, latest]
}

/// What stands in the way where all probe one another.
fn probing_obstacle(scenario: &Scenario) -> Option<String> {
    let said = |text: &str| Some(text.to_owned());
    let way = &scenario.network.usual;
    if scenario.network.loses() {
        return said("where messages are lost, a node may be suspected before it crashes");
    }
    if !scenario.network.links.is_empty() || way.transport() != Transport::Datagrams {
        return said("links differ, or messages wait for one another");
    }
    if !scenario.topology.member().rhythm().is_plain() {
        return said("members do not probe at a fixed interval, each at moments of its own");
    }
    let other = scenario.faults.iter().find(|fault| !fault.only_ends_lives() || fault.member().refuses());
    other.map(|fault| format!("a fault of kind {} may change what is heard", fault.kind()))
}

/// Where followers bear the silence of their leader, the least patient of them knows first of its crash.
fn followed(scenario: &Scenario, (least, most): (Span, Span), followers: u32) -> Vec<Claim> {
    let outages = || scenario.faults.iter().map(|fault| fault.member().outage());
    if scenario.faults.is_empty() || !outages().all(|outage| outage.of_leader) {
        return unknown(
            "a leader knows of its followers by their answers to its beats, and may crash itself",
        );
    }
    if scenario.network.loses() || !scenario.network.links.is_empty() {
        return unknown("where beats are lost, a leader may be deposed before it crashes");
    }
    if !scenario.topology.member().rhythm().is_plain() {
        return unknown("the leader does not beat at a fixed interval");
    }
    let latency = &scenario.network.usual.latency;
    let (delays, interval) =
        ([latency.quantile(0.0), latency.quantile(1.0)], scenario.beats().interval.seconds());
    let first = |claim: Claim| Claim { what: format!("by a follower, {}", claim.what), ..claim };
    let sum = Sum::of("least patience", least.seconds()).plus("delay", delays[0]).minus("interval", interval);
    let earliest = first(claim(0)).by(sum.words(), sum.numbers(), Value::AtLeast(sum.value().max(0.0)));
    let count = f64::from(followers) + 1.0;
    let sum = Sum::of("least patience", least.seconds())
        .plus("range of patience / (followers + 1)", (most.seconds() - least.seconds()) / count)
        .plus("delay", latency.mean())
        .minus("interval / 2", interval / 2.0);
    let mean = first(claim(1)).seen(Seen::Measure("detection_first_s_mean"));
    let mean = if delays[0] < delays[1] {
        mean.unknown("each follower hears the last beat at another moment")
    } else {
        let numbers = format!("{} for {followers} followers", sum.numbers());
        mean.by(sum.words(), numbers, Value::Is(sum.value()))
    };
    let earliest = earliest.seen(Seen::Nowhere);
    let rest = Claim::of(Topic::Detection, "until another leads", Unit::Seconds);
    let rest = rest.unknown("votes may be split, again and again");
    vec![earliest, mean, rest]
}
