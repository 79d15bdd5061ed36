//! The table of all cells.

use super::{Cell, SweepPage};
use crate::figures::{seconds, short};
use crate::page::Section;
use crate::results::pages::pieces::{section, table, told};

/// All cells in figures.
pub(super) fn table_of(page: &SweepPage) -> Section {
    let mut columns: Vec<String> = Vec::new();
    for key in &page.keys {
        columns.push(if key.is_ordered { format!("#{}", key.path) } else { key.path.clone() });
    }
    columns.extend(
        ["#crashes known", "#known after", "#99 of 100 within", "#errors a node-day", "#messages a second"]
            .map(str::to_owned),
    );
    let row = |cell: &Cell| {
        let keys = page.keys.iter().zip(&cell.values);
        let mut row: Vec<String> = keys.map(|(key, value)| key.values[*value].clone()).collect();
        let time = |estimate| Option::map_or(estimate, "-".to_owned(), |estimate| told(estimate, seconds));
        row.push(format!("{}/{}", short(cell.detected), short(cell.crashes)));
        row.extend([time(cell.after), time(cell.within), cell.errors_told()]);
        row.push(cell.messages.map_or("-".to_owned(), |messages| told(messages, short)));
        row
    };
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let all = table(&names, page.cells.iter().map(row).collect());
    let text =
        "In brackets 95 % intervals. All measures of all cells are in summary.csv, which --out writes.";
    section("All settings", vec![text.to_owned()])
        .with_table(all.folded(), "cells are not on this page; summary.csv has them")
}
