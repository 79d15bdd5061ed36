//! The page of several scenarios side by side, and of scenarios under the same conditions.

mod apart;
mod beside;
mod cases;

use super::pieces::{is_bound, section, table, told, version};
use crate::figures::{seconds, short};
use crate::page::{Page, Section};
use crate::results::comparison::EXPLAINED;
use crate::results::{Cases, Compared};

/// What is told of a comparison besides what came out.
pub struct ComparisonWords {
    /// The command that does it again.
    pub command: String,
    /// Under which conditions, and what they are about; nothing where each scenario has its own.
    pub conditions: Option<[String; 2]>,
}

/// What errors are.
const ERRORS: &str = "errors a node-day";

/// The page of scenarios beside the first of them.
pub fn compared_page(compared: &[Compared], words: ComparisonWords) -> Page {
    let all: Vec<&Compared> = compared.iter().collect();
    let mut sections = vec![beside::beside(&all, "")];
    sections.extend(beside::scatter(&all, ""));
    sections.extend(apart::apart(compared));
    sections.push(table_of(&all));
    let names: Vec<&str> = compared.iter().map(|one| one.summary.name.as_str()).collect();
    let title = match names[..] {
        [one, other] => format!("{one} and {other}"),
        _ => format!("{} scenarios side by side", short(names.len() as f64)),
    };
    let subtitle = if names.len() <= MOST_NAMED { names.join(", ") } else { String::new() };
    let mut facts = vec![
        ("Scenarios".to_owned(), short(compared.len() as f64)),
        ("Crashes".to_owned(), Compared::sameness(compared)),
    ];
    facts.extend(runs(&all));
    let digests = compared.iter().map(|one| format!("{}: digest {}", one.summary.name, one.summary.digest));
    let foot = std::iter::once(words.command).chain(digests).chain([version()]).collect();
    Page { title, subtitle, headline: headline(&all), facts, sections, foot }
}

/// The page of scenarios under the same conditions, case by case.
pub fn cases_page(cases: &Cases<'_>, words: ComparisonWords) -> Page {
    let [name, about] = words.conditions.unwrap_or_default();
    let of_case = |number: usize| -> Vec<&Compared> {
        cases.tested.iter().filter_map(|tested| tested.cases.get(number)).collect()
    };
    let usual = of_case(0);
    let first = cases.names.first().copied().unwrap_or_default();
    let mut sections = vec![beside::beside(&usual, first), cases::errors(cases)];
    for (number, case) in cases.names.iter().enumerate() {
        sections.extend(beside::scatter(&of_case(number), case));
    }
    sections.push(cases::table_of(cases));
    let mut facts = vec![
        ("Conditions".to_owned(), name),
        ("Scenarios".to_owned(), short(cases.tested.len() as f64)),
        ("Cases".to_owned(), cases.names.join(", ")),
        ("Crashes".to_owned(), cases.crashes()),
    ];
    facts.extend(runs(&cases.all().collect::<Vec<_>>()));
    let title = format!("{} scenarios under the same conditions", short(cases.tested.len() as f64));
    let mut digest = crate::engine::digest::Digest::default();
    cases.all().for_each(|one| digest.add_digest(one.summary.digest));
    let foot = vec![words.command, format!("digest {digest}"), version()];
    Page { title, subtitle: about, headline: headline(&usual), facts, sections, foot }
}

/// More names than this are no subtitle.
const MOST_NAMED: usize = 12;

fn runs(compared: &[&Compared]) -> Option<(String, String)> {
    let counts = || compared.iter().map(|one| one.summary.replications);
    let (least, most) = (counts().min()?, counts().max()?);
    let of_each = match least == most {
        true => short(f64::from(least)),
        false => format!("{} to {}", short(f64::from(least)), short(f64::from(most))),
    };
    let trusted = if least < 10 { "; intervals of fewer than 10 cannot be trusted" } else { "" };
    Some(("Runs of each".to_owned(), format!("{of_each}{trusted}")))
}

/// Who is fastest, who errs least, who says least.
fn headline(compared: &[&Compared]) -> String {
    let mut said = Vec::new();
    let least = |name: &str| {
        let of = |one: &&Compared| Some((one.summary.name.clone(), one.estimate(name)?));
        let known = compared.iter().filter_map(of);
        known.min_by(|(_, one), (_, other)| one.value.total_cmp(&other.value))
    };
    if let Some((name, estimate)) = least("detection_s_mean") {
        said.push(format!("{name} knows of a crash soonest, after {} on average.", seconds(estimate.value)));
    }
    let errors: Vec<_> = compared
        .iter()
        .filter_map(|one| Some((&one.summary.name, one.estimate("false_positives_per_node_day")?)))
        .collect();
    let none = errors.iter().filter(|(_, estimate)| is_bound(*estimate)).count();
    said.extend(match (none, least("false_positives_per_node_day")) {
        (_, None) => None,
        (0, Some((name, estimate))) => {
            Some(format!("{name} makes the fewest errors: {} per node and day.", short(estimate.value)))
        }
        (count, _) if count == errors.len() => Some("No errors were seen in any.".to_owned()),
        (count, _) => {
            Some(format!("No errors were seen in {} of {}.", short(count as f64), short(errors.len() as f64)))
        }
    });
    if let Some((name, estimate)) = least("messages_per_s") {
        let rate = short(estimate.value);
        let same =
            |one: &&Compared| one.estimate("messages_per_s").is_some_and(|other| short(other.value) == rate);
        said.push(match compared.iter().all(same) {
            true => format!("All send as many messages: {rate} a second."),
            false => format!("{name} sends the fewest messages: {rate} a second."),
        });
    }
    said.join(" ")
}

/// All scenarios in figures.
fn table_of(compared: &[&Compared]) -> Section {
    let columns = [
        "scenario",
        "#crashes known",
        "#first knows after",
        "#known after",
        "#99 of 100 within",
        "#all know after",
        "#errors a node-day",
        "#messages a second",
        "#busiest / mean",
    ];
    let row = |one: &&Compared| {
        let cell = |name: &str, shown: fn(f64) -> String| {
            one.estimate(name).map_or("-".to_owned(), |estimate| told(estimate, shown))
        };
        vec![
            one.summary.name.clone(),
            format!("{}/{}", cell("detected", short), cell("crashes", short)),
            cell("detection_first_s_mean", seconds),
            cell("detection_s_mean", seconds),
            cell("detection_s_p99", seconds),
            cell("detection_all_s_mean", seconds),
            cell("false_positives_per_node_day", short),
            cell("messages_per_s", short),
            cell("load_imbalance", short),
        ]
    };
    let mut section = section("All in figures", vec!["In brackets 95 % intervals.".to_owned()]);
    section.notes = EXPLAINED.map(str::to_owned).to_vec();
    let all = table(&columns, compared.iter().map(row).collect());
    section.with_table(all, "scenarios are not on this page; summary.csv has them")
}
