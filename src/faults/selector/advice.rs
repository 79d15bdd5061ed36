//! What to write instead of a wrong selector: only what would be accepted, and only nodes that there are.

use crate::document::{nearest, printable};
use crate::engine::cluster::Cluster;
use crate::faults::Ground;

/// What a selector is read for.
#[derive(Clone, Copy)]
pub(in crate::faults) enum Wanted<'a> {
    /// Whomever the fault strikes, under this key.
    Struck(&'a str),
    /// A set that is this, under this key.
    Set(&'a str, &'a str),
    /// One of the groups of a partition.
    Group,
}

impl Wanted<'_> {
    /// What is expected.
    pub(super) fn described(&self) -> &str {
        match self {
            Wanted::Struck(_) => "whom the fault strikes",
            Wanted::Set(what, _) => what,
            Wanted::Group => "a group",
        }
    }
}

/// Who there is, and what they are asked for.
#[derive(Clone, Copy)]
pub(super) struct Adviser<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) wanted: Wanted<'a>,
    /// Whether the selector stands in a list.
    pub(super) in_list: bool,
}

impl Adviser<'_> {
    /// What to write, and what else it could be.
    pub(super) fn remedy(&self) -> String {
        let words = self.words().join(", ");
        match self.wanted {
            Wanted::Group => format!("{}; a group can hold {words}", self.example()),
            _ if self.in_list => format!("{}; such a list can hold {words}", self.example()),
            _ => format!("{}, or one of {words}", self.example()),
        }
    }

    /// What to write.
    pub(super) fn example(&self) -> String {
        match self.wanted {
            Wanted::Group => format!("write groups = {}", example_of_groups(self.ground)),
            Wanted::Struck(key) | Wanted::Set(_, key) if self.in_list => {
                format!("write {key} = [\"{}\", \"{}\"]", self.member(), self.members())
            }
            Wanted::Struck(key) | Wanted::Set(_, key) => format!("write {key} = \"{}\"", self.member()),
        }
    }

    /// What was most likely meant by `word`.
    pub(super) fn meant(&self, word: &str) -> Option<String> {
        let mut regions = self.ground.regions.unwrap_or_default().iter();
        if regions.any(|(region, _)| region == word) {
            return Some(format!("region:{}", printable(word)));
        }
        let words = self.words();
        nearest(word, words.iter().map(String::as_str)).map(str::to_owned)
    }

    /// All that it could be, one of each sort.
    pub(super) fn words(&self) -> Vec<String> {
        let Ground { cluster, regions, has_leader, .. } = *self.ground;
        let draws = matches!(self.wanted, Wanted::Struck(_)) && !self.in_list;
        let region = regions.and_then(|regions| regions.first()).map(|(region, _)| region.as_str());
        let words = [
            (true, "all".to_owned()),
            (draws, "each".to_owned()),
            (draws && cluster.others() > 0, "everybody".to_owned()),
            (cluster.monitors > 0, "monitors".to_owned()),
            (cluster.coordinators > 0, "coordinators".to_owned()),
            (cluster.globals > 0, "globals".to_owned()),
            (draws && has_leader, "leader".to_owned()),
            (draws, format!("random:{}", cluster.members.min(5))),
            (draws && cluster.members >= 25, "random:2%".to_owned()),
            (region.is_some(), format!("region:{}", region.unwrap_or_default())),
            (true, self.member()),
            (true, self.members()),
            (cluster.monitors > 0, "m0".to_owned()),
            // Without regions all members are in one, which is called that.
            (cluster.coordinators > 0 && regions.is_some(), format!("c-{}-0", region.unwrap_or("all"))),
            (cluster.globals > 0, "g0".to_owned()),
        ];
        words.into_iter().filter(|(is_there, _)| *is_there).map(|(_, word)| word).collect()
    }

    fn member(&self) -> String {
        format!("n{}", last(self.ground.cluster).min(3))
    }

    fn members(&self) -> String {
        format!("n0..n{}", last(self.ground.cluster).min(9))
    }
}

/// Two groups that there could be.
pub(in crate::faults) fn example_of_groups(ground: &Ground<'_>) -> String {
    let cluster = ground.cluster;
    let observer = match (cluster.monitors, cluster.globals) {
        (0, 0) => "",
        (0, _) => "g0",
        (_, _) => "m0",
    };
    match (last(cluster).min(9), observer) {
        (0 | 1, "") => "[\"n0\", \"n1\"]".to_owned(),
        (0, observer) => format!("[\"n0\", \"{observer}\"]"),
        (1, observer) => format!("[\"n0\", [\"n1\", \"{observer}\"]]"),
        (last, observer) => {
            let half = last / 2;
            let others = format!("\"n{}..n{last}\"", half + 1);
            match observer {
                "" => format!("[\"n0..n{half}\", {others}]"),
                observer => format!("[\"n0..n{half}\", [{others}, \"{observer}\"]]"),
            }
        }
    }
}

/// The number of the last member.
fn last(cluster: Cluster) -> u32 {
    cluster.members.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::document::Document;
    use crate::scenario::Scenario;

    fn refusal(cluster: &str, topology: &str, rest: &str) -> Option<String> {
        let text = format!(
            "cluster = {{ {cluster} }}\ntopology = {{ {topology} }}\n\
             detector = {{ kind = 'misses' }}\n{rest}\n"
        );
        let document = Document::parse("advised", &text).expect("it is TOML");
        Scenario::read(&document, Path::new("")).err()
    }

    const FAULT: &str = "[[faults]]\nat = '1m'\n";

    /// What is wrong with `written`, and what is advised instead.
    fn advice(cluster: &str, topology: &str, written: &str) -> String {
        let page = refusal(cluster, topology, written).unwrap_or_else(|| panic!("{written} is right"));
        page.lines().filter_map(|line| line.strip_prefix("  = ")).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn all_that_is_advised_would_be_accepted() {
        for (cluster, topology) in [
            ("nodes = 1000", "kind = 'centralized'"),
            ("nodes = 1", "kind = 'centralized'"),
            ("nodes = 2", "kind = 'centralized', monitors = 3"),
            ("nodes = 5", "kind = 'peers'"),
            ("regions = { eu = 4, us = 6 }", "kind = 'gossip'"),
            ("nodes = 40", "kind = 'hierarchical'"),
            ("regions = { eu = 4, us = 6 }", "kind = 'hierarchical'"),
            ("nodes = 7", "kind = 'leader'"),
        ] {
            for (wrong, right) in [
                ("kind = 'crash'\nnodes = []", "kind = 'crash'\nnodes = '{}'"),
                ("kind = 'crash'\nnodes = ['n0', 'nobody at all']", "kind = 'crash'\nnodes = ['n0', '{}']"),
                (
                    "kind = 'degrade'\nloss = 0.1\nlinks = { from = [], to = 'n0' }",
                    "kind = 'degrade'\nloss = 0.1\nlinks = { from = '{}', to = 'n0' }",
                ),
            ] {
                let advice = advice(cluster, topology, &format!("{FAULT}{wrong}"));
                let split = advice.split_once(", or one of ").or_else(|| advice.split_once(" can hold "));
                let (_, words) = split.unwrap_or_else(|| panic!("{advice}"));
                for word in words.split(", ") {
                    let right = format!("{FAULT}{}", right.replace("{}", word));
                    assert_eq!(refusal(cluster, topology, &right), None, "{cluster} {topology} {word}");
                }
            }
            let advice =
                advice(cluster, topology, &format!("{FAULT}kind = 'partition'\ngroups = [[], 'n0']"));
            let (example, words) = advice.split_once("; a group can hold ").expect(&advice);
            let groups = example.strip_prefix("write ").expect(example);
            let right = format!("{FAULT}kind = 'partition'\n{groups}");
            assert_eq!(refusal(cluster, topology, &right), None, "{groups}");
            assert!(!words.contains("each") && !words.contains("random") && !words.contains("leader"));
        }
    }

    #[test]
    fn a_region_is_meant_by_its_name() {
        let cluster = "regions = { eu = 4, us = 6 }";
        for written in [
            "[[network.links]]\nfrom = 'eu'\nto = 'm0'",
            "[[network.links]]\nfrom = 'm0'\nto = ['n9', 'eu']",
            &format!("{FAULT}kind = 'crash'\nnodes = 'eu'"),
            &format!("{FAULT}kind = 'partition'\nisolate = 'eu'"),
            &format!("{FAULT}kind = 'partition'\ngroups = ['eu', 'region:us']"),
            &format!("{FAULT}kind = 'degrade'\nloss = 0.1\nlinks = {{ from = 'm0', to = 'eu' }}"),
        ] {
            let advice = advice(cluster, "kind = 'centralized'", written);
            assert_eq!(advice, "did you mean \"region:eu\"?", "{written}");
        }
    }
}
