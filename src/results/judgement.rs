//! Whether what was expected came out, judged on the unfavourable end of the interval.

use super::numbers::{seconds, short};
use super::rows::Summary;
use crate::measures::{self, Formula, Measure, Statistic};
use crate::scenario::Expectation;
use crate::statistics::{Estimate, Interval, observations_to_bound};

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
    let estimate = measures::find(&summary.estimates, expectation.measure);
    let (Some(estimate), Some(measure)) = (estimate, measures::named(expectation.measure)) else {
        let seen = "there was nothing to measure: it never happened, or cannot happen here";
        return Judgement { met: false, text: format!("not met: {}; {seen}", goal_text(expectation, short)) };
    };
    let shown = if measure.is_time() { seconds } else { short };
    let goal = Goal { expectation, estimate, measure, shown, one_run: summary.replications == 1 };
    let (met, seen) = goal.judged();
    let word = if met { "met" } else { "not met" };
    Judgement { met, text: format!("{word}: {}; {seen}", goal_text(expectation, shown)) }
}

/// What was expected, and what came out.
struct Goal<'a> {
    expectation: &'a Expectation,
    estimate: Estimate,
    measure: &'a Measure,
    /// How the measure is shown.
    shown: fn(f64) -> String,
    one_run: bool,
}

impl Goal<'_> {
    /// Whether it was met, and by what that was judged.
    fn judged(&self) -> (bool, String) {
        let Goal { expectation: Expectation { below, above, .. }, estimate, measure, shown, .. } = *self;
        let value = shown(estimate.value);
        let meets = |Interval { low, high }| {
            below.is_none_or(|bound| high < bound.number()) && above.is_none_or(|bound| low > bound.number())
        };
        if !measure.formula.is_estimate() {
            let itself = Interval { low: estimate.value, high: estimate.value };
            return (meets(itself), format!("it is {value}"));
        }
        let Some(interval) = estimate.interval else {
            return (false, format!("it is {value}, but {}", self.why_no_interval()));
        };
        if below.is_some() && interval.high == f64::INFINITY {
            return (false, format!("it is {value}, but {}", self.why_no_upper_end()));
        }
        let said = match measure.formula {
            Formula::Rare(_) | Formula::Rate(_) if estimate.value == 0.0 => "none was seen".to_owned(),
            _ => format!("it is {value}"),
        };
        let (low, high) = (shown(interval.low), shown(interval.high));
        let by = match (below, above) {
            (Some(_), Some(_)) => format!("{low} and {high}, the ends"),
            (Some(_), None) => format!("{high}, the upper end"),
            (None, _) => format!("{low}, the lower end"),
        };
        (meets(interval), format!("{said}, judged by {by} of its 95 % interval"))
    }

    /// Why nothing says how far the truth may be from the estimate, and what to do about it.
    fn why_no_interval(&self) -> String {
        match self.measure.formula {
            _ if self.one_run => "one run gives no interval: use more replications".to_owned(),
            Formula::Accuracy(_) if self.estimate.value == 1.0 => {
                "how long a mistake would last was not seen: watch longer, or set a goal for \
                 mistakes_per_pair_day"
                    .to_owned()
            }
            Formula::Sum(_) | Formula::Share(_) if self.estimate.value == 0.0 => {
                "how much it would be when it happens was not seen: watch longer, or set a goal for how often, such \
                 as false_positives_per_node_day"
                    .to_owned()
            }
            _ => "only one run had any of it, which gives no interval: use more replications".to_owned(),
        }
    }

    /// Why nothing bounds the truth from above, and what to do about it.
    fn why_no_upper_end(&self) -> String {
        match self.measure.formula {
            Formula::Recurrence(_) => {
                "there were none, so nothing bounds it from above: watch longer".to_owned()
            }
            Formula::Length(_, Statistic::Quantile(level)) if level < 1.0 => {
                let least = short(observations_to_bound(level) as f64);
                format!(
                    "it takes {least} detected crashes or more to bound it from above: use more replications"
                )
            }
            Formula::Length(..) => {
                "the longest seen does not bound the longest possible: set a goal for a share, such as \
                 detection_s_p99"
                    .to_owned()
            }
            _ => "the longest seen does not bound the longest possible: set a goal for the mean".to_owned(),
        }
    }
}

fn goal_text(expectation: &Expectation, shown: fn(f64) -> String) -> String {
    let mut goal = expectation.measure.to_owned();
    if let Some(bound) = expectation.below {
        goal.push_str(&format!(" below {}", shown(bound.number())));
    }
    if let Some(bound) = expectation.above {
        goal.push_str(&format!(" above {}", shown(bound.number())));
    }
    goal
}

#[cfg(test)]
mod tests;
