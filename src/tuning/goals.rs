//! What is asked for: how soon a crash shall be known, and how rarely anybody may be wrong.

use std::fmt;

use crate::document::{nearest, printable};
use crate::engine::time::Span;
use crate::figures::short;
use crate::measures::{self, Formula, Measure, Statistic};
use crate::scenario::{Bound, Expectation};

/// Both goals; one of them may be missing.
#[derive(Clone, Debug)]
pub struct Goals {
    /// How soon a crash shall be known.
    pub detection: Option<DetectionGoal>,
    /// How rarely anybody may be wrong.
    pub mistakes: Option<MistakesGoal>,
}

/// How a goal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// For sure.
    Met,
    /// It cannot be told yet.
    Open,
    /// For sure not.
    Missed,
}

/// How soon a crash shall be known.
#[derive(Clone, Copy)]
pub struct DetectionGoal {
    /// Whose knowledge counts, in front of the statistic as it was written; empty for whoever acts.
    class: &'static str,
    statistic: &'static str,
    /// What is measured.
    pub measure: &'static Measure,
    /// It must stay below this.
    pub limit: Span,
}

/// How rarely anybody may be wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MistakesGoal {
    /// There must be fewer than so many in each period.
    pub limit: f64,
    /// Of whom.
    pub per: Per,
    period: Period,
}

/// Whose mistakes are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// Those about all members together, while all are up.
    Cluster,
    /// Those about one member, whoever makes them.
    Node,
    /// Those of one observer about one member.
    Pair,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Period {
    Hour,
    Day,
    Week,
    Year,
}

const PERIODS: [(&str, Period); 4] =
    [("hour", Period::Hour), ("day", Period::Day), ("week", Period::Week), ("year", Period::Year)];
const CLASSES: [(&str, &str); 4] =
    [("", ""), ("first", "first_"), ("majority", "majority_"), ("all", "all_")];
const STATISTICS: [&str; 6] = ["mean", "p50", "p90", "p99", "p999", "max"];

impl DetectionGoal {
    /// Reads `p99 < 10s`, or `majority mean < 5s`.
    pub fn read(text: &str) -> Result<DetectionGoal, String> {
        let written = "write it like p99 < 10s, or majority mean < 5s";
        let (left, right) = sides(text).ok_or_else(|| format!("there is no `<`; {written}"))?;
        let words: Vec<&str> = left.split_whitespace().collect();
        let (class, statistic) = match words[..] {
            [] => return Err(format!("of what? {written}; it can be {}", STATISTICS.join(", "))),
            [statistic] => ("", statistic),
            [class, statistic] => (class, statistic),
            _ => return Err(format!("`{}` is too many words; {written}", printable(left))),
        };
        let (class, infix) = *CLASSES
            .iter()
            .find(|(word, _)| *word == class)
            .ok_or_else(|| unknown(class, &["first", "majority", "all"], "who knows of a crash"))?;
        let statistic = *STATISTICS
            .iter()
            .find(|word| **word == statistic)
            .ok_or_else(|| unknown(statistic, &STATISTICS, "a statistic"))?;
        let name = format!("detection_{infix}s_{statistic}");
        let measure = measures::named(&name).ok_or_else(|| {
            format!(
                "{class} {statistic} is not measured; p99 and max of {class} are, and p999 of whoever acts"
            )
        })?;
        let limit: Span = right.parse().map_err(|why| format!("{why}; {written}"))?;
        if limit == Span::ZERO {
            return Err(format!("nothing is known in less than no time; {written}"));
        }
        Ok(DetectionGoal { class, statistic, measure, limit })
    }

    /// What share of the crashes is spoken of, if it is a share.
    pub fn level(&self) -> Option<f64> {
        match self.measure.formula {
            Formula::Length(_, Statistic::Quantile(level)) => Some(level),
            _ => None,
        }
    }

    /// What is measured, as it was written: `p99`, `majority mean`.
    pub fn statistic(&self) -> String {
        format!("{} {}", self.class, self.statistic).trim_start().to_owned()
    }

    /// The same goal with another limit, as `--detect` takes it.
    pub fn with_limit(&self, limit: Span) -> String {
        DetectionGoal { limit, ..*self }.to_string()
    }

    /// As a scenario has it.
    pub fn expectation(&self) -> Expectation {
        Expectation { measure: self.measure.name, below: Some(Bound::Duration(self.limit)), above: None }
    }
}

impl MistakesGoal {
    /// Reads `< 1/day`, `< 0.01/node-day` or `< 1e-3/pair-week`.
    pub fn read(text: &str) -> Result<MistakesGoal, String> {
        let written =
            "write it like \"< 1/day\" for all of the cluster, \"< 0.01/node-day\" or \"< 1e-3/pair-week\"";
        let (left, right) = sides(text).unwrap_or(("", text));
        if !left.trim().is_empty() {
            return Err(format!("`{}` is not needed; {written}", printable(left.trim())));
        }
        let (number, unit) = right.split_once('/').ok_or_else(|| format!("in what time? {written}"))?;
        let limit = number.trim().parse::<f64>().ok().filter(|limit| limit.is_finite());
        let limit =
            limit.ok_or_else(|| format!("`{}` is not a number; {written}", printable(number.trim())))?;
        if limit <= 0.0 {
            return Err(format!(
                "a number of runs shows that mistakes are rare, never that there are none; {written}"
            ));
        }
        let unit = unit.trim();
        let (per, period) = match unit.split_once('-') {
            None => (Per::Cluster, unit),
            Some(("node", period)) => (Per::Node, period),
            Some(("pair", period)) => (Per::Pair, period),
            Some((whose, _)) => return Err(unknown(whose, &["node", "pair"], "whose mistakes these are")),
        };
        let names = PERIODS.map(|(name, _)| name);
        let found = PERIODS.iter().find(|(name, _)| *name == period);
        let (_, period) = found.ok_or_else(|| unknown(period, &names, "a period"))?;
        Ok(MistakesGoal { limit, per, period: *period })
    }

    /// What is watched where no goal was set.
    pub const USUAL: MistakesGoal =
        MistakesGoal { limit: f64::INFINITY, per: Per::Node, period: Period::Day };

    /// What is measured.
    pub fn measure(&self) -> &'static str {
        match self.per {
            Per::Cluster | Per::Node => "false_positives_per_node_day",
            Per::Pair => "mistakes_per_pair_day",
        }
    }

    /// How much the goal's unit is of that of the measure, in a cluster of so many members.
    pub fn factor(&self, members: u32) -> f64 {
        let members = if self.per == Per::Cluster { f64::from(members) } else { 1.0 };
        members * self.period.days()
    }

    /// A number of mistakes with its unit: `12/day`.
    pub fn shown(&self, number: f64) -> String {
        format!("{}/{}", short(number), self.unit())
    }

    /// `day`, `node-day`, `pair-year`.
    pub fn unit(&self) -> String {
        let period = PERIODS.iter().find(|(_, period)| *period == self.period).map_or("", |(name, _)| name);
        let whose = match self.per {
            Per::Cluster => "",
            Per::Node => "node-",
            Per::Pair => "pair-",
        };
        format!("{whose}{period}")
    }

    /// The same goal with another limit, as `--mistakes` takes it.
    pub fn with_limit(&self, limit: f64) -> String {
        format!("< {limit}/{}", self.unit())
    }

    /// As a scenario of so many members has it.
    pub fn expectation(&self, members: u32) -> Expectation {
        let below = Some(Bound::Number(self.limit / self.factor(members)));
        Expectation { measure: self.measure(), below, above: None }
    }
}

impl Period {
    fn days(self) -> f64 {
        match self {
            Period::Hour => 1.0 / 24.0,
            Period::Day => 1.0,
            Period::Week => 7.0,
            Period::Year => 365.0,
        }
    }
}

impl fmt::Display for DetectionGoal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} < {}", self.statistic(), self.limit)
    }
}

impl fmt::Debug for DetectionGoal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for MistakesGoal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_limit(self.limit))
    }
}

/// What stands on either side of `<`.
fn sides(text: &str) -> Option<(&str, &str)> {
    let (left, right) = text.split_once('<')?;
    Some((left, right.trim().trim_start_matches('=')))
}

fn unknown(word: &str, known: &[&str], what: &str) -> String {
    let remedy = match nearest(word, known.iter().copied()) {
        Some(meant) => format!("did you mean {meant}?"),
        None => format!("it can be {}", known.join(", ")),
    };
    format!("`{}` is not {what}; {remedy}", printable(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_read_and_told() {
        for (text, measure, told) in [
            ("p99 < 10s", "detection_s_p99", "p99 < 10s"),
            ("mean<500ms", "detection_s_mean", "mean < 500ms"),
            ("majority p90 < 5s", "detection_majority_s_p90", "majority p90 < 5s"),
            (" all   max <  1m ", "detection_all_s_max", "all max < 1m"),
            ("first p50 < 2s", "detection_first_s_p50", "first p50 < 2s"),
            ("p999 < 3s", "detection_s_p999", "p999 < 3s"),
        ] {
            let goal = DetectionGoal::read(text).expect(text);
            assert_eq!((goal.measure.name, goal.to_string().as_str()), (measure, told));
            assert_eq!(DetectionGoal::read(told).expect(told).to_string(), told);
        }
        for (text, measure, factor) in [
            ("< 1/day", "false_positives_per_node_day", 200.0),
            ("< 3 / week", "false_positives_per_node_day", 1400.0),
            ("0.01/node-day", "false_positives_per_node_day", 1.0),
            ("< 0.5/node-year", "false_positives_per_node_day", 365.0),
            ("< 1e-3/pair-day", "mistakes_per_pair_day", 1.0),
            ("< 24/pair-hour", "mistakes_per_pair_day", 1.0 / 24.0),
        ] {
            let goal = MistakesGoal::read(text).expect(text);
            assert_eq!(goal.measure(), measure, "{text}");
            assert!((goal.factor(200) - factor).abs() < 1e-12, "{text}");
            assert_eq!(MistakesGoal::read(&goal.to_string()), Ok(goal), "{text}");
        }
    }

    #[test]
    fn what_is_no_goal_is_refused_with_what_to_write() {
        for (text, said) in [
            ("10s", "there is no `<`; write it like p99 < 10s"),
            ("< 10s", "of what? write it like"),
            ("p98 < 10s", "`p98` is not a statistic; did you mean p9"),
            ("leader p99 < 10s", "`leader` is not who knows of a crash"),
            ("first p999 < 10s", "first p999 is not measured"),
            ("the first p99 < 10s", "too many words"),
            ("p99 < 10", "write it like p99 < 10s"),
            ("p99 < 0s", "in less than no time"),
        ] {
            let why = DetectionGoal::read(text).err().unwrap_or_default();
            assert!(why.contains(said), "{text}: {why}");
        }
        for (text, said) in [
            ("< 1", "in what time?"),
            ("fp < 1/day", "`fp` is not needed"),
            ("< x/day", "`x` is not a number"),
            ("< 0/day", "never that there are none"),
            ("< 1/dya", "did you mean day?"),
            ("< 1/month", "it can be hour, day, week, year"),
            ("< 1/edge-day", "`edge` is not whose mistakes these are; it can be node, pair"),
        ] {
            let why = MistakesGoal::read(text).err().unwrap_or_default();
            assert!(why.contains(said), "{text}: {why}");
        }
    }
}
