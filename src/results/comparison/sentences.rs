//! What sets each scenario apart from the first, in words: one line for each measure that a person asks for first.

use super::{Compared, Unpaired, WIDTH};
use crate::figures::{multiple, seconds, seconds_apart, short};
use crate::measures::{Difference, Doubt};
use crate::results::report::wrapped;
use crate::statistics::{Estimate, Gap, Interval};

/// What sets scenarios apart from the first.
pub(in crate::results) struct Apart {
    /// What they are set beside, and how sure it all is.
    pub(in crate::results) heading: String,
    /// Each of the others, and what is to be said of it.
    pub(in crate::results) others: Vec<(String, Vec<String>)>,
}

impl Apart {
    /// What sets all but the first apart from it; nothing where there is no other.
    pub(in crate::results) fn of(compared: &[Compared]) -> Option<Apart> {
        let (reference, others) = compared.split_first().filter(|(_, others)| !others.is_empty())?;
        let is_one_run = compared.iter().any(|one| one.summary.replications < 2);
        let surely = if is_one_run {
            "one run shows no spread; 95 % intervals of counts alone"
        } else {
            "in brackets 95 % intervals"
        };
        let of = |other: &Compared| {
            let heading = match other.unpaired(reference) {
                None => other.summary.name.clone(),
                Some(why) => format!("{} ({})", other.summary.name, not_paired(why, reference)),
            };
            let beside = Beside { reference, other, differences: other.differences(reference) };
            (heading, beside.sentences())
        };
        let heading = format!("Beside {} ({surely}):", reference.summary.name);
        Some(Apart { heading, others: others.iter().map(of).collect() })
    }
}

/// The sentences about all scenarios but the first, after an empty line and with one at the end.
pub(super) fn sentences(compared: &[Compared]) -> String {
    let mut page = String::from("\n");
    let Some(Apart { heading, others }) = Apart::of(compared) else { return page };
    put(&mut page, "", &heading);
    for (heading, sentences) in others {
        page.push('\n');
        put(&mut page, "", &heading);
        sentences.iter().for_each(|sentence| put(&mut page, "  ", sentence));
    }
    page.push('\n');
    page
}

/// Adds a text, every line of it after the first a little further in.
fn put(page: &mut String, margin: &str, text: &str) {
    for (number, line) in wrapped(text, WIDTH - margin.len() - 2).into_iter().enumerate() {
        page.push_str(margin);
        page.push_str(if number > 0 { "  " } else { "" });
        page.push_str(&line);
        page.push('\n');
    }
}

fn not_paired(why: Unpaired, reference: &Compared) -> String {
    format!("not compared run by run with {}: {why}", reference.summary.name)
}

/// A scenario beside the reference.
struct Beside<'a> {
    reference: &'a Compared,
    other: &'a Compared,
    differences: Vec<Difference>,
}

/// How a kind of thing is spoken of.
struct Words<'a> {
    /// "makes", before the multiple.
    does: &'a str,
    /// "times as many mistakes", after it.
    times: &'a str,
    /// "mistakes", where there is no difference.
    what: &'a str,
    /// The whole sentence where both have exactly as much.
    same: &'a str,
}

impl Beside<'_> {
    fn sentences(&self) -> Vec<String> {
        let mut said = Vec::new();
        said.extend(self.detected());
        said.extend(self.detection());
        said.extend(self.slowest());
        said.extend(self.all_know());
        said.extend(self.mistakes());
        said.extend(self.out_of_service());
        said.extend(self.in_service());
        said.extend(self.messages());
        said
    }

    fn find(&self, name: &str) -> Option<&Difference> {
        self.differences.iter().find(|difference| difference.measure.name == name)
    }

    fn values(&self, name: &str) -> Option<[f64; 2]> {
        self.find(name).and_then(|found| Some([found.reference?, found.value?]))
    }

    /// How many crashes were detected, where that is not the same: a mean over others is another mean.
    fn detected(&self) -> Option<String> {
        let ([first, second], [first_of, second_of]) = (self.values("detected")?, self.values("crashes")?);
        let count = |detected: f64, of: f64| match of {
            0.0 => "has no crash to detect".to_owned(),
            of => format!("detects {} of {} crashes", short(detected), short(of)),
        };
        let differs = first * second_of != second * first_of || (first_of == 0.0) != (second_of == 0.0);
        differs.then(|| {
            let name = &self.reference.summary.name;
            format!("{}, where {name} {}", count(second, second_of), count(first, first_of))
        })
    }

    fn detection(&self) -> Option<String> {
        let found = self.find("detection_s_mean")?;
        self.moment(found, "detects", "detection")
    }

    /// The slowest one in a hundred, where anything is sure about them.
    fn slowest(&self) -> Option<String> {
        let found = self.find("detection_s_p99")?;
        let gap = found.difference?;
        let Interval { low, high } = gap.estimate.interval?;
        if low <= 0.0 && high >= 0.0 {
            return None;
        }
        let word = if gap.estimate.value > 0.0 { "more" } else { "less" };
        let told = Told::time(gap);
        Some(format!("needs {} {word} for 99 of 100 crashes{}", told.value, self.brackets(&told.ends, gap)))
    }

    /// When the last observer knows, where there is more than one.
    fn all_know(&self) -> Option<String> {
        let acting = self.values("detection_s_mean")?;
        let all = self.values("detection_all_s_mean")?;
        let found = self.find("detection_all_s_mean").filter(|_| acting != all)?;
        self.moment(found, "lets all know", "when all know")
    }

    /// A sentence about something that comes sooner or later.
    fn moment(&self, found: &Difference, does: &str, what: &str) -> Option<String> {
        let gap = found.difference?;
        let value = gap.estimate.value;
        let word = if value > 0.0 { "later" } else { "sooner" };
        let told = Told::time(gap);
        match gap.estimate.interval {
            _ if gap.is_certain() && value == 0.0 => Some(format!("{does} just as soon")),
            _ if gap.is_certain() => Some(format!("{does} {} {word} in every run", told.value)),
            Some(Interval { low, high }) if low <= 0.0 && high >= 0.0 => {
                let ([low, high], unit) = seconds_apart([-low, high], (high - low) / 2.0);
                let ends = format!("{low} {unit} sooner … {high} {unit} later");
                Some(self.no_difference(what, &ends, gap))
            }
            Some(_) => Some(format!("{does} {} {word}{}", told.value, self.brackets(&told.ends, gap))),
            None if value == 0.0 => Some(format!("{does} just as soon{}", doubt(found))),
            None => Some(format!("{does} {} {word}{}", told.value, doubt(found))),
        }
    }

    /// Wrong declarations: mistakes where there is one observer at a time, else episodes of them.
    fn mistakes(&self) -> Option<String> {
        let is_one = |one: &Compared| one.parts.named("mistakes") == one.parts.named("false_positives");
        let of_pairs = is_one(self.reference) && is_one(self.other);
        let what = if of_pairs { "mistakes" } else { "false positives" };
        let rate = self.find("false_positives_per_node_day")?;
        let [first, second] = self.values("false_positives")?;
        let name = &self.reference.summary.name;
        let count = |count: f64| match count {
            1.0 => format!("one {}", what.trim_end_matches('s')),
            count => format!("{} {what}", short(count)),
        };
        let ends = rate.ratio.and_then(|gap| gap.estimate.interval);
        match (first == 0.0, second == 0.0, ends) {
            (true, true, _) => Some(format!("makes no {what} either")),
            (true, false, Some(ends)) => Some(format!(
                "makes {} where {name} makes none (at least {} times as many)",
                count(second),
                multiple(ends.low, ends.low)
            )),
            (false, true, Some(ends)) => Some(format!(
                "makes none where {name} makes {} (at most {} times as many)",
                count(first),
                multiple(ends.high, ends.high)
            )),
            _ => self.multiple(
                rate,
                &Words {
                    does: "makes",
                    times: &format!("times as many {what}"),
                    what,
                    same: &format!("makes as many {what}"),
                },
            ),
        }
    }

    fn out_of_service(&self) -> Option<String> {
        let words = Words {
            does: "keeps healthy nodes out of service",
            times: "times as long",
            what: "how long healthy nodes are out of service",
            same: "keeps healthy nodes out of service as long",
        };
        let name = &self.reference.summary.name;
        match self.values("healthy_out_of_service_s")? {
            [0.0, 0.0] => None,
            [0.0, some] => Some(format!("{} for {} in all, {name} never", words.does, seconds(some))),
            [some, 0.0] => {
                Some(format!("never keeps healthy nodes out of service, {name} for {} in all", seconds(some)))
            }
            _ => self.multiple(self.find("healthy_out_of_service_s")?, &words),
        }
    }

    /// How long the dead are in service, where that is more than when they are detected.
    fn in_service(&self) -> Option<String> {
        let ([first, second], [first_of, second_of]) = (self.values("detected")?, self.values("crashes")?);
        if first == first_of && second == second_of {
            return None;
        }
        let words = Words {
            does: "leaves dead nodes in service",
            times: "times as long",
            what: "how long dead nodes are in service",
            same: "leaves dead nodes in service as long",
        };
        self.multiple(self.find("dead_in_service_s")?, &words)
    }

    fn messages(&self) -> Option<String> {
        let words = Words {
            does: "sends",
            times: "times as many messages",
            what: "messages",
            same: "sends as many messages",
        };
        self.multiple(self.find("messages_per_s")?, &words)
    }

    /// A sentence about something of which there is so many times as much.
    fn multiple(&self, found: &Difference, words: &Words<'_>) -> Option<String> {
        let gap = found.ratio?;
        let told = Told::multiple(gap);
        match gap.estimate.interval {
            _ if gap.is_certain() && gap.estimate.value == 1.0 => Some(words.same.to_owned()),
            _ if gap.is_certain() => {
                Some(format!("{} {} {} in every run", words.does, told.value, words.times))
            }
            Some(Interval { low, high }) if low <= 1.0 && high >= 1.0 => {
                Some(self.no_difference(words.what, &format!("{} {}", told.ends, words.times), gap))
            }
            Some(_) => Some(format!(
                "{} {} {}{}",
                words.does,
                told.value,
                words.times,
                self.brackets(&told.ends, gap)
            )),
            None if gap.estimate.value == 1.0 => Some(format!("{}{}", words.same, doubt(found))),
            None => Some(format!("{} {} {}{}", words.does, told.value, words.times, doubt(found))),
        }
    }

    fn no_difference(&self, what: &str, ends: &str, gap: Gap) -> String {
        let runs = self.other.summary.replications;
        let runs = if runs == 1 { "one run".to_owned() } else { format!("{} runs", short(f64::from(runs))) };
        format!("makes no difference to {what} that {runs} could show{}", self.brackets(ends, gap))
    }

    /// The ends of an interval, and what was gained by giving both scenarios the same chances.
    fn brackets(&self, ends: &str, gap: Gap) -> String {
        // Of fewer runs it is not known well enough.
        let is_known = self.other.summary.replications >= 10;
        let narrower = gap.variance_ratio.filter(|_| is_known).map_or(1.0, f64::sqrt);
        let times = |factor: f64| multiple(factor, factor);
        if narrower >= 1.1 {
            format!(" ({ends}; pairing narrows this {} times)", times(narrower))
        } else if narrower <= 1.0 / 1.1 {
            format!(" ({ends}; pairing widens this {} times)", times(1.0 / narrower))
        } else {
            format!(" ({ends})")
        }
    }
}

/// Why there is no interval, unless the heading of all sentences says so already.
fn doubt(found: &Difference) -> String {
    match found.doubt {
        Some(Doubt::OneRun) => String::new(),
        Some(doubt) => format!(" ({})", doubt.words()),
        // The difference has an interval, the ratio has none: without one of the runs there would be nothing.
        None => format!(" ({})", Doubt::OneSource.words()),
    }
}

/// What stands in place of an interval that is narrower than what is shown.
const CERTAIN: &str = "sure to the last digit";

/// A gap as text.
struct Told {
    value: String,
    ends: String,
}

impl Told {
    /// A difference of times, without its sign.
    fn time(gap: Gap) -> Told {
        let Estimate { value, interval } = gap.estimate;
        let Some(Interval { low, high }) = interval.filter(|_| !gap.is_certain()) else {
            return Told { value: seconds(value.abs()), ends: String::new() };
        };
        let (near, far) = if value < 0.0 { (-high, -low) } else { (low, high) };
        let step = f64::max((high - low) / 2.0, value.abs() / 100.0);
        let ([value, near, far], unit) = seconds_apart([value.abs(), near, far], step);
        let ends = format!("{near} … {far} {unit}");
        Told { ends: if near == far { CERTAIN.to_owned() } else { ends }, value: format!("{value} {unit}") }
    }

    fn multiple(gap: Gap) -> Told {
        let Estimate { value, interval } = gap.estimate;
        let Some(Interval { low, high }) = interval.filter(|_| !gap.is_certain()) else {
            return Told { value: short(value), ends: String::new() };
        };
        // Four digits are enough, unless it takes more to tell it from once.
        let step = f64::max((high - low) / 2.0, f64::min(value / 100.0, (value - 1.0).abs() / 2.0));
        let [value, low, high] = [value, low, high].map(|value| multiple(value, step));
        let ends = format!("{low} … {high}");
        Told { ends: if low == high { CERTAIN.to_owned() } else { ends }, value }
    }
}
