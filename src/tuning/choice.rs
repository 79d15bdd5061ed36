//! Which of the settings that were tried is taken, and what it takes to be sure of it.

use super::goals::Status;
use super::tried::{Finding, Tried};

/// Settings whose traffic differs by less cost the same.
const SAME_TRAFFIC: f64 = 1.005;

/// The settings that may meet both goals at least traffic, the one to be taken first.
///
/// Where several cost the same, those come first that are sure, then those that leave the most room to the limit that
/// is nearest; and among equals the one in the middle, which is the farthest from where goals are missed.
pub fn alike(tried: &[Tried]) -> Vec<usize> {
    let stands =
        |place: &usize| tried[*place].score().excess == 0.0 && tried[*place].status() != Status::Missed;
    let candidates: Vec<usize> = (0..tried.len()).filter(stands).collect();
    let least = candidates.iter().map(|place| tried[*place].messages).fold(f64::INFINITY, f64::min);
    let mut alike: Vec<usize> =
        candidates.into_iter().filter(|place| tried[*place].messages <= least * SAME_TRAFFIC).collect();
    // Rooms that differ by rounding only are the same.
    let room = |place: usize| libm::round(tried[place].score().room.min(1e6) * 1e9);
    let rank = |one: usize, other: usize| {
        tried[one].status().cmp(&tried[other].status()).then(room(other).total_cmp(&room(one)))
    };
    alike.sort_by(|one, other| rank(*one, *other).then(tried[*one].place.cmp(&tried[*other].place)));
    if let Some(first) = alike.first().copied() {
        let equals = alike.iter().take_while(|place| rank(first, **place).is_eq()).count();
        let middle = alike.remove((equals - 1) / 2);
        alike.insert(0, middle);
    }
    alike
}

/// The setting to be taken.
pub fn best_of(tried: &[Tried]) -> Option<usize> {
    alike(tried).first().copied()
}

/// How many runs would tell of the goals of a setting that are open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Doubts {
    /// There are none.
    None,
    /// So many runs will probably do.
    Runs(f64),
    /// No number of runs will.
    Forever,
}

impl Doubts {
    /// Those about one goal, with so many runs done.
    pub fn about(finding: &Finding, replications: u32) -> Doubts {
        match (finding.status, finding.runs_to_tell) {
            (Some(Status::Open), Some(times)) => Doubts::Runs((f64::from(replications) * times).ceil()),
            (Some(Status::Open), None) => Doubts::Forever,
            _ => Doubts::None,
        }
    }

    /// How many runs to do next, if these are to be doubled, and there shall be no more than `most`; `None` if that
    /// would tell of no goal.
    pub fn next_runs(tried: &Tried, most: u32) -> Option<u32> {
        let wanted = tried.findings().into_iter().filter_map(|finding| {
            match Doubts::about(finding, tried.replications) {
                Doubts::Runs(runs) if runs <= f64::from(most) => Some(runs),
                _ => None,
            }
        });
        let wanted = wanted.reduce(f64::max)?;
        let mut runs = tried.replications;
        while f64::from(runs) < wanted || runs == tried.replications {
            runs = runs.saturating_mul(2);
        }
        Some(runs.min(most)).filter(|runs| *runs > tried.replications)
    }
}

/// Of the settings for which `stands` holds, the one that comes first by `what`; of equals the cheapest.
pub fn nearest(
    tried: &[Tried],
    stands: impl Fn(&Tried) -> bool,
    what: impl Fn(&Tried) -> f64,
) -> Option<&Tried> {
    let candidates = tried.iter().filter(|one| stands(one) && !what(one).is_nan());
    candidates.min_by(|one, other| {
        let what = what(one).total_cmp(&what(other));
        what.then(one.messages.total_cmp(&other.messages)).then(one.place.cmp(&other.place))
    })
}

#[cfg(test)]
mod tests;
