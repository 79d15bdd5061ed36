//! How the news of a crash spread among those who could know.

use crate::engine::time::Time;

/// When enough observers had declared a crash, not to take it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spread {
    /// Any of them.
    pub(super) first: Option<Time>,
    /// More than half of those who lived then.
    pub(super) majority: Option<Time>,
    /// All of those who lived then.
    pub(super) all: Option<Time>,
}

impl Spread {
    /// `lives` are the beginnings of the lives of all observers, `declared` when those declared it who did: each
    /// in its life. Who comes to life later need not have known of it for all others to have known.
    pub(super) fn of(mut lives: Vec<Time>, mut declared: Vec<Time>) -> Spread {
        lives.sort_unstable();
        declared.sort_unstable();
        let when = |enough: fn(usize, usize) -> bool| {
            let alive = |time: &Time| lives.partition_point(|born| born <= time);
            let by_then = declared.iter().zip(1..).find(|(time, count)| enough(*count, alive(time)));
            by_then.map(|(time, _)| *time)
        };
        Spread {
            first: declared.first().copied(),
            majority: when(|count, alive| 2 * count > alive),
            all: when(|count, alive| count == alive),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_of_those_who_live_then() {
        let at = |seconds: &u64| Time::from_nanos(*seconds);
        for (lives, declared, known) in [
            (&[0, 0, 0][..], &[17, 14, 21][..], [Some(14), Some(17), Some(21)]),
            (&[0, 0, 0, 0], &[14, 17, 21], [Some(14), Some(21), None]),
            (&[0, 0], &[14], [Some(14), None, None]),
            (&[0], &[], [None; 3]),
            (&[], &[], [None; 3]),
            (&[0, 0, 0], &[14, 14, 14], [Some(14); 3]),
            // One comes later.
            (&[0, 0, 30], &[14, 17, 33], [Some(14), Some(17), Some(17)]),
            (&[0, 0, 15], &[14, 17, 33], [Some(14), Some(17), Some(33)]),
            (&[0, 0, 15], &[14, 17], [Some(14), Some(17), None]),
        ] {
            let spread = Spread::of(lives.iter().map(at).collect(), declared.iter().map(at).collect());
            let [first, majority, all] = known.map(|time| time.as_ref().map(at));
            assert_eq!(spread, Spread { first, majority, all }, "{lives:?} {declared:?}");
        }
    }
}
