//! How soon crashes were known: the whole distribution, beside what theory says of it.

use super::distribution::{band, steps};
use super::pieces::{drawn, section, shares, table, times, told};
use super::run::RunPage;
use crate::figures::{seconds, short};
use crate::measures::{Class, Stretch};
use crate::page::chart::{Chart, Curve, Drawing, Mark, Role};
use crate::page::{Section, Table};
use crate::results::comparison::EXPLAINED;
use crate::results::report::{by_whom, closed_form};
use crate::statistics::Pooled;
use crate::theory::ClosedForm;

/// Of so many in a hundred it is said within what time they are known.
const LEVELS: [(f64, &str); 9] = [
    (0.01, "1 of 100 within"),
    (0.1, "10 of 100 within"),
    (0.25, "a quarter within"),
    (0.5, "half within"),
    (0.75, "three quarters within"),
    (0.9, "90 of 100 within"),
    (0.99, "99 of 100 within"),
    (0.999, "999 of 1000 within"),
    (1.0, "the longest"),
];

/// When a class of observers knew of crashes.
struct Known {
    class: Class,
    times: Vec<f64>,
    pooled: Pooled,
}

/// How soon crashes were known; nothing where none was.
pub(super) fn detection(page: &RunPage<'_>) -> Option<Section> {
    let known = classes(page);
    let acting = known.first()?;
    let theory = ClosedForm::of(page.view.scenario);
    let curve = ClosedForm::curve(page.view.scenario);
    let mut curves: Vec<Curve> = known.iter().map(Known::curve).collect();
    let mut marks = Vec::new();
    if let (Some(places), Some(theory)) = (&curve, &theory) {
        let [when, _] = closed_form(theory);
        let of_all = if page.unknown_crashes().is_some() { "of all crashes, " } else { "" };
        curves.push(Curve {
            name: format!("in theory, {of_all}{when}"),
            role: Role::Theory,
            stepped: false,
            places: places.iter().map(|[time, share]| [drawn(*time), drawn(*share)]).collect(),
            band: Vec::new(),
        });
    } else if let Some(theory) = &theory {
        marks = bounds(theory);
    }
    let title = format!("When {} crashes were known", short(acting.times.len() as f64));
    let summary = format!(
        "Half were known within {}, the last after {}.",
        seconds(acting.pooled.quantile(0.5)?.value),
        seconds(acting.pooled.quantile(1.0)?.value)
    );
    let drawing =
        Drawing::Curves { x: times("after the crash"), y: shares("share of crashes known"), curves, marks };
    let mut text = vec![
        "Each line rises by one step for every crash that became known: read off which share was known after which \
         time. The band holds the truth at 95 % confidence at each place."
            .to_owned(),
    ];
    if let Some(theory) = &theory {
        let [when, what] = closed_form(theory);
        text.push(format!("In theory, {when}: {what}."));
        if page.unknown_crashes().is_some() {
            text.push(
                "Theory speaks of all crashes, and the line of those that became known: the others are mostly ones that \
                 would have been known late, so the line lies above theory."
                    .to_owned(),
            );
        }
    }
    let mut notes: Vec<String> = page.unknown_crashes().into_iter().collect();
    if known.len() > 1 {
        notes.push(EXPLAINED[0].to_owned());
    }
    Some(Section {
        charts: vec![Chart { title, summary, drawing }],
        table: Some(quantiles(&known)),
        notes,
        ..section("How soon a crash is known", text)
    })
}

/// The classes that knew of crashes; of those that always knew at the same moments, the first.
fn classes(page: &RunPage<'_>) -> Vec<Known> {
    let mut known: Vec<Known> = Vec::new();
    for class in Class::ALL {
        let runs: Vec<Vec<f64>> =
            page.view.records.iter().map(|run| Stretch::Detection(class).seconds(run)).collect();
        let mut times = runs.concat();
        times.sort_unstable_by(f64::total_cmp);
        if !times.is_empty() && known.iter().all(|other| other.times != times) {
            known.push(Known { class, times, pooled: Pooled::new(runs) });
        }
    }
    known
}

impl Known {
    fn curve(&self) -> Curve {
        let is_acting = self.class == Class::Acting;
        Curve {
            name: by_whom(self.class).to_owned(),
            role: Role::Seen,
            stepped: true,
            places: steps(&self.times),
            band: if is_acting { band(&self.pooled) } else { Vec::new() },
        }
    }
}

/// What is known where the whole distribution is not.
fn bounds(theory: &ClosedForm) -> Vec<Mark> {
    let mark = |at: f64, label: &str| Mark { at: drawn(at), label: format!("in theory, {label}") };
    let mut marks = vec![mark(theory.mean, "mean")];
    if !theory.is_learnt {
        marks.insert(0, mark(theory.earliest, "earliest"));
        marks.extend(theory.latest.is_finite().then(|| mark(theory.latest, "latest")));
    }
    marks
}

fn quantiles(known: &[Known]) -> Table {
    let mut columns = vec![""];
    columns.extend(known.iter().map(|known| by_whom(known.class)));
    let names: Vec<String> = columns.iter().enumerate().map(|(place, name)| figures(place, name)).collect();
    let row = |(level, words): (f64, &str)| {
        let cell = |known: &Known| {
            known.pooled.quantile(level).map_or_else(String::new, |estimate| told(estimate, seconds))
        };
        std::iter::once(words.to_owned()).chain(known.iter().map(cell)).collect()
    };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    table(&names, LEVELS.into_iter().map(row).collect())
}

/// The name of a column; all but the first hold figures.
fn figures(place: usize, name: &str) -> String {
    if place == 0 { name.to_owned() } else { format!("#{name}") }
}
