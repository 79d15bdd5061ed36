//! `hbsim list`: the scenarios that come with hbsim.

use super::failure::{Failure, print};
use crate::document::Document;
use crate::scenario::{Scenario, shipped};

pub(super) fn list() -> Result<(), Failure> {
    let width = shipped::SHIPPED.iter().map(|shipped| shipped.name.len()).max().unwrap_or(0);
    let mut page = String::new();
    for shipped in shipped::SHIPPED {
        let document = Document::parse(shipped.name, shipped.text).map_err(Failure::Machine)?;
        let scenario = Scenario::read(&document, shipped.stock()).map_err(Failure::Machine)?;
        page.push_str(&format!("{:<width$}  {}\n", shipped.name, scenario.about));
    }
    page.push_str("\nhbsim run NAME runs one of them; hbsim show NAME prints it; hbsim compare same-crashes\nsets six topologies side by side, hbsim compare same-beats eight detectors.\n");
    print(page)
}
