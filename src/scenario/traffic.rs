//! Which scenarios have the same traffic: those that differ in nothing but how silence is judged.

use super::{Scenario, Verdicts};
use crate::detectors::Judging;

impl Scenario {
    /// All that decides over the traffic of its runs, as a text that is the same for two scenarios if, and only if,
    /// they have the same traffic, and read the same files; `None` if its traffic depends on verdicts.
    pub fn traffic(&self) -> Option<String> {
        if self.topology.heeds_verdicts() {
            return None;
        }
        let unjudged = Scenario {
            name: String::new(),
            about: String::new(),
            notice: String::new(),
            suggestion: String::new(),
            detector: Judging::idle(),
            verdict: Verdicts::usual(false),
            expectations: Vec::new(),
            ..self.clone()
        };
        let mut text = unjudged.resolved().ok()?;
        for file in &self.files {
            text.extend(["\n# ", file.name.as_str(), "\n", &file.text]);
        }
        Some(text)
    }

    /// Whether this scenario and another differ in nothing but how silence is judged and what is said of them, and what
    /// is judged changes nothing of what is said: then one simulation does for both.
    pub fn shares_traffic_with(&self, other: &Scenario) -> bool {
        self.traffic().is_some_and(|traffic| other.traffic() == Some(traffic))
    }
}
