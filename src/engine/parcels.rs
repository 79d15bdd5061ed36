//! Parcels: what is too large for a message travels beside it, once for all messages that carry it.
//!
//! Boxes are used again when nothing refers to them any more, so in the steady state nothing is allocated.

use super::model::Parcel;

/// All parcels of a run.
pub(super) struct Parcels<I> {
    boxes: Vec<Vec<I>>,
    /// Messages on their way that carry each.
    carried: Vec<u32>,
    free: Vec<u32>,
    /// The parcel that was packed last: it may still be sent.
    at_hand: Option<Parcel>,
}

impl<I: Copy> Parcels<I> {
    pub(super) fn new() -> Parcels<I> {
        Parcels { boxes: Vec::new(), carried: Vec::new(), free: Vec::new(), at_hand: None }
    }

    /// Packs a parcel. Unless a message carries it by the time the next one is packed, it is thrown away.
    pub(super) fn pack(&mut self, items: &[I]) -> Parcel {
        if let Some(last) = self.at_hand.take() {
            self.discard_if_unused(last);
        }
        let number = self.free.pop().unwrap_or_else(|| {
            self.boxes.push(Vec::new());
            self.carried.push(0);
            (self.boxes.len() - 1) as u32
        });
        let content = &mut self.boxes[number as usize];
        content.clear();
        content.extend_from_slice(items);
        self.at_hand = Some(Parcel(number));
        Parcel(number)
    }

    /// What is in a parcel.
    pub(super) fn open(&self, parcel: Parcel) -> &[I] {
        &self.boxes[parcel.0 as usize]
    }

    /// A message sets out with a parcel.
    pub(super) fn carry(&mut self, parcel: Parcel) {
        self.carried[parcel.0 as usize] += 1;
    }

    /// A message that carried a parcel is no more.
    pub(super) fn drop_off(&mut self, parcel: Parcel) {
        self.carried[parcel.0 as usize] -= 1;
        if self.at_hand != Some(parcel) {
            self.discard_if_unused(parcel);
        }
    }

    fn discard_if_unused(&mut self, parcel: Parcel) {
        if self.carried[parcel.0 as usize] == 0 {
            self.free.push(parcel.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_used_again_once_no_message_carries_it() {
        let mut parcels = Parcels::new();
        let first = parcels.pack(&[1, 2]);
        parcels.carry(first);
        parcels.carry(first);
        let second = parcels.pack(&[3]);
        assert_ne!(first, second);
        parcels.drop_off(first);
        assert_eq!(parcels.open(first), [1, 2], "one message still carries it");
        parcels.drop_off(first);
        let third = parcels.pack(&[4, 5, 6]);
        assert_eq!(parcels.open(third), [4, 5, 6]);
        assert!(third == first || third == second, "the second was never sent, the first has arrived");
        assert_eq!(parcels.boxes.len(), 2);
    }

    #[test]
    fn a_parcel_at_hand_outlives_its_first_message() {
        let mut parcels = Parcels::new();
        let parcel = parcels.pack(&[7]);
        parcels.carry(parcel);
        parcels.drop_off(parcel); // Lost on its way, and it is still to be sent to others.
        parcels.carry(parcel);
        assert_eq!(parcels.open(parcel), [7]);
        parcels.drop_off(parcel);
        assert_ne!(parcels.pack(&[8]), Parcel(9));
        assert_eq!(parcels.boxes.len(), 1);
    }
}
