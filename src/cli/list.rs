//! `hbsim list`: the scenarios that come with hbsim.

use super::failure::{Failure, print};
use crate::document::Document;
use crate::scenario::shipped::{self, SHIPPED, SWEEPS, Shipped};
use crate::scenario::sweep::Sweep;

pub(super) fn list() -> Result<(), Failure> {
    let width = shipped::names().map(str::len).max().unwrap_or(0);
    let mut page = String::new();
    for shipped in SHIPPED {
        page.push_str(&format!("{:<width$}  {}\n", shipped.name, about(shipped)?));
    }
    page.push_str("\nSweeps, each of them many scenarios: hbsim sweep NAME\n");
    for sweep in SWEEPS {
        page.push_str(&format!("{:<width$}  {}\n", sweep.stem(), about(sweep)?));
    }
    page.push_str("\nhbsim run NAME runs one of them; hbsim show NAME prints it; hbsim compare same-crashes\nsets six topologies side by side, hbsim compare same-beats eight detectors.\n");
    print(page)
}

/// What it is about; of a sweep, what its first cell is about.
fn about(shipped: &Shipped) -> Result<String, Failure> {
    let mut document = Document::parse(shipped.name, shipped.text).map_err(Failure::Machine)?;
    let sweep = Sweep::take(&mut document, &[], &[]).map_err(Failure::Machine)?;
    let first = sweep.cells(&document, &shipped.stock()).next().transpose().map_err(Failure::Machine)?;
    Ok(first.map_or_else(String::new, |(_, scenario)| scenario.about))
}
