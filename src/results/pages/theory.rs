//! Theory beside the simulation, claim by claim.

use super::pieces::{section, table};
use super::run::RunPage;
use crate::page::Section;
use crate::results::Explanation;

/// What theory says, and whether the runs agree.
pub(super) fn theory(page: &RunPage<'_>) -> Section {
    let view = page.view;
    let explanation = Explanation::with_runs(view.scenario, view.summary, view.records);
    let rows = explanation.told().into_iter().map(|told| {
        vec![
            told.topic.to_owned(),
            told.what,
            told.theory,
            told.simulated,
            told.interval,
            told.derivation,
            told.verdict,
        ]
    });
    let columns =
        ["of", "what", "#theory", "#simulated", "#95 % interval", "formula, or why there is none", "verdict"];
    Section {
        table: Some(table(&columns, rows.collect())),
        ..section("Theory beside the simulation", vec![explanation.epilogue()])
    }
}
