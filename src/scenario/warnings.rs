//! What is allowed in a scenario but hardly meant.

use std::ops::Range;

use super::Scenario;
use crate::engine::cluster::{NodeId, Role};
use crate::engine::model::{Latency, Since};
use crate::engine::time::Span;
use crate::engine::watch::{PauseGuard, Tie};
use crate::faults::Trouble;

impl Scenario {
    /// What is allowed but hardly meant.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let interval = self.beats().interval;
        let mut latencies = self.network.ways().map(|way| &way.latency);
        let jitters = latencies.any(|latency| latency.quantile(1.0) > latency.quantile(0.0));
        if let Some(silence) = self.silence()
            && silence.since == Since::Beat
            && (silence.most < interval || jitters && silence.most == interval)
        {
            warnings.push(format!(
                "a silence of {} is suspect, but beats come every {interval}: living nodes will be declared dead \
                 between their beats",
                self.in_words(silence.most)
            ));
        }
        let bearable = self.silence().map(|silence| silence.least);
        if let Some(silence) =
            bearable.filter(|silence| !self.detector.is_idle() && *silence >= self.duration)
        {
            warnings.push(format!(
                "a silence of {} is borne, but a run lasts {}: nothing can be detected",
                self.in_words(silence),
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
        warnings.extend(self.warning_about_guard());
        warnings.extend(self.faults.iter().filter_map(|fault| self.warning_about(fault)));
        if self.faults.is_empty() {
            warnings.push("nothing goes wrong in this scenario: there is nothing to detect".to_owned());
        }
        warnings
    }

    /// Pauses no longer than the guard go unnoticed; it is there for those that make the living suspect.
    fn warning_about_guard(&self) -> Option<String> {
        let guard = self.verdict.rules?.local_pause_guard?;
        let borne = self.silence()?.least;
        let PauseGuard { over, hold } = guard;
        (over >= borne).then(|| {
            let key = if over == hold { "local_pause_guard" } else { "local_pause_guard.over" };
            let borne = self.in_words(borne);
            format!(
                "a silence of {borne} is borne, and an observer that stood still for longer accuses the living, but it \
                 notices only what was longer than {key} = \"{over}\": shorter pauses do harm as \
                 without a guard; make it shorter than {borne}, best by an interval"
            )
        })
    }

    /// How long a silence is, as a scenario writes it.
    fn in_words(&self, silence: Span) -> Span {
        match self.detector.tie {
            Tie::InTime => silence,
            Tie::Late => silence + Span::NANOSECOND,
        }
    }

    /// What is hardly meant of a fault.
    fn warning_about(&self, fault: &Trouble) -> Option<String> {
        match fault {
            Trouble::Pause(_) if self.is_spared(fault) => {
                let remedy = "with topology kind \"pull\" and depth = \"application\" it would be asked";
                Some(format!(
                    "a pause stops the application only, and nobody asks it for a sign of life: the pause changes \
                     nothing; {remedy}"
                ))
            }
            Trouble::Partition(partition) => {
                let left_out = self.together(partition.left_out(&self.cluster()));
                let count: u32 = left_out.iter().map(|range| range.end - range.start).sum();
                let names: Vec<String> = left_out.iter().map(|range| self.selector_of(range)).collect();
                let (are, they, them) = match count {
                    0 => return None,
                    1 => ("is", "it reaches", "it"),
                    _ => ("are", "they reach", "them"),
                };
                Some(format!(
                    "{} {are} in no group of the partition, so {they} all of them and they reach {them}: put {them} \
                     into one, such as groups = {}",
                    names.join(", "),
                    partition.groups_with(&names)
                ))
            }
            _ => None,
        }
    }

    /// Nodes, which come in order, as ranges of one role each.
    fn together(&self, nodes: impl Iterator<Item = NodeId>) -> Vec<Range<u32>> {
        let cluster = self.cluster();
        let mut ranges: Vec<Range<u32>> = Vec::new();
        for node in nodes {
            match ranges.last_mut() {
                Some(last)
                    if last.end == node.0 && cluster.role(NodeId(last.start)) == cluster.role(node) =>
                {
                    last.end += 1;
                }
                _ => ranges.push(node.0..node.0 + 1),
            }
        }
        ranges
    }

    /// How a scenario names a range of nodes of one role.
    fn selector_of(&self, range: &Range<u32>) -> String {
        let role = self.cluster().role(NodeId(range.start));
        let (first, last) = (self.name_of(NodeId(range.start)), self.name_of(NodeId(range.end - 1)));
        match role {
            _ if first == last => first,
            Role::Monitor if *range == self.cluster().range(role) => "monitors".to_owned(),
            Role::Coordinator if *range == self.cluster().range(role) => "coordinators".to_owned(),
            Role::Global if *range == self.cluster().range(role) => "globals".to_owned(),
            _ => format!("{first}..{last}"),
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
        let (eu, us) = ("\"region:eu\"", "\"region:us\"");
        for (topology, fault, left_out) in [
            (
                "kind = 'centralized'",
                groups("['region:eu', 'region:us']"),
                Some(("m0 is", format!("[[{eu}, \"m0\"], {us}]"))),
            ),
            (
                "kind = 'centralized', monitors = 4",
                groups("['n0', ['n1', 'm0', 'm2']]"),
                Some(("m1, m3 are", "[[\"n0\", \"m1\", \"m3\"], [\"n1\", \"m0\", \"m2\"]]".to_owned())),
            ),
            (
                "kind = 'centralized', monitors = 3",
                groups("['n0', ['n1', 'm0']]"),
                Some(("m1..m2 are", "[[\"n0\", \"m1..m2\"], [\"n1\", \"m0\"]]".to_owned())),
            ),
            ("kind = 'centralized', monitors = 3", groups("['n0', ['n1', 'monitors']]"), None),
            (
                "kind = 'hierarchical'",
                groups("['region:eu', 'region:us']"),
                Some(("coordinators, g0 are", format!("[[{eu}, \"coordinators\", \"g0\"], {us}]"))),
            ),
            ("kind = 'hierarchical'", groups("['region:eu', ['globals', 'coordinators']]"), None),
            ("kind = 'peers'", groups("['n0', 'n1']"), None),
            ("kind = 'centralized'", "kind = 'partition'\nisolate = 'n3'".to_owned(), None),
        ] {
            let said = warnings(topology, &fault);
            let Some((who, remedy)) = left_out else {
                assert!(said.is_empty(), "{topology}, {fault}: {said:?}");
                continue;
            };
            assert_eq!(said.len(), 1, "{topology}, {fault}: {said:?}");
            assert!(said[0].starts_with(&format!("{who} in no group")), "{said:?}");
            assert!(said[0].ends_with(&format!("such as groups = {remedy}")), "{said:?}");
            let written = remedy.replace('"', "'");
            assert_eq!(
                warnings(topology, &groups(&written)),
                Vec::<String>::new(),
                "what is advised is right"
            );
        }
    }

    #[test]
    fn a_guard_must_be_shorter_than_the_silence_that_is_borne() {
        // Three beats missed, one a second.
        for (guard, warned) in [
            ("'off'", false),
            ("'2s'", false),
            ("'2999ms'", false),
            ("'3s'", true),
            ("'5s'", true),
            ("{ over = '2s', hold = '30s' }", false),
            ("{ over = '3s', hold = '1s' }", true),
        ] {
            let fault =
                format!("kind = 'pause'\nnodes = 'm0'\nfor = '4s'\n[verdict]\nlocal_pause_guard = {guard}");
            let warnings = warnings("kind = 'centralized', interval = '1s'", &fault);
            assert_eq!(warnings.len(), usize::from(warned), "{guard}: {warnings:?}");
            assert!(warnings.iter().all(|warning| warning.contains("local_pause_guard")), "{warnings:?}");
        }
    }
}
