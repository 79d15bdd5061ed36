//! What the tables of a sweep look like, at 80 columns.

use super::*;
use crate::document::Document;
use crate::engine::digest::Digest;
use crate::measures::MEASURES;
use crate::scenario::sweep::Sweep;
use crate::statistics::{Estimate, Interval};

fn swept(sweep: &str) -> Sweep {
    let mut document = Document::parse("a.toml", sweep).expect("TOML");
    Sweep::take(&mut document, &[], &[]).unwrap_or_else(|page| panic!("{page}"))
}

/// A row in which a crash is known after so many seconds, and nodes are wrongly held dead at this rate; not even once
/// if it is 0.
fn row(sweep: &Sweep, place: u64, after: f64, errors: f64) -> CellRow {
    let known = Interval { low: after - 0.0123, high: after + 0.0123 };
    let wrong = Interval { low: errors / 2.0, high: if errors == 0.0 { 0.0814 } else { errors * 1.5 } };
    let estimate = |name: &str| {
        let (value, interval) = match name {
            "crashes" | "detected" => (100.0, None),
            "detection_s_mean" => (after, Some(known)),
            "detection_s_p99" => (after + 0.5, None),
            "false_positives_per_node_day" => (errors, Some(wrong)),
            "messages_per_s" => (99.0, None),
            _ => return None,
        };
        Some(Estimate { value, interval })
    };
    let summary = Summary {
        name: "a".to_owned(),
        seed: 1,
        replications: 10,
        estimates: MEASURES.iter().map(|measure| estimate(measure.name)).collect(),
        calculated: None,
        digest: Digest::default(),
    };
    CellRow { cell: place as u32, labels: sweep.labels(place), summary, calculated: None }
}

/// The table of all cells, each as `of` says.
fn page(sweep: &Sweep, of: impl Fn(u64) -> CellRow) -> String {
    let mut table = CellTable::new(sweep.axes());
    (0..sweep.places()).for_each(|place| table.add(&of(place)));
    table.page()
}

#[test]
fn margins_stand_below_and_what_is_as_above_is_not_repeated() {
    let sweep = swept(
        "[sweep]\n'network.loss' = [0.1]\n\
         detector = [{ kind = 'phi', threshold = 8.0, model = 'normal' }, { kind = 'timeout', timeout = '3s' }]\n\
         [sweep.cases.quiet]\n[sweep.cases.'GC pauses']",
    );
    let shown = page(&sweep, |place| {
        let (after, errors) = [(1.048, 0.437), (2.4861, 0.0), (1.05, 27.28), (2.481, 5385.0)][place as usize];
        row(&sweep, place, after, errors)
    });
    let expected = "           network                  known     99 %  errors a
     case     loss      detector    after   within  node-day
    quiet      0.1  phi normal 8  1.048 s  1.548 s     0.437
                                  ± 12 ms           < 0.6555
                      timeout 3s  2.486 s  2.986 s  < 0.0814
                                  ± 12 ms
GC pauses      0.1  phi normal 8   1.05 s   1.55 s     27.28
                                  ± 12 ms            < 40.92
                      timeout 3s  2.481 s  2.981 s      5385
                                  ± 12 ms             < 8078

Crashes known: all 100 in each cell.
Messages a second: 99 in all cells.
";
    assert_eq!(shown, expected, "\n{shown}");
}

#[test]
fn two_sizes_are_a_matrix_for_each_measure() {
    let sweep =
        swept("[sweep]\n'a.interval' = ['500ms', '1s', '2s']\n'b.timeout' = [2, 4, 8]\nwhere = 'true'");
    let mut table = CellTable::new(sweep.axes());
    for place in (0..9).filter(|place| *place != 6) {
        let mut row = row(&sweep, place, 1.5 + place as f64, [1754.4, 12.34, 0.0][(place % 3) as usize]);
        row.calculated = Some(2.4e-7).filter(|_| place == 5);
        table.add(&row);
    }
    let too_few = table.page();
    assert!(!too_few.contains("by timeout"), "eight rows are read one below the other\n{too_few}");
    table.add(&row(&sweep, 6, 7.5, 1754.4));
    let expected = "\
known after, mean, in seconds, by timeout:
interval       2       4       8
   500ms     1.5     2.5     3.5
          ±0.012  ±0.012  ±0.012
      1s     4.5     5.5     6.5
          ±0.012  ±0.012  ±0.012
      2s     7.5     8.5     9.5
          ±0.012  ±0.012  ±0.012

errors a node-day, and what they are surely below, by timeout:
interval      2      4        8
   500ms   1754   12.3  <0.0814
          <2632  <18.5
      1s   1754   12.3  <0.0814
          <2632  <18.5  2.4e-7*
      2s   1754   12.3  <0.0814
          <2632  <18.5

Crashes known: all 100 in each cell.
Messages a second: 99 in all cells.
No mistakes were seen where * stands: that is what theory says.
";
    assert_eq!(table.page(), expected, "\n{}", table.page());
}

#[test]
fn what_does_not_fit_as_a_matrix_is_a_table() {
    let wide = swept("[sweep]\n'a.interval' = '1s..3s step 1s'\n'b.timeout' = '10s..29s step 1s'");
    let shown = page(&wide, |place| row(&wide, place, 1.5, 0.0));
    assert!(shown.contains("interval  timeout") && shown.lines().count() > 100, "{shown}");
    let words = swept("[sweep]\n'a.word' = ['x', 'y', 'z']\n'b.timeout' = [1, 2, 3]");
    let shown = page(&words, |place| row(&words, place, 1.5, 0.0));
    assert!(shown.contains("word  timeout"), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
}

/// A sweep over so many intervals and timeouts, the errors fewer the longer the timeout, the detection later.
fn map(intervals: u32, timeouts: u32, more: &str) -> String {
    let sweep = swept(&format!(
        "[sweep]\n{more}'a.interval' = '1s..{intervals}s step 1s'\n'b.timeout' = '1s..{timeouts}s step 1s'"
    ));
    page(&sweep, |place| {
        let timeout = place as u32 % timeouts;
        let errors = if timeout > 12 { 0.0 } else { libm::pow(10.0, 3.0 - f64::from(timeout)) };
        row(&sweep, place, 1.0 + f64::from(timeout), errors)
    })
}

#[test]
fn two_sizes_with_many_values_are_a_map_for_each_measure_that_has_none_of_figures() {
    let shown = map(5, 6, "");
    let maps = shown.rsplit_once("\n\n").expect("a map follows").1;
    let expected = "\
errors a node-day, by timeout
interval 1s  2s  3s  4s  5s  6s
      1s ███ ▓▓▓ ▒▒▒ ░░░ ::: :::
      2s ███ ▓▓▓ ▒▒▒ ░░░ ::: :::
      3s ███ ▓▓▓ ▒▒▒ ░░░ ::: :::
      4s ███ ▓▓▓ ▒▒▒ ░░░ ::: :::
      5s ███ ▓▓▓ ▒▒▒ ░░░ ::: :::
: below 1   ░ below 10   ▒ below 100   ▓ below 1000   █ more
";
    assert_eq!(maps, expected, "\n{shown}");
    let wide = map(3, 20, "");
    let maps =
        wide.rsplit_once("in each cell.\nMessages a second: 99 in all cells.\n\n").expect("maps follow").1;
    assert!(
        maps.starts_with("known after, seconds, by timeout      errors a node-day, by timeout\n"),
        "\n{maps}"
    );
}

#[test]
fn a_map_fits_onto_the_page_however_many_cells_there_are() {
    for (intervals, timeouts) in [(20, 20), (9, 30), (30, 9), (3, 69), (60, 60)] {
        let shown = map(intervals, timeouts, "");
        let maps = shown.split("known after, seconds, by timeout").last().expect("there is a map");
        assert!(maps.contains('█'), "{intervals} × {timeouts}\n{shown}");
        assert!(maps.lines().all(|line| line.chars().count() <= 80), "{intervals} × {timeouts}\n{maps}");
        assert!(!shown.contains('\u{1b}'));
    }
    assert!(!map(3, 5, "").contains('█'), "fifteen figures are read as they are");
}

#[test]
fn of_more_keys_than_two_each_map_says_which_others_it_has() {
    let shown = map(5, 5, "'a.word' = ['u', 'v']\n");
    assert!(shown.contains("\na.word = u\nknown after") && shown.contains("\na.word = v\nknown"), "{shown}");
    let words = map(5, 5, "'a.word' = ['u', 'v', 'w', 'x', 'y', 'z']\n");
    assert!(words.contains("\na.word = x\n") && !words.contains("\na.word = y\n"), "{words}");
    assert!(words.contains("\nand 2 maps more, which are not shown\n"), "{words}");
}
