//! What is allowed in a scenario but hardly meant.

use super::Scenario;
use crate::detectors::SilenceOf;
use crate::engine::model::{Latency, Since};
use crate::faults::Trouble;

impl Scenario {
    /// What is allowed but hardly meant.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let interval = self.beats().interval;
        let mut latencies = self.network.ways().map(|way| &way.latency);
        let jitters = latencies.any(|latency| latency.quantile(1.0) > latency.quantile(0.0));
        if let Some(silence) = self.detector.suspicion.visit(SilenceOf)
            && silence.since == Since::Beat
            && (silence.most < interval || jitters && silence.most == interval)
        {
            warnings.push(format!(
                "a silence of {} is suspect, but beats come every {interval}: living nodes will be declared dead \
                 between their beats",
                silence.most
            ));
        }
        let bearable = self.detector.suspicion.visit(SilenceOf).map(|silence| silence.least);
        if let Some(silence) =
            bearable.filter(|silence| !self.detector.is_idle() && *silence >= self.duration)
        {
            warnings.push(format!(
                "a silence of {silence} is borne, but a run lasts {}: nothing can be detected",
                self.duration
            ));
        }
        if let Some(timeout) = self.beats().probe_timeout
            && 2.0 * self.network.usual.latency.quantile(0.5) > timeout.seconds()
        {
            warnings.push(format!(
                "a probe is given up after {timeout}, but there and back takes longer for most: living nodes will be \
                 held dead"
            ));
        }
        warnings.extend(self.faults.iter().filter_map(|fault| self.warning_about(fault)));
        if self.faults.is_empty() {
            warnings.push("nothing goes wrong in this scenario: there is nothing to detect".to_owned());
        }
        warnings
    }

    /// What is hardly meant of a fault.
    fn warning_about(&self, fault: &Trouble) -> Option<String> {
        match fault {
            Trouble::Pause(pause) if pause.spares_beats() && !self.topology.member().asks_application() => {
                let remedy = "with topology kind \"pull\" and depth = \"application\" it would be asked";
                Some(format!(
                    "a pause stops the application only, and nobody asks it for a sign of life: the pause changes \
                     nothing; {remedy}"
                ))
            }
            Trouble::Partition(partition) => {
                let node = partition.first_left_out(&self.cluster())?;
                Some(format!(
                    "{} is in no group of the partition, so it reaches all of them and they reach it: put it into \
                     one, groups = [[\"n0..n4\", \"{}\"], …]",
                    self.name_of(node),
                    self.name_of(node)
                ))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::document::Document;

    fn warnings(topology: &str, fault: &str) -> Vec<String> {
        let text = format!(
            "cluster.regions = {{ eu = 4, us = 6 }}\ntopology = {{ {topology} }}\n\
             detector = {{ kind = 'misses' }}\n[[faults]]\nat = '1m'\n{fault}"
        );
        let document = Document::parse("warned", &text).expect("it is TOML");
        Scenario::read(&document, Path::new("")).unwrap_or_else(|page| panic!("{page}")).warnings()
    }

    #[test]
    fn a_pause_that_nobody_can_notice_is_hardly_meant() {
        let pause = |stops: &str| format!("kind = 'pause'\nnodes = 'n3'\nstops = '{stops}'");
        for (topology, stops, warned) in [
            ("kind = 'centralized'", "application", true),
            ("kind = 'pull'", "application", true),
            ("kind = 'pull', depth = 'application'", "application", false),
            ("kind = 'pull'", "process", false),
            ("kind = 'gossip'", "process", false),
        ] {
            let warnings = warnings(topology, &pause(stops));
            assert_eq!(warnings.len(), usize::from(warned), "{topology}, {stops}: {warnings:?}");
            assert!(warnings.iter().all(|warning| warning.contains("changes nothing")), "{warnings:?}");
        }
    }

    #[test]
    fn an_observer_in_no_group_of_a_partition_is_hardly_meant() {
        let groups = |groups: &str| format!("kind = 'partition'\ngroups = {groups}");
        for (topology, fault, left_out) in [
            ("kind = 'centralized'", groups("['region:eu', 'region:us']"), Some("m0 ")),
            ("kind = 'centralized', monitors = 3", groups("['n0', ['n1', 'm0', 'm2']]"), Some("m1 ")),
            ("kind = 'centralized', monitors = 3", groups("['n0', ['n1', 'monitors']]"), None),
            ("kind = 'hierarchical'", groups("['all', 'globals']"), Some("c-eu-0 ")),
            ("kind = 'hierarchical'", groups("['region:eu', ['globals', 'coordinators']]"), None),
            ("kind = 'peers'", groups("['n0', 'n1']"), None),
            ("kind = 'centralized'", "kind = 'partition'\nisolate = 'n3'".to_owned(), None),
        ] {
            let warnings = warnings(topology, &fault);
            let named =
                warnings.first().map(|warning| warning.split_inclusive(' ').next().unwrap_or_default());
            assert_eq!(named, left_out, "{topology}, {fault}: {warnings:?}");
        }
    }
}
