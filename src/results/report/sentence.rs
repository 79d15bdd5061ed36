//! What came out, in a sentence that can be read aloud.

use std::fmt::Write as _;

use super::{CAUSES, View, percent};
use crate::results::numbers::{seconds, short};

impl View<'_> {
    /// What came out, as one would say it.
    pub(in crate::results) fn sentence(&self) -> String {
        let mut said = self.detection_sentence();
        said.push_str(&self.mistake_sentence());
        if let Some(leaderless) = self.value("leaderless_s").filter(|time| *time > 0.0) {
            let counted_s: f64 = self.records.iter().map(|run| run.counted_s).sum();
            let _ = write!(said, " Nobody led for {} of the time.", percent(leaderless / counted_s));
        }
        if let Some(rate) = self.value("messages_per_s") {
            let _ = write!(said, " The price is {} messages a second.", short(rate));
        }
        let replications = self.summary.replications;
        if replications < 10 {
            let _ = write!(
                said,
                " These are {replications} run(s): for intervals that can be trusted use --replications 10 or more."
            );
        }
        said.trim().to_owned()
    }

    fn detection_sentence(&self) -> String {
        let crashes = self.value("crashes").unwrap_or(0.0);
        let detected = self.value("detected").unwrap_or(0.0);
        let Some(mean) = self.value("detection_s_mean") else {
            return if crashes == 0.0 {
                "No crash was counted, so there was nothing to detect.".to_owned()
            } else {
                format!("None of the {} crashes was detected.", short(crashes))
            };
        };
        let known = if detected == 1.0 {
            format!("The one crash that was detected was known after {}", seconds(mean))
        } else {
            let mut known = format!("A crash is known after {} on average", seconds(mean));
            if let Some(p99) = self.value("detection_s_p99").filter(|_| detected >= 100.0) {
                let _ = write!(known, ", 99 of 100 within {}", seconds(p99));
            }
            known
        };
        let mut said = format!("{known}.");
        if let Some(all) = self.value("detection_all_s_mean").filter(|all| *all > mean) {
            let _ = write!(said, " All who are up know it after {} on average.", seconds(all));
        }
        if let Some(early) = self.value("already_dead").filter(|early| *early > 0.0) {
            let _ = write!(said, " In {} of them the node was wrongly held dead already.", short(early));
        }
        let unknown = crashes - detected;
        if unknown > 0.0 {
            let verb = if unknown == 1.0 { "was" } else { "were" };
            let _ = write!(said, " {} of {} crashes {verb} not detected.", short(unknown), short(crashes));
        }
        said
    }

    pub(in crate::results) fn mistake_sentence(&self) -> String {
        let count = self.value("false_positives").unwrap_or(0.0);
        let Some(rate) = self.estimate("false_positives_per_node_day") else { return String::new() };
        let high = rate.interval.map_or(f64::INFINITY, |interval| interval.high);
        if count == 0.0 && self.value("query_accuracy").is_some_and(|accuracy| accuracy < 1.0) {
            return format!(
                " No living node was declared dead after the warm-up (at 95 % confidence that happens less than {} \
                 times per node and day), but some were still held dead from before.",
                short(high)
            );
        }
        if count == 0.0 {
            return format!(
                " No living node was declared dead; at 95 % confidence that happens less than {} times per node \
                 and day.",
                short(high)
            );
        }
        format!(
            " A living node was wrongly declared dead {} times, {} times per node and day{}.",
            short(count),
            short(rate.value),
            self.main_cause()
        )
    }

    /// Why most of the mistakes were made, if one cause alone explains most of them.
    fn main_cause(&self) -> String {
        let all = self.value("mistakes").unwrap_or(0.0);
        let of = |name| self.value(name).unwrap_or(0.0);
        match CAUSES.into_iter().find(|(_, name)| 2.0 * of(name) > all) {
            Some((why, name)) if of(name) == all => format!(", {why}"),
            Some((why, _)) => format!(", mostly {why}"),
            None => String::new(),
        }
    }
}
