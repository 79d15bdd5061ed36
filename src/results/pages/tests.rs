//! What stands on pages of small studies.

use std::path::Path;

use super::*;
use crate::document::Document;
use crate::engine::world::Meter;
use crate::experiment::Simulation;
use crate::measures::RunRecord;
use crate::page::chart::{Chart, Drawing, Point, Role};
use crate::page::{Page, Section};
use crate::results::{CellRow, Compared, Lesson, Summary};
use crate::scenario::Scenario;
use crate::scenario::sweep::Sweep;
use crate::theory::ClosedForm;

const TEXT: &str = "name = 'small'\nabout = 'Is it?'\nnotice = 'It is.'\nduration = '10m'\nreplications = 12\n\
                    cluster.nodes = 12\ntopology = { kind = 'centralized', interval = '1s' }\n\
                    detector = { kind = 'timeout', timeout = '2500ms' }\n\
                    network = { loss = 0.1, latency = { kind = 'constant', value = '20ms' } }\n\
                    faults = [{ kind = 'crash', nodes = 'random:3', at = { between = ['2m', '9m'] } }]\n";

fn scenario(changes: &[&str]) -> Scenario {
    let mut document = Document::parse("small.toml", TEXT).expect("TOML");
    for change in changes {
        document.set(change).unwrap_or_else(|page| panic!("{page}"));
    }
    Scenario::read(&document, Path::new("")).unwrap_or_else(|page| panic!("{page}"))
}

fn runs(scenario: &Scenario) -> (Vec<RunRecord>, Sighted) {
    let mut sighted = Sighted::of(scenario);
    let simulation = Simulation { scenario, by_second: true };
    let run = |number| {
        let record = simulation.replication(number, &Meter::default()).expect("nobody says stop");
        sighted.add(&record);
        record
    };
    ((0..scenario.replications).map(run).collect(), sighted)
}

fn page(changes: &[&str]) -> Page {
    let scenario = scenario(changes);
    let (records, sighted) = runs(&scenario);
    let summary = Summary::of(&scenario, &records);
    let told = (Lesson::Holds, "hbsim run small".to_owned());
    RunPage::new(&scenario, (&summary, &records), &sighted, told, OneRun::TooLong).page()
}

fn section<'a>(page: &'a Page, title: &str) -> &'a Section {
    page.sections.iter().find(|section| section.title == title).unwrap_or_else(|| panic!("{title}"))
}

fn charts(page: &Page) -> impl Iterator<Item = &Chart> {
    page.sections.iter().flat_map(|section| &section.charts)
}

#[test]
fn the_distribution_stands_beside_the_closed_form() {
    let page = page(&[]);
    let chart = &section(&page, "How soon a crash is known").charts[0];
    let Drawing::Curves { curves, .. } = &chart.drawing else { panic!("curves") };
    let of = |role| curves.iter().find(|curve| curve.role == role).expect("a curve");
    let theory = ClosedForm::of(&scenario(&[])).expect("it is known");
    assert_eq!(of(Role::Theory).places, [[theory.earliest, 0.0], [theory.latest, 1.0]]);
    let seen = of(Role::Seen);
    assert_eq!(seen.places.last().map(|[_, share]| *share), Some(1.0));
    assert!(seen.stepped && !seen.band.is_empty());
    for [place, low, high] in &seen.band {
        assert!(low <= high, "at {place}");
    }
}

#[test]
fn where_no_distribution_is_known_its_mean_and_bounds_are_marked() {
    let changed = ["topology.jitter=[-0.1, 0.1]", "network.loss=0"];
    let page = page(&changed);
    let chart = &section(&page, "How soon a crash is known").charts[0];
    let Drawing::Curves { curves, marks, .. } = &chart.drawing else { panic!("curves") };
    assert!(curves.iter().all(|curve| curve.role == Role::Seen));
    let theory = ClosedForm::of(&scenario(&changed)).expect("it is known");
    let expected = [theory.earliest, theory.mean, theory.latest];
    assert_eq!(marks.len(), expected.len());
    for (mark, expected) in marks.iter().zip(expected) {
        assert!((mark.at - expected).abs() < 1e-4 * expected, "{}", mark.label);
    }
}

#[test]
fn every_mistake_is_in_a_bar_and_in_the_table_of_causes() {
    let page = page(&[]);
    let wrong = section(&page, "Wrong beliefs");
    let Drawing::Stacks { stacks, sorts, .. } = &wrong.charts[0].drawing else { panic!("stacks") };
    let bars: f64 = stacks.iter().flat_map(|stack| &stack.heights).sum();
    let (records, _) = runs(&scenario(&[]));
    let mistakes: u64 = records.iter().map(|run| run.findings.mistakes_total()).sum();
    assert!(mistakes > 0 && bars == mistakes as f64, "{bars} of {mistakes}");
    assert_eq!(sorts, &["because beats were lost"]);
    assert!(stacks.iter().all(|stack| stack.heights.len() == sorts.len() && stack.from < stack.until));
    let table = wrong.table.as_ref().expect("a table");
    assert_eq!(table.rows[0][1], mistakes.to_string());
}

#[test]
fn nothing_wrong_is_told_with_its_bound() {
    let page = page(&["network.loss=0"]);
    let wrong = section(&page, "Wrong beliefs");
    assert!(wrong.charts.is_empty());
    assert!(
        wrong.text[0].starts_with("No living node was declared dead; at 95 % confidence"),
        "{:?}",
        wrong.text
    );
}

#[test]
fn what_the_author_says_is_told_and_all_rows_are_as_long_as_their_columns() {
    let page = page(&[]);
    assert_eq!(section(&page, "What its author says").text, ["Notice: It is."]);
    assert!(page.headline.starts_with("A crash is known after"), "{}", page.headline);
    for section in &page.sections {
        let Some(table) = &section.table else { continue };
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", section.title);
        assert!(!table.rows.is_empty(), "{}", section.title);
    }
    for chart in charts(&page) {
        assert!(!chart.title.is_empty() && !chart.summary.is_empty());
    }
}

/// The page of a sweep over these axes.
fn sweep_page(axes: &[&str]) -> (Page, usize) {
    let mut document = Document::parse("small.toml", TEXT).expect("TOML");
    document.set("replications=2").expect("a value");
    document.set("duration=\"3m\"").expect("a value");
    document.set("faults=[{ kind = 'crash', nodes = 'n1', at = '2m' }]").expect("a value");
    let axes: Vec<String> = axes.iter().map(|axis| (*axis).to_owned()).collect();
    let sweep = Sweep::take(&mut document, &axes, &[]).unwrap_or_else(|page| panic!("{page}"));
    let mut page = SweepPage::new(sweep.axes());
    for place in 0..sweep.places() {
        let document = sweep.document(&document, place).unwrap_or_else(|page| panic!("{page}"));
        let scenario = Scenario::read(&document, Path::new("")).unwrap_or_else(|page| panic!("{page}"));
        let (records, _) = runs(&scenario);
        page.add(&CellRow::of(place as u32, sweep.labels(place), &scenario, &records));
    }
    let words = SweepWords {
        name: "small".to_owned(),
        about: String::new(),
        said: Vec::new(),
        command: "hbsim sweep small".to_owned(),
    };
    (page.page(words), sweep.places() as usize)
}

#[test]
fn a_sweep_of_two_sizes_is_a_map_with_a_field_for_each_cell() {
    let (page, cells) = sweep_page(&["topology.interval=500ms,1s,2s", "detector.timeout=2500ms,9s"]);
    let maps: Vec<_> = charts(&page)
        .filter_map(|chart| match &chart.drawing {
            Drawing::Fields { x, y, fields, colour } => Some((x, y, fields, colour)),
            _ => None,
        })
        .collect();
    assert_eq!(maps.len(), 2, "errors and detection");
    let (x, y, errors, colour) = maps[0];
    assert_eq!(
        (&x.words[..], &y.words[..]),
        (&["2500ms".to_owned(), "9s".to_owned()][..], &["500ms", "1s", "2s"].map(str::to_owned)[..])
    );
    assert!(errors.len() == cells && colour.logarithmic);
    for field in errors {
        assert!(field.value > 0.0, "what was not seen is coloured by its bound");
        assert_eq!(field.is_bound, field.text.starts_with('<'), "{}", field.text);
    }
    assert!(errors.iter().any(|field| field.is_bound) && errors.iter().any(|field| !field.is_bound));
}

#[test]
fn the_scatter_of_a_sweep_marks_those_that_nothing_beats() {
    let (page, cells) = sweep_page(&["detector.timeout=2s,2500ms,3s,4s,6s,9s", "network.loss=0.05,0.2"]);
    let points = charts(&page).find_map(|chart| match &chart.drawing {
        Drawing::Points { points, .. } => Some(points),
        _ => None,
    });
    let points = points.expect("a scatter");
    assert_eq!(points.len(), cells);
    for point in points {
        // Ranked by what errors are surely below: one that was never seen is not beaten by one that was seen once.
        let most = |one: &Point| one.y_range.map_or(one.y, |[_, high]| high);
        let is_beaten = points.iter().any(|other| {
            other.x <= point.x
                && most(other) <= most(point)
                && (other.x < point.x || most(other) < most(point))
        });
        assert_eq!(point.on_front, !is_beaten, "{}", point.told);
        assert!(!point.is_bound || point.y_range.is_none());
    }
}

#[test]
fn a_sweep_of_many_values_is_thinned_and_says_so() {
    let (page, cells) = sweep_page(&["detector.timeout='2s..8.4s step 100ms'", "network.loss=0,0.1,0.2"]);
    assert_eq!(cells, 195);
    let notes: Vec<&String> = page.sections.iter().flat_map(|section| &section.notes).collect();
    assert!(notes.iter().any(|note| note.contains("Of timeout, 24 of 65 values are shown.")), "{notes:?}");
    let table = section(&page, "All settings").table.as_ref().expect("a table");
    assert_eq!(table.rows.len(), 195);
    assert!(crate::page::html(&page).len() < 1_500_000);
}

#[test]
fn long_tables_are_cut_and_say_so() {
    let rows = (0..1000).map(|number| vec![number.to_string()]).collect();
    let cut = pieces::section("a", Vec::new()).with_table(pieces::table(&["n"], rows), "rows are in a.csv");
    assert_eq!(cut.table.map(|table| table.rows.len()), Some(pieces::MOST_ROWS));
    assert_eq!(cut.notes, ["700 more rows are in a.csv."]);
}

#[test]
fn a_comparison_sets_scenarios_apart_from_the_first() {
    let scenarios = [scenario(&[]), scenario(&["name='slow'", "detector.timeout='6s'"])];
    let compared: Vec<Compared> =
        scenarios.iter().map(|scenario| Compared::of(scenario, &runs(scenario).0)).collect();
    let words = ComparisonWords { command: "hbsim compare".to_owned(), conditions: None };
    let page = compared_page(&compared, words);
    assert!(page.headline.starts_with("small knows of a crash soonest"), "{}", page.headline);
    let apart = section(&page, "Beside small");
    assert!(
        apart.text[1].starts_with("slow detects 3.499 s later (3.497 … 3.501 s; pairing"),
        "{:?}",
        apart.text
    );
    let Drawing::Ranges { ranges, .. } = &apart.charts[0].drawing else { panic!("ranges") };
    let later = ranges[0].value.expect("a value");
    assert!((3.0..4.0).contains(&later), "{later}");
    assert!(ranges[0].low.expect("an end") <= later && later <= ranges[0].high.expect("an end"));
    assert!(
        page.facts.iter().any(|(_, fact)| fact.starts_with("The same 36 crashes in all")),
        "{:?}",
        page.facts
    );
}

#[test]
fn the_run_that_is_shown_is_the_first_with_a_mistake_or_else_with_a_crash() {
    let of = |changes: &[&str]| OneRun::chosen(&runs(&scenario(changes)).0);
    assert_eq!(of(&["network.loss=0"]), 0, "all have crashes");
    assert_eq!(of(&["network.loss=0", "faults=[]"]), 0);
    let rare = scenario(&["network.loss=0.01"]);
    let (records, _) = runs(&rare);
    let first = records.iter().position(|run| run.findings.mistakes_total() > 0);
    assert!(first.is_some_and(|first| first > 0), "{first:?}: the test needs a run without mistakes first");
    assert_eq!(Some(OneRun::chosen(&records) as usize), first);
}
