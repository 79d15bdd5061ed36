//! Who watches whom, and where each such pair is kept.
//!
//! A place is an index into everything that is kept per pair. A monitor's places lie side by side in the order
//! of the members' seats, so that members who beat one after another are found one after another.

use super::cluster::{Cluster, NodeId};
use super::model::Watches;
use super::seating::{Seat, Seating};

/// The places of all pairs of an observer and a subject whose silence it may watch.
pub(super) struct Watchlist {
    cluster: Cluster,
    of_members: Kind,
    /// Of each node that is not a member, in the order of their numbers.
    of_others: Vec<Row>,
    /// Whom members watch, where each picks a few.
    picked: Vec<NodeId>,
    places: usize,
}

/// Whom each member watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Nobody,
    /// A range of nodes: the first and how many.
    All(u32, u32),
    /// At most so many.
    Some(u32),
    Table,
}

/// Whom a node that is not a member watches.
#[derive(Clone, Copy)]
struct Row {
    offset: usize,
    first: u32,
    count: u32,
    /// Whether these are all members, who are kept in the order of their seats.
    all_members: bool,
}

const NO_ONE: NodeId = NodeId(u32::MAX);

impl Watchlist {
    /// The places for whom `watches` lets each node watch.
    pub(super) fn new(cluster: Cluster, watches: impl Fn(NodeId) -> Watches) -> Watchlist {
        let members = cluster.members as usize;
        let (of_members, mut places) = match watches(NodeId(0)) {
            Watches::Nobody => (Kind::Nobody, 0),
            Watches::All(range) => (Kind::All(range.start, range.end - range.start), members * range.len()),
            Watches::Some(most) => (Kind::Some(most), members * most as usize),
            Watches::Table => (Kind::Table, 0),
        };
        let picked = if let Kind::Some(_) = of_members { vec![NO_ONE; places] } else { Vec::new() };
        let mut of_others = Vec::new();
        for other in cluster.members..cluster.nodes() {
            let range = match watches(NodeId(other)) {
                Watches::All(range) => range,
                Watches::Nobody => 0..0,
                _ => unreachable!("only members pick whom they watch"),
            };
            let all_members = range == (0..cluster.members);
            let (offset, first, count) = (places, range.start, range.end - range.start);
            of_others.push(Row { offset, first, count, all_members });
            places += range.len();
        }
        Watchlist { cluster, of_members, of_others, picked, places }
    }

    /// How many pairs there are.
    pub(super) fn places(&self) -> usize {
        self.places
    }

    /// Whether members keep tables of all others.
    pub(super) fn has_tables(&self) -> bool {
        self.of_members == Kind::Table
    }

    /// All seats from which somebody may watch.
    pub(super) fn observers(&self) -> impl Iterator<Item = Seat> {
        let first = if self.of_members == Kind::Nobody { self.cluster.members } else { 0 };
        (first..self.cluster.nodes()).map(Seat)
    }

    /// The place of a pair, if there is one.
    #[inline(always)]
    pub(super) fn place(&self, seating: &Seating, observer: Seat, subject: Seat) -> Option<usize> {
        if let Some(other) = observer.0.checked_sub(self.cluster.members) {
            let row = self.of_others[other as usize];
            if row.all_members {
                return (subject.0 < row.count).then(|| row.offset + subject.index());
            }
            let number = seating.node_at(subject).0.wrapping_sub(row.first);
            return (number < row.count).then(|| row.offset + number as usize);
        }
        match self.of_members {
            Kind::Nobody | Kind::Table => None,
            Kind::All(first, count) => {
                let number = seating.node_at(subject).0.wrapping_sub(first);
                (number < count).then(|| observer.index() * count as usize + number as usize)
            }
            Kind::Some(most) => {
                let subject = seating.node_at(subject);
                let offset = observer.index() * most as usize;
                let picked = &self.picked[offset..offset + most as usize];
                picked.iter().position(|node| *node == subject).map(|number| offset + number)
            }
        }
    }

    /// The place of a pair that may be new.
    pub(super) fn place_for(&mut self, seating: &Seating, observer: Seat, subject: Seat) -> Option<usize> {
        let found = self.place(seating, observer, subject);
        let Kind::Some(most) = self.of_members else { return found };
        if found.is_some() || !seating.seats_member(observer) {
            return found;
        }
        let offset = observer.index() * most as usize;
        let free = self.picked[offset..offset + most as usize].iter().position(|node| *node == NO_ONE)?;
        self.picked[offset + free] = seating.node_at(subject);
        Some(offset + free)
    }

    /// All places of an observer, each with its subject.
    pub(super) fn places_of<'a>(
        &'a self,
        seating: &'a Seating,
        observer: Seat,
    ) -> impl Iterator<Item = (usize, Seat)> + 'a {
        let (offset, count) = match observer.0.checked_sub(self.cluster.members) {
            Some(other) => (self.of_others[other as usize].offset, self.of_others[other as usize].count),
            None => match self.of_members {
                Kind::Nobody | Kind::Table => (0, 0),
                Kind::All(_, count) | Kind::Some(count) => (observer.index() * count as usize, count),
            },
        };
        (0..count).filter_map(move |number| {
            let place = offset + number as usize;
            Some((place, self.subject_at(seating, observer, number, place)?))
        })
    }

    fn subject_at(&self, seating: &Seating, observer: Seat, number: u32, place: usize) -> Option<Seat> {
        let first = match observer.0.checked_sub(self.cluster.members) {
            Some(other) => {
                let row = self.of_others[other as usize];
                if row.all_members {
                    return Some(Seat(number));
                }
                row.first
            }
            None => match self.of_members {
                Kind::Some(_) => {
                    let node = self.picked[place];
                    return (node != NO_ONE).then(|| seating.seat_of(node));
                }
                Kind::All(first, _) => first,
                Kind::Nobody | Kind::Table => return None,
            },
        };
        Some(seating.seat_of(NodeId(first + number)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLUSTER: Cluster = Cluster { members: 4, monitors: 2, coordinators: 2, globals: 1 };

    fn seating() -> Seating {
        Seating::new(CLUSTER, |node| [7, 3, 7, 0][node.index()])
    }

    /// Every pair of a monitor and a member, of a coordinator and its region, of a member and those it picked
    /// has a place of its own, and from the place one finds back.
    #[test]
    fn every_pair_has_a_place_of_its_own() {
        let seating = seating();
        let others = |node: NodeId| match node.0 {
            0..4 => Watches::Some(2),
            4..6 => Watches::All(0..4),
            6 => Watches::All(0..1),
            7 => Watches::All(1..4),
            _ => Watches::All(6..8),
        };
        let mut list = Watchlist::new(CLUSTER, others);
        for (observer, subject) in [(0, 1), (0, 2), (3, 0)] {
            let seats = (seating.seat_of(NodeId(observer)), seating.seat_of(NodeId(subject)));
            assert!(list.place_for(&seating, seats.0, seats.1).is_some());
        }
        let mut seen = Vec::new();
        for observer in (0..CLUSTER.nodes()).map(Seat) {
            for (place, subject) in list.places_of(&seating, observer) {
                assert_eq!(list.place(&seating, observer, subject), Some(place));
                seen.push(place);
            }
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((seen.len(), count), (3 + 8 + 1 + 3 + 2, 3 + 8 + 1 + 3 + 2));
        assert!(seen.iter().all(|place| *place < list.places()));
    }

    #[test]
    fn whom_nobody_watches_has_no_place() {
        let seating = seating();
        let list = Watchlist::new(CLUSTER, |node| match node.0 {
            4 => Watches::All(0..4),
            _ => Watches::Nobody,
        });
        let seat = |node| seating.seat_of(NodeId(node));
        assert_eq!(list.place(&seating, seat(0), seat(1)), None, "members watch nobody");
        assert_eq!(list.place(&seating, seat(5), seat(1)), None, "nor does the other monitor");
        assert_eq!(list.place(&seating, seat(4), seat(5)), None, "monitors are not watched");
        assert_eq!(list.places_of(&seating, seat(0)).count(), 0);
    }
}
