//! Theory beside the simulation: each claim with its formula and its numbers, and whether the runs agree.

use std::fmt::Write as _;

use super::json::quoted;
use super::numbers::{number, seconds, short};
use super::report::wrapped;
use super::rows::Summary;
use crate::measures::{self, Class, Formula, Measure, RunRecord, Stretch};
use crate::scenario::Scenario;
use crate::statistics::special::student_quantile;
use crate::statistics::{self, Estimate, Interval};
use crate::theory::{Claim, Presence, Seen, Topic, Unit, Value, claims};

/// Theory and, if there were runs, what they say of it.
pub struct Explanation<'a> {
    scenario: &'a Scenario,
    claims: Vec<(Claim, Option<Sighting>)>,
    simulated: bool,
}

/// What runs say of a claim.
struct Sighting {
    value: Option<f64>,
    /// At 95 % confidence.
    interval: Option<Interval>,
    verdict: Verdict,
}

/// Whether runs agree with a claim.
#[derive(Clone, Debug, PartialEq)]
enum Verdict {
    Agrees,
    Disagrees,
    /// Nothing can be said, and why.
    CannotTell(String),
}

/// The width of the page.
const WIDTH: usize = 80;
/// A claim that is right is called wrong with this probability, half of it on each side.
const FALSE_VERDICT: f64 = 1e-4;
/// The same, of the intervals that are printed.
const SHOWN: f64 = 0.05;
/// Fewer events than this are expected: then none of them says nothing.
const EXPECTED: f64 = 3.0;
/// What rounding to whole nanoseconds may add to a length of time, in seconds.
const ROUNDING_S: f64 = 4e-9;
/// What rounding may add to anything, of its size.
const ROUNDING: f64 = 1e-9;

impl<'a> Explanation<'a> {
    /// What theory says of a scenario.
    pub fn of(scenario: &'a Scenario) -> Explanation<'a> {
        let claims = claims(scenario, None).into_iter().map(|claim| (claim, None)).collect();
        Explanation { scenario, claims, simulated: false }
    }

    /// The same, and what its runs say.
    pub fn with_runs(scenario: &'a Scenario, summary: &Summary, records: &[RunRecord]) -> Explanation<'a> {
        let members = f64::from(scenario.subjects());
        let node_s: f64 = records.iter().map(RunRecord::node_s).sum();
        let all_s: f64 = records.iter().map(|run| run.counted_s * members).sum();
        let presence = Presence { up: node_s / all_s, runs: records.len() as u32 };
        let seen = |claim: Claim| {
            let sighting = Sighting::of(&claim, summary, records);
            (claim, Some(sighting))
        };
        let claims = claims(scenario, Some(presence)).into_iter().map(seen).collect();
        Explanation { scenario, claims, simulated: true }
    }

    /// How many claims the runs agree with, and which they contradict.
    pub fn verdicts(&self) -> (usize, Vec<&str>) {
        let with = |wanted: Verdict| {
            let claims = self.claims.iter();
            claims.filter(move |(_, seen)| seen.as_ref().is_some_and(|seen| seen.verdict == wanted))
        };
        (with(Verdict::Agrees).count(), with(Verdict::Disagrees).map(|(claim, _)| &claim.what[..]).collect())
    }

    /// As a page to read, at most 80 columns wide.
    pub fn text(&self) -> String {
        let mut page = String::new();
        let scenario = self.scenario;
        for line in wrapped(&scenario.name, WIDTH) {
            let _ = writeln!(page, "{line}");
        }
        wrapped(&scenario.about, WIDTH - 2).iter().for_each(|line| {
            let _ = writeln!(page, "  {line}");
        });
        page.push('\n');
        let heading = match self.simulated {
            true => ["theory", "simulated", "  95 % interval"],
            false => ["theory", "", ""],
        };
        let _ = writeln!(page, "{}", row("", heading).trim_end());
        for topic in Topic::ALL {
            let claims: Vec<Told> = self.told_of(topic).collect();
            if !claims.is_empty() {
                let _ = writeln!(page, "{}", topic.word());
            }
            claims.iter().for_each(|told| told.put(&mut page));
        }
        page.push('\n');
        for line in wrapped(&self.epilogue(), WIDTH) {
            let _ = writeln!(page, "{line}");
        }
        page
    }

    /// All claims in words and figures, topic by topic.
    pub(super) fn told(&self) -> Vec<Told> {
        Topic::ALL.into_iter().flat_map(|topic| self.told_of(topic)).collect()
    }

    fn told_of(&self, topic: Topic) -> impl Iterator<Item = Told> {
        let claims = self.claims.iter().filter(move |(claim, _)| claim.topic == topic);
        claims.map(|(claim, seen)| Told::of(claim, seen.as_ref()))
    }

    /// What is to be known of all claims together.
    pub(super) fn epilogue(&self) -> String {
        let supposed = "Theory supposes that crashes come at random moments of the interval, and that nothing goes \
                        wrong but what the scenario says.";
        if !self.simulated {
            return format!("{supposed} Add --run to set the simulation beside it.");
        }
        let (agreed, denied) = self.verdicts();
        let unjudged = self.claims.iter().filter(|(_, seen)| {
            let verdict = seen.as_ref().map(|seen| &seen.verdict);
            verdict.is_some_and(|verdict| matches!(verdict, Verdict::CannotTell(why) if !why.is_empty()))
        });
        let unjudged = match unjudged.count() {
            0 => String::new(),
            count => format!(" Of {count} it cannot be told."),
        };
        let verdict = match denied.len() {
            0 => format!("{agreed} claims agree, none disagrees.{unjudged}"),
            count => format!("{agreed} claims agree, {count} disagree: {}.{unjudged}", denied.join("; ")),
        };
        format!(
            "{supposed} {verdict} A mean disagrees if it lies outside an interval of 99.99 % confidence, wider than \
             the one shown; of what can only be more or less than theory says, nothing may be beyond."
        )
    }

    /// As an object.
    pub fn json(&self) -> String {
        let mut out = String::from("{\n");
        let _ = writeln!(out, "  \"scenario\": {},", quoted(&self.scenario.name));
        let _ = writeln!(out, "  \"replications\": {},", self.scenario.replications);
        let _ = writeln!(out, "  \"simulated\": {},", self.simulated);
        out.push_str("  \"claims\": [\n");
        for (place, (claim, seen)) in self.claims.iter().enumerate() {
            let comma = if place + 1 == self.claims.len() { "" } else { "," };
            let cells = cells(claim, seen.as_ref());
            let cells: Vec<String> =
                cells.into_iter().map(|(key, value)| format!("      \"{key}\": {value}")).collect();
            let _ = writeln!(out, "    {{\n{}\n    }}{comma}", cells.join(",\n"));
        }
        out.push_str("  ]\n}\n");
        out
    }
}

impl Sighting {
    fn of(claim: &Claim, summary: &Summary, records: &[RunRecord]) -> Sighting {
        Sighting::by(claim, &claim.seen, summary, records)
    }

    fn by(claim: &Claim, seen: &Seen, summary: &Summary, records: &[RunRecord]) -> Sighting {
        let cannot = |why: &str| Verdict::CannotTell(why.to_owned());
        let nothing = |verdict| Sighting { value: None, interval: None, verdict };
        match seen {
            Seen::Nowhere => nothing(cannot("")),
            Seen::Never(why) => nothing(cannot(why)),
            Seen::Beside(seen, why) => {
                let seen = Sighting::by(claim, seen, summary, records);
                Sighting { verdict: cannot(why), ..seen }
            }
            Seen::Shortest | Seen::Longest | Seen::FirstShortest | Seen::FirstLongest => {
                let class = match seen {
                    Seen::Shortest | Seen::Longest => Class::Acting,
                    _ => Class::First,
                };
                let times = records.iter().flat_map(|run| Stretch::Detection(class).seconds(run));
                let extreme = match seen {
                    Seen::Shortest | Seen::FirstShortest => times.reduce(f64::min),
                    _ => times.reduce(f64::max),
                };
                match extreme {
                    None => nothing(cannot("no crash was detected")),
                    Some(value) => {
                        let verdict = claim
                            .value
                            .number()
                            .map_or(cannot(""), |_| verdict_of(claim, Interval { low: value, high: value }));
                        Sighting { value: Some(value), interval: None, verdict }
                    }
                }
            }
            Seen::Measure(name) => Sighting::of_measure(claim, name, summary, records),
        }
    }

    /// Beside a measure of the summary.
    fn of_measure(claim: &Claim, name: &str, summary: &Summary, records: &[RunRecord]) -> Sighting {
        let cannot = |why: &str| Verdict::CannotTell(why.to_owned());
        let Some(Estimate { value, interval }) = measures::find(&summary.estimates, name) else {
            return Sighting { value: None, interval: None, verdict: cannot("nothing of the kind was seen") };
        };
        let sighting = |verdict| Sighting { value: Some(value), interval, verdict };
        if claim.value.number().is_none() {
            return sighting(cannot(""));
        }
        let missed: u64 = records.iter().map(RunRecord::missed).sum();
        if missed > 0 && name.starts_with("detection") {
            return sighting(cannot("crashes that were over before they were known are not in the mean"));
        }
        let Some(wide) = measures::named(name).and_then(|measure| wide(measure, interval, records)) else {
            return sighting(cannot("there is too little for an interval"));
        };
        if name == "mistake_s_mean" && wide.high - wide.low <= 1e-6 * value {
            return sighting(cannot("all that were seen were equally long, and rarer ones are not"));
        }
        let theory = claim.value.number().unwrap_or_default();
        let verdict = match verdict_of(claim, wide) {
            Verdict::Agrees if says_nothing(name, value, theory, wide, records) => {
                cannot("there was too little to see")
            }
            verdict => verdict,
        };
        sighting(verdict)
    }
}

/// Whether an interval agrees with anything: none was seen of what hardly could be, or it is wider than what it is
/// about.
fn says_nothing(name: &str, value: f64, theory: f64, wide: Interval, records: &[RunRecord]) -> bool {
    let counts = measures::named(name).and_then(|measure| events(measure.formula, records));
    if let Some(counts) = counts {
        let seen: u64 = counts.iter().map(|(count, _)| count).sum();
        let exposure: f64 = counts.iter().map(|(_, exposure)| exposure).sum();
        let is_count = name == "mistakes";
        let expected = match name {
            _ if is_count => theory,
            "mistake_recurrence_s_mean" => exposure / theory,
            _ => exposure * theory,
        };
        return seen == 0 && expected > 0.0 && expected < EXPECTED;
    }
    let is_whole = wide.low == wide.high || value == 0.0;
    !is_whole && (wide.high - wide.low) > 2.0 * theory.abs()
}

/// The interval of [`FALSE_VERDICT`] instead of the usual one.
fn wide(measure: &Measure, interval: Option<Interval>, records: &[RunRecord]) -> Option<Interval> {
    let tail = FALSE_VERDICT / 2.0;
    if let Some(events) = events(measure.formula, records) {
        let total = statistics::total_within(&events, tail)?;
        let exposure: f64 = events.iter().map(|(_, exposure)| exposure).sum();
        return Some(match measure.formula {
            Formula::Rare(_) => total,
            Formula::Recurrence(_) => Interval { low: exposure / total.high, high: exposure / total.low },
            _ => Interval { low: total.low / exposure, high: total.high / exposure },
        });
    }
    let Interval { low, high } = interval?;
    let freedom = records.len() as f64 - 1.0;
    let factor = student_quantile(1.0 - tail, freedom) / student_quantile(1.0 - SHOWN / 2.0, freedom);
    let (middle, half) = (f64::midpoint(low, high), (high - low) / 2.0 * factor);
    Some(Interval { low: middle - half, high: middle + half })
}

/// The rare events of each run and in what they were seen, if that is what a measure is made of.
fn events(formula: Formula, records: &[RunRecord]) -> Option<Vec<(u64, f64)>> {
    match formula {
        Formula::Rare(count) => Some(records.iter().map(|run| (count(run), 1.0)).collect()),
        Formula::Rate(events) | Formula::Recurrence(events) => Some(records.iter().map(events).collect()),
        _ => None,
    }
}

/// Whether a claim lies in an interval, or on the side of it that it speaks of.
fn verdict_of(claim: &Claim, Interval { low, high }: Interval) -> Verdict {
    let rounding = if claim.unit == Unit::Seconds { ROUNDING_S } else { 0.0 };
    let room = |value: f64| claim.slack + rounding + ROUNDING * value.abs();
    let agrees = match claim.value {
        Value::Is(value) => value >= low - room(value) && value <= high + room(value),
        Value::AtLeast(value) => high >= value - room(value),
        Value::AtMost(value) => low <= value + room(value),
        Value::Unknown(_) => true,
    };
    if agrees { Verdict::Agrees } else { Verdict::Disagrees }
}

/// A claim in words and figures.
pub(super) struct Told {
    /// What it is about.
    pub(super) topic: &'static str,
    /// What is claimed.
    pub(super) what: String,
    /// The formula with its numbers, or why there is none.
    pub(super) derivation: String,
    /// What comes out of it.
    pub(super) theory: String,
    /// What the runs say.
    pub(super) simulated: String,
    /// How sure that is.
    pub(super) interval: String,
    /// Whether both agree; nothing where there is nothing to say.
    pub(super) verdict: String,
}

impl Told {
    fn of(claim: &Claim, seen: Option<&Sighting>) -> Told {
        let shown = |value: f64| shown(claim.unit, value);
        let theory = match &claim.value {
            Value::Is(value) => shown(*value),
            Value::AtLeast(value) => format!("≥ {}", shown(*value)),
            Value::AtMost(value) => format!("≤ {}", shown(*value)),
            Value::Unknown(_) => "not known".to_owned(),
        };
        let value = seen.and_then(|seen| seen.value);
        let interval = match seen.and_then(|seen| seen.interval) {
            Some(Interval { high, .. }) if value == Some(0.0) && high > 0.0 => format!("< {}", shown(high)),
            Some(Interval { low, high }) if low == high => "the same in all runs".to_owned(),
            Some(Interval { low, high }) if high.is_infinite() => format!("> {}", shown(low)),
            Some(Interval { low, high }) => format!("{} … {}", shown(low), shown(high)),
            None => String::new(),
        };
        let verdict = match seen.filter(|_| claim.value.number().is_some()).map(|seen| &seen.verdict) {
            None => String::new(),
            Some(Verdict::Agrees) => "agrees".to_owned(),
            Some(Verdict::Disagrees) => "DISAGREES".to_owned(),
            Some(Verdict::CannotTell(why)) if why.is_empty() => String::new(),
            Some(Verdict::CannotTell(why)) => format!("cannot tell: {why}"),
        };
        Told {
            topic: claim.topic.word(),
            what: claim.what.clone(),
            derivation: derivation(claim),
            theory,
            simulated: value.map(shown).unwrap_or_default(),
            interval,
            verdict,
        }
    }

    /// As lines of the page.
    fn put(&self, page: &mut String) {
        let interval = format!("  {}", self.interval);
        let cells = [&self.theory[..], &self.simulated, &interval];
        let _ = writeln!(page, "{}", row(&format!("  {}", self.what), cells).trim_end());
        for line in [wrapped(&self.derivation, WIDTH - 4), wrapped(&self.verdict, WIDTH - 4)].concat() {
            let _ = writeln!(page, "    {line}");
        }
    }
}

/// The formula with its numbers, or why there is none.
fn derivation(claim: &Claim) -> String {
    match &claim.value {
        Value::Unknown(why) => why.clone(),
        _ if claim.numbers.is_empty() => claim.formula.clone(),
        // Where there are several equations, the numbers are those of all of them.
        _ if claim.numbers.contains(" = ") => format!("{}. Here: {}", claim.formula, claim.numbers),
        _ => format!("{} = {}", claim.formula, claim.numbers),
    }
}

/// A line of the table.
fn row(label: &str, [theory, value, interval]: [&str; 3]) -> String {
    const LABEL: usize = 32;
    // A label that is too long for its column borrows from the next.
    let space = (LABEL + 12).saturating_sub(label.chars().count().max(LABEL));
    format!("{label:<LABEL$}{theory:>space$}{value:>12}{interval}")
}

fn shown(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Number => short(value),
        Unit::Seconds => seconds(value),
        Unit::Share => format!("{} %", short(value * 100.0)),
        Unit::Accuracy => format!("{} %", number((value * 1e7).round() / 1e5)),
    }
}

/// The keys and values of a claim.
fn cells(claim: &Claim, seen: Option<&Sighting>) -> Vec<(&'static str, String)> {
    let figure = |value: Option<f64>| match value.map(number) {
        Some(text) if !text.is_empty() => text,
        _ => "null".to_owned(),
    };
    let (relation, reason) = match &claim.value {
        Value::Is(_) => ("is", ""),
        Value::AtLeast(_) => ("at least", ""),
        Value::AtMost(_) => ("at most", ""),
        Value::Unknown(why) => ("not known", why.as_str()),
    };
    let of = match &claim.seen {
        Seen::Beside(seen, _) => seen,
        seen => seen,
    };
    let measure = match of {
        Seen::Measure(name) => quoted(name),
        Seen::Shortest => quoted("the shortest detection"),
        Seen::Longest => quoted("the longest detection"),
        Seen::FirstShortest => quoted("the shortest detection by anybody"),
        Seen::FirstLongest => quoted("the longest detection by anybody"),
        Seen::Nowhere | Seen::Never(_) | Seen::Beside(..) => "null".to_owned(),
    };
    let unit = match claim.unit {
        Unit::Seconds => "seconds",
        Unit::Number => "number",
        Unit::Share | Unit::Accuracy => "share",
    };
    let (verdict, note) = match seen.map(|seen| &seen.verdict) {
        None => ("null".to_owned(), String::new()),
        Some(Verdict::Agrees) => (quoted("agrees"), String::new()),
        Some(Verdict::Disagrees) => (quoted("disagrees"), String::new()),
        Some(Verdict::CannotTell(why)) => (quoted("cannot tell"), why.clone()),
    };
    let interval = seen.and_then(|seen| seen.interval);
    vec![
        ("topic", quoted(claim.topic.word())),
        ("claim", quoted(&claim.what)),
        ("formula", quoted(&claim.formula)),
        ("numbers", quoted(&claim.numbers)),
        ("relation", quoted(relation)),
        ("value", figure(claim.value.number())),
        ("unit", quoted(unit)),
        ("reason", quoted(reason)),
        ("measure", measure),
        ("simulated", figure(seen.and_then(|seen| seen.value))),
        ("low", figure(interval.map(|interval| interval.low))),
        ("high", figure(interval.map(|interval| interval.high))),
        ("verdict", verdict),
        ("note", quoted(&note)),
    ]
}
