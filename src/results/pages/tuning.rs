//! The page of a search: what was chosen, and what every other choice costs.

use std::io;

use super::pareto;
use super::pieces::{both_ends, drawn, logarithmic, numbers, section, table, times, version};
use crate::figures::{seconds, short};
use crate::page::chart::{Chart, Drawing, Point};
use crate::page::{Page, Section};
use crate::results::front::{page_words, write_settings};
use crate::statistics::Interval;
use crate::tuning::{Found, Goals, MistakesGoal};

/// What a page tells of a search besides its settings; all of it is in the folder of its results.
pub struct SearchWords {
    /// What was searched for a setting, as it was named.
    pub scenario: String,
    /// What was searched, in words.
    pub searched: Vec<String>,
    /// What was found, in words.
    pub verdict: String,
    /// The command that does it again.
    pub command: String,
    /// A hash over all results.
    pub digest: String,
}

/// A setting, as `settings.csv` holds it.
struct Setting {
    labels: Vec<String>,
    messages: f64,
    detection: Finding,
    mistakes: Finding,
    calculated: Option<f64>,
    goals: [String; 2],
    on_front: bool,
    is_knee: bool,
    is_chosen: bool,
}

/// What was found out about a goal.
struct Finding {
    value: f64,
    interval: Option<Interval>,
}

/// The page of a search that has just ended: by way of the table that its folder would hold, so that both are the same.
pub fn search_page(found: &Found, goals: &Goals, words: SearchWords) -> io::Result<Page> {
    let mut settings = Vec::new();
    write_settings(found, goals, &mut settings)?;
    Ok(page_of_settings(&settings[..], goals, words)?)
}

/// What a search found, in words, as its folder holds it.
pub fn search_verdict(found: &Found, goals: &Goals, command: &str) -> String {
    page_words(found, goals, command)
}

/// The page of the settings in the table `settings.csv`.
pub fn page_of_settings(settings: impl io::Read, goals: &Goals, words: SearchWords) -> csv::Result<Page> {
    let (keys, settings) = read(settings)?;
    let mut said = words.verdict.lines().filter(|line| !line.trim().is_empty()).peekable();
    let mut headline = said.next().unwrap_or_default().to_owned();
    // What is further in belongs to it: how each goal stands.
    while let Some(line) = said.next_if(|line| line.starts_with(' ')) {
        headline.push_str("; ");
        headline.push_str(line.trim());
    }
    headline.push('.');
    let rest: Vec<String> = said.map(|line| line.trim().to_owned()).collect();
    let goal_of = |goal: Option<String>| goal.unwrap_or_else(|| "none".to_owned());
    let facts = vec![
        ("Detection".to_owned(), goal_of(goals.detection.as_ref().map(ToString::to_string))),
        ("Mistakes".to_owned(), goal_of(goals.mistakes.map(|goal| goal.to_string()))),
        ("Searched".to_owned(), words.searched.join(", ")),
        ("Settings simulated".to_owned(), short(settings.len() as f64)),
    ];
    let mut sections = vec![section("What was found", rest)];
    sections.extend(front(&keys, &settings, goals));
    sections.push(table_of(&keys, &settings, goals));
    Ok(Page {
        title: format!("Which setting of {}?", words.scenario),
        subtitle: "The settings that meet the goals at least traffic.".to_owned(),
        headline,
        facts,
        sections,
        foot: vec![words.command, format!("digest {}", words.digest), version()],
    })
}

/// The searched keys, and all settings.
fn read(table: impl io::Read) -> csv::Result<(Vec<String>, Vec<Setting>)> {
    let mut table = csv::Reader::from_reader(table);
    let headings: Vec<String> = table.headers()?.iter().map(str::to_owned).collect();
    let keys = headings.iter().take_while(|heading| *heading != "replications").count();
    let mut settings = Vec::new();
    for row in table.records() {
        let row = row?;
        let cell = |place: usize| row.get(keys + place).unwrap_or_default();
        let figure = |place: usize| cell(place).parse::<f64>().ok();
        let finding = |place: usize| Finding {
            // Nothing stands for a crash that nobody ever knew of.
            value: figure(place).unwrap_or(f64::NAN),
            interval: figure(place + 1)
                .map(|low| Interval { low, high: figure(place + 2).unwrap_or(f64::INFINITY) }),
        };
        let is = |place: usize| cell(place) == "true";
        settings.push(Setting {
            labels: row.iter().take(keys).map(str::to_owned).collect(),
            messages: figure(4).unwrap_or(f64::NAN),
            detection: finding(5),
            mistakes: finding(8),
            calculated: figure(11),
            goals: [cell(12).to_owned(), cell(13).to_owned()],
            on_front: is(14),
            is_knee: is(15),
            is_chosen: is(16),
        });
    }
    Ok((headings[..keys].to_vec(), settings))
}

/// More points than this are a cloud.
const MOST_POINTS: usize = 1000;

/// What each setting costs in messages, and how soon and how rightly it knows.
fn front(keys: &[String], settings: &[Setting], goals: &Goals) -> Option<Section> {
    let statistic = goals.detection.as_ref().map_or("p99".to_owned(), |goal| goal.statistic());
    let mut charts = Vec::new();
    let limit = goals.detection.as_ref().map(|goal| goal.limit.seconds());
    let detection = |one: &Setting| (one.detection.value, both_ends(one.detection.interval), false);
    charts.extend(chart(
        (keys, settings),
        &format!("Detection {statistic} against messages"),
        times(format!("detection {statistic}")),
        (&detection, limit.map(|limit| (limit, seconds(limit)))),
    ));
    let goal = goals.mistakes.unwrap_or(MistakesGoal::USUAL);
    let what = format!("mistakes a {}", goal.unit());
    let mistakes = |one: &Setting| match (one.calculated, one.mistakes.interval) {
        (Some(rate), _) => (rate, None, false),
        (None, Some(ends)) if one.mistakes.value == 0.0 => (ends.high, None, true),
        (None, ends) => (one.mistakes.value, both_ends(ends), false),
    };
    let limit = goals.mistakes.map(|goal| (goal.limit, goal.shown(goal.limit)));
    charts.extend(chart(
        (keys, settings),
        &format!("M{} against messages", &what[1..]),
        logarithmic(numbers(what)),
        (&mistakes, limit),
    ));
    let text = "Each point is a setting: the further left, the fewer messages; the further down, the better. The line \
                joins those that no other beats in the two that are drawn; the table says which none beats in all \
                three. Mistakes are as theory says where that is known; where none was seen, the point stands at what \
                there surely are fewer of, at 95 %.";
    let is_some = !charts.is_empty();
    is_some.then(|| Section { charts, ..section("What a goal costs", vec![text.to_owned()]) })
}

/// What is drawn of a setting: a value, its interval, and whether it is only an upper bound.
type Drawn<'a> = &'a dyn Fn(&Setting) -> (f64, Option<[f64; 2]>, bool);

fn chart(
    (keys, settings): (&[String], &[Setting]),
    title: &str,
    y: crate::page::chart::Axis,
    (of, limit): (Drawn<'_>, Option<(f64, String)>),
) -> Option<Chart> {
    let is_drawn = |one: &&Setting| {
        let (value, ..) = of(one);
        one.messages > 0.0 && value.is_finite() && (value > 0.0 || !y.logarithmic)
    };
    let mut all: Vec<&Setting> = settings.iter().filter(is_drawn).collect();
    // Those that matter first, if there are too many.
    all.sort_by_key(|one| !(one.is_chosen || one.is_knee || one.on_front));
    all.truncate(MOST_POINTS);
    if all.is_empty() {
        return None;
    }
    let group = |one: &Setting| match one.goals.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [detection, mistakes] if detection == "missed" || mistakes == "missed" => "misses a goal",
        [detection, mistakes] if detection == "open" || mistakes == "open" => "leaves a goal open",
        _ => "meets the goals",
    };
    // Of all that were tried, which no other beats in these two; the table tells the front of all three.
    let on_front = pareto::front(&all.iter().map(|one| [one.messages, of(one).0]).collect::<Vec<_>>());
    let point = |(one, on_front): (&&Setting, &bool)| {
        let (value, y_range, is_bound) = of(one);
        let marks = [(one.is_chosen, "chosen"), (one.is_knee, "knee")];
        let marks: Vec<&str> = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect();
        Point {
            x: drawn(one.messages),
            x_range: None,
            y: drawn(value),
            y_range,
            is_bound,
            group: group(one).to_owned(),
            told: format!(
                "{}: {} messages a second, detection {}, mistakes {}",
                setting(keys, one),
                short(one.messages),
                one.detection(),
                one.mistakes()
            ),
            on_front: *on_front,
            label: marks.join(", "),
        }
    };
    let points: Vec<Point> = all.iter().zip(&on_front).map(point).collect();
    let goal = limit.as_ref().map_or_else(String::new, |(_, limit)| format!(" The goal is below {limit}."));
    let summary = format!("{} settings.{goal}", short(points.len() as f64));
    let title = limit.map_or_else(|| title.to_owned(), |(_, limit)| format!("{title} (goal: below {limit})"));
    let drawing = Drawing::Points { x: logarithmic(numbers("messages a second")), y, points };
    Some(Chart { title, summary, drawing })
}

fn setting(keys: &[String], one: &Setting) -> String {
    let pairs = keys.iter().zip(&one.labels).filter(|(_, label)| !label.is_empty());
    pairs.map(|(key, label)| format!("{key} = {label}")).collect::<Vec<_>>().join(", ")
}

impl Setting {
    fn detection(&self) -> String {
        self.detection.told(seconds)
    }

    fn mistakes(&self) -> String {
        match self.calculated {
            Some(rate) => format!("{} calculated", short(rate)),
            None => self.mistakes.told(short),
        }
    }
}

impl Finding {
    fn told(&self, shown: fn(f64) -> String) -> String {
        if self.value.is_nan() {
            return "-".to_owned();
        }
        super::pieces::told(crate::statistics::Estimate { value: self.value, interval: self.interval }, shown)
    }
}

fn table_of(keys: &[String], settings: &[Setting], goals: &Goals) -> Section {
    let statistic = goals.detection.as_ref().map_or("p99".to_owned(), |goal| goal.statistic());
    let unit = goals.mistakes.unwrap_or(MistakesGoal::USUAL).unit();
    let mut columns: Vec<String> = keys.to_vec();
    columns.extend(["#messages a second".to_owned(), format!("#detection {statistic}"), "goal".to_owned()]);
    columns.extend([format!("#mistakes a {unit}"), "goal".to_owned(), String::new()]);
    let mut all: Vec<&Setting> = settings.iter().collect();
    // The front first, the cheapest on top.
    let key = |one: &&Setting| !(one.is_chosen || one.on_front);
    all.sort_by(|one, other| key(one).cmp(&key(other)).then(one.messages.total_cmp(&other.messages)));
    let row = |one: &&Setting| {
        let marks = [(one.on_front, "front"), (one.is_knee, "knee"), (one.is_chosen, "chosen")];
        let marks: Vec<&str> = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect();
        let [detection, mistakes] = &one.goals;
        let mut cells = one.labels.clone();
        cells.extend([
            short(one.messages),
            one.detection(),
            detection.clone(),
            one.mistakes(),
            mistakes.clone(),
        ]);
        cells.push(marks.join(", "));
        cells
    };
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let text = "The front: settings of which no other is better in messages, detection and mistakes together; the \
                cheapest first, then all others that were simulated.";
    section("All settings", vec![text.to_owned()])
        .with_table(table(&names, all.iter().map(row).collect()), "settings are in settings.csv")
}
