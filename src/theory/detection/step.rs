//! What comes between the verdict of one observer and what is known in the name of all.

use super::several::Several;
use crate::engine::model::Latency;
use crate::engine::network::Transport;
use crate::engine::time::Span;
use crate::engine::watch::Check;
use crate::scenario::Scenario;
use crate::theory::closed_form::{Parts, watchers_crash};
use crate::theory::sum::Sum;

/// What comes between the verdict of one observer and what is known in the name of all, in seconds.
pub(super) struct Step {
    /// At least, and at most.
    pub(super) least: f64,
    pub(super) most: f64,
    /// Why these are not known, if they are not.
    pub(super) no_bounds: Option<String>,
    /// The mean of the whole with its terms, or why it is not known.
    pub(super) mean: Result<Mean, String>,
}

/// A mean with its formula.
pub(super) struct Mean {
    pub(super) words: String,
    pub(super) numbers: String,
    pub(super) value: f64,
}

impl Mean {
    fn of(sum: &Sum) -> Mean {
        Mean { words: sum.words().to_owned(), numbers: sum.numbers().to_owned(), value: sum.value() }
    }

    /// The mean of what `parts` say, where each beat fails with this probability.
    fn despite(scenario: &Scenario, parts: &Parts<'_>, further: impl Fn(Sum) -> Sum) -> Result<Mean, String> {
        const RARE: f64 = 1e-6;
        let failing = failing(scenario)?;
        if !parts.gap.is_fixed() && (failing > 0.0 || parts.earliest().value() < 0.0) {
            return Err(
                "a node may be held dead already, between beats that come now soon, now late".to_owned()
            );
        }
        let early = parts.dead_already(failing);
        let returns_slowly = scenario.verdict.rules.is_some_and(|rules| rules.returns_slowly());
        if early > RARE && returns_slowly {
            return Err("a node may be held dead already, and is not trusted again at once".to_owned());
        }
        if failing > 0.0 && !scenario.detector.suspicion.member().forgives_at_once() {
            return Err("what was lost long before the crash may still count".to_owned());
        }
        let lost = parts.gap.mean * failing / (1.0 - failing);
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
    pub(super) fn watched(
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
        if scenario.network.loses() {
            return why("each of those who watch loses other beats");
        }
        if parts.earliest().value() < 0.0 || parts.least < parts.most {
            return why("what the first of several notices depends on chance in too many ways");
        }
        let looks = matches!(scenario.detector.check, Check::Every { phase: None, .. });
        if in_own_time || looks {
            let several = Several {
                count: watchers,
                agree,
                ages: if in_own_time { parts.gap.mean } else { 0.0 },
                waits: if looks { parts.look } else { 0.0 },
                vote: law.mean(),
            };
            return Step::mean_in_own_time(parts, several, constant || (parts.sign == 0.0 && agree == 1));
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

    /// The mean where each asks or looks at moments of its own, and delays are as good as `constant` or not.
    fn mean_in_own_time(parts: &Parts<'_>, several: Several, constant: bool) -> Result<Mean, String> {
        let Several { count, agree, ages, waits, .. } = several;
        let asks = ages > 0.0;
        if !constant || (asks && !parts.gap.is_interval()) || (agree > 1 && waits == 0.0 && parts.look > 0.0)
        {
            let does = if asks { "asks" } else { "scans" };
            return Err(format!("each of those who watch {does} at moments of its own"));
        }
        if agree == 1 && waits == 0.0 {
            // The newest of several questions is one of the largest of so many ages.
            let count = f64::from(count);
            let age = parts.gap.mean * (count / (count + 1.0) - 0.5);
            let words = format!("{} × (n / (n + 1) − 1 / 2) of n watchers", parts.gap.greatest());
            return Ok(Mean::of(&parts.mean().minus(&words, age)));
        }
        let later = several.mean() - several.mean_of_one();
        let whose = match agree {
            1 => format!("the first of {count} is"),
            _ => format!("{agree} of {count} and their votes are"),
        };
        Ok(Mean::of(&match later < 0.0 {
            true => parts.mean().minus(&format!("what {whose} sooner"), -later),
            false => parts.mean().plus(&format!("what {whose} later"), later),
        }))
    }

    /// A report goes up, at once or with the next one that is due; what is lost is repeated by the next.
    pub(super) fn reported(scenario: &Scenario, parts: &Parts<'_>, every: Span, waits: bool) -> Step {
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
pub(super) fn failing(scenario: &Scenario) -> Result<f64, String> {
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
