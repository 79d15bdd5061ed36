//! Records as bytes, and back.
//!
//! Whole numbers take as few bytes as they need, seven bits in each; floating point keeps all its bits. Reading trusts
//! nothing: whatever the bytes, it ends, it takes no more memory than a small multiple of their number, and it says
//! so when they mean nothing.

use crate::engine::cluster::NodeId;
use crate::engine::desk::Waiting;
use crate::engine::digest::Digest;
use crate::engine::findings::{Crash, Findings, Leadership};
use crate::engine::time::{Span, Time};
use crate::engine::traffic::Traffic;
use crate::measures::{Possible, RunRecord};

/// What can be written down and read back.
pub(super) trait Stored: Sized {
    /// Adds it to some bytes.
    fn put(&self, to: &mut Vec<u8>);

    /// Takes it from the front of some bytes; `None` if they do not begin with one.
    fn take(from: &mut &[u8]) -> Option<Self>;
}

/// A structure is its fields, one after the other. Each field is named, so that none that is added one day can be
/// forgotten; what is left out comes back empty.
macro_rules! stored {
    ($($type:ident { $($field:ident),* } $(without { $($left:ident),* })?;)*) => {$(
        impl Stored for $type {
            fn put(&self, to: &mut Vec<u8>) {
                let $type { $($field,)* $($($left: _,)*)? } = self;
                $($field.put(to);)*
            }

            fn take(from: &mut &[u8]) -> Option<$type> {
                Some($type { $($field: Stored::take(from)?,)* $($($left: Default::default(),)*)? })
            }
        }
    )*};
}

// Any change here, in the order too, makes a new format: see `frame::FORMAT`.
stored! {
    RunRecord { replication, findings, traffic, counted_s, nodes, events, possible, digest };
    Findings {
        crashes, pairs_left_out, mistakes_by_cause, false_positives, false_suspicions_by_cause, mistakes_ended,
        mistake_nanos, wrong_nanos, wrong_ended, pair_nanos, node_nanos, dead_in_service_nanos,
        healthy_out_of_service_nanos, two_sides_nanos, flaps, unwatched_nanos, leadership, digest
    } without { mistakes, pairs };
    Crash { node, at, restarted, already_dead, first, majority, all, acting };
    Leadership { leaderless_nanos, two_leaders_nanos, elections, needless_elections };
    Traffic {
        sent, delivered, lost, dropped, cut, waiting, bytes, busiest_node_load, total_load, peak_per_s
    } without { kinds, by_second };
    Waiting { begun, waited, nanos, longest };
    Possible { hearsay, dissemination, partitions, pauses };
}

impl Stored for u128 {
    fn put(&self, to: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            to.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        to.push(rest as u8);
    }

    fn take(from: &mut &[u8]) -> Option<u128> {
        let mut number = 0;
        for shift in (0..u128::BITS).step_by(7) {
            let byte = take_byte(from)?;
            let bits = u128::from(byte & 0x7f) << shift;
            if bits >> shift != u128::from(byte & 0x7f) {
                return None;
            }
            number |= bits;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

impl Stored for u64 {
    fn put(&self, to: &mut Vec<u8>) {
        u128::from(*self).put(to);
    }

    fn take(from: &mut &[u8]) -> Option<u64> {
        u128::take(from)?.try_into().ok()
    }
}

impl Stored for u32 {
    fn put(&self, to: &mut Vec<u8>) {
        u128::from(*self).put(to);
    }

    fn take(from: &mut &[u8]) -> Option<u32> {
        u128::take(from)?.try_into().ok()
    }
}

impl Stored for bool {
    fn put(&self, to: &mut Vec<u8>) {
        to.push(u8::from(*self));
    }

    fn take(from: &mut &[u8]) -> Option<bool> {
        match take_byte(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Stored for f64 {
    fn put(&self, to: &mut Vec<u8>) {
        to.extend(self.to_bits().to_le_bytes());
    }

    fn take(from: &mut &[u8]) -> Option<f64> {
        take_array(from).map(u64::from_le_bytes).map(f64::from_bits)
    }
}

impl<T: Stored> Stored for Option<T> {
    fn put(&self, to: &mut Vec<u8>) {
        self.is_some().put(to);
        self.iter().for_each(|there| there.put(to));
    }

    fn take(from: &mut &[u8]) -> Option<Option<T>> {
        match bool::take(from)? {
            true => T::take(from).map(Some),
            false => Some(None),
        }
    }
}

/// Room for so many items is made before the first of them was read.
const MOST_AT_ONCE: u64 = 1_000;

impl<T: Stored> Stored for Vec<T> {
    fn put(&self, to: &mut Vec<u8>) {
        (self.len() as u64).put(to);
        self.iter().for_each(|item| item.put(to));
    }

    fn take(from: &mut &[u8]) -> Option<Vec<T>> {
        let count = u64::take(from)?;
        // A number that is plainly wrong must not make room for itself.
        let mut items = Vec::with_capacity(count.min(MOST_AT_ONCE) as usize);
        for _ in 0..count {
            items.push(T::take(from)?);
        }
        Some(items)
    }
}

impl<const N: usize> Stored for [u64; N] {
    fn put(&self, to: &mut Vec<u8>) {
        self.iter().for_each(|number| number.put(to));
    }

    fn take(from: &mut &[u8]) -> Option<[u64; N]> {
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number = u64::take(from)?;
        }
        Some(numbers)
    }
}

impl Stored for Time {
    fn put(&self, to: &mut Vec<u8>) {
        self.nanos().put(to);
    }

    fn take(from: &mut &[u8]) -> Option<Time> {
        u64::take(from).map(Time::from_nanos)
    }
}

impl Stored for Span {
    fn put(&self, to: &mut Vec<u8>) {
        self.nanos().put(to);
    }

    fn take(from: &mut &[u8]) -> Option<Span> {
        u64::take(from).map(Span::from_nanos)
    }
}

impl Stored for NodeId {
    fn put(&self, to: &mut Vec<u8>) {
        self.0.put(to);
    }

    fn take(from: &mut &[u8]) -> Option<NodeId> {
        u32::take(from).map(NodeId)
    }
}

impl Stored for Digest {
    fn put(&self, to: &mut Vec<u8>) {
        self.lanes().into_iter().for_each(|lane| to.extend(lane.to_le_bytes()));
    }

    fn take(from: &mut &[u8]) -> Option<Digest> {
        let lanes = [take_array(from)?, take_array(from)?];
        Some(Digest::of_lanes(lanes.map(u64::from_le_bytes)))
    }
}

/// The next `count` bytes.
pub(super) fn take_bytes<'a>(from: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = from.split_at_checked(count)?;
    *from = rest;
    Some(taken)
}

fn take_array<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    take_bytes(from, N)?.try_into().ok()
}

fn take_byte(from: &mut &[u8]) -> Option<u8> {
    take_array(from).map(|[byte]| byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_as_few_bytes_as_they_need_and_come_back() {
        for (number, bytes) in
            [(0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (u64::MAX.into(), 10), (u128::MAX, 19)]
        {
            let mut written = Vec::new();
            number.put(&mut written);
            assert_eq!(written.len(), bytes, "{number}");
            assert_eq!(u128::take(&mut &written[..]), Some(number));
            assert_eq!(u128::take(&mut &written[..bytes - 1]), None, "a byte is missing");
            let fits = u64::try_from(number).ok();
            assert_eq!(u64::take(&mut &written[..]), fits);
        }
    }

    #[test]
    fn what_was_never_written_means_nothing() {
        for wrong in [&[0xff; 30][..], &[0xff; 18], &[0x80; 19], &[]] {
            assert_eq!(u128::take(&mut &*wrong), None, "{wrong:?}");
        }
        assert_eq!(bool::take(&mut &[2][..]), None);
        assert_eq!(<Option<u64> as Stored>::take(&mut &[1][..]), None);
        let mut endless = Vec::new();
        u64::MAX.put(&mut endless);
        assert_eq!(Vec::<u64>::take(&mut &endless[..]), None, "no room is made for what cannot be there");
    }
}
