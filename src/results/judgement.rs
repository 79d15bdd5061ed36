//! Whether what was expected came out, judged on the unfavourable end of the interval.

use super::numbers::short;
use super::rows::Summary;
use crate::measures;
use crate::scenario::Expectation;
use crate::statistics::Estimate;

/// What became of an expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Whether it was met, at 95 % confidence.
    pub met: bool,
    /// The judgement in words.
    pub text: String,
}

/// Judges an expectation against a summary.
pub fn judge(expectation: &Expectation, summary: &Summary) -> Judgement {
    let goal = goal_text(expectation);
    let Some(estimate) = measures::find(&summary.estimates, expectation.measure) else {
        return Judgement { met: false, text: format!("not met: {goal}; there was nothing to measure") };
    };
    let is_fact = measures::MEASURES
        .iter()
        .any(|measure| measure.name == expectation.measure && !measure.formula.is_estimate());
    let (low, high) = ends(estimate, is_fact);
    let below = expectation.below.is_none_or(|bound| high < bound.number());
    let above = expectation.above.is_none_or(|bound| low > bound.number());
    let met = below && above;
    let seen = if is_fact {
        format!("it is {}", short(estimate.value))
    } else if low == f64::NEG_INFINITY {
        let value = short(estimate.value);
        if summary.replications == 1 {
            format!("it is {value}, but one run gives no interval: use more replications")
        } else {
            format!("it is {value}, but too little went wrong to say how surely: watch longer")
        }
    } else {
        format!("it is {} ({} … {})", short(estimate.value), short(low), short(high))
    };
    let word = if met { "met" } else { "not met" };
    Judgement { met, text: format!("{word}: {goal}; {seen}") }
}

/// The two ends between which the truth lies; a measure without an interval could be anything.
fn ends(estimate: Estimate, is_fact: bool) -> (f64, f64) {
    match estimate.interval {
        Some(interval) => (interval.low, interval.high),
        None if is_fact => (estimate.value, estimate.value),
        None => (f64::NEG_INFINITY, f64::INFINITY),
    }
}

fn goal_text(expectation: &Expectation) -> String {
    let mut goal = expectation.measure.to_owned();
    if let Some(bound) = expectation.below {
        goal.push_str(&format!(" below {}", short(bound.number())));
    }
    if let Some(bound) = expectation.above {
        goal.push_str(&format!(" above {}", short(bound.number())));
    }
    goal
}
