//! Tables compared by digests: a digest, an answer with what is newer there and the wish for what is newer here, and
//! what was wished for.
//!
//! A digest is all counts, as a table is. An answer is how many members it asks for, their numbers, and the numbers
//! and counts of those it knows newer; what was asked for is numbers and counts likewise, after a zero.

use super::{Gossip, STRETCH, Word};
use crate::engine::cluster::NodeId;
use crate::engine::model::{Context, Parcel};
use crate::engine::time::Time;

/// How many members a message says something about. In three bytes, so that messages are no larger for it; as
/// every member keeps a table of all, there are never as many members as do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entries([u8; 3]);

impl Entries {
    pub(super) fn of(number: usize) -> Entries {
        let [low, middle, high, _] = (number as u32).to_le_bytes();
        Entries([low, middle, high])
    }

    pub(super) fn number(self) -> u64 {
        let [low, middle, high] = self.0;
        u64::from(u32::from_le_bytes([low, middle, high, 0]))
    }
}

/// Answers a digest: what is newer here, and of whom it is newer there.
pub(super) fn answer(
    counts: &mut [u32],
    letter: &mut Vec<u32>,
    context: &mut impl Context<Gossip>,
    from: NodeId,
    theirs: Parcel,
) {
    let me = context.me().index();
    letter.clear();
    letter.push(0);
    let theirs = context.open(theirs);
    // A count of mine that is higher than mine is from an earlier life, and I go on from there.
    counts[me] = counts[me].max(theirs[me]);
    let both = || counts.iter().zip(theirs).zip(0..);
    letter.extend(both().filter(|((mine, theirs), _)| theirs > mine).map(|(_, member)| member));
    let asked = letter.len() - 1;
    letter[0] = asked as u32;
    for ((mine, _), member) in both().filter(|((mine, theirs), _)| mine > theirs) {
        letter.extend([member, *mine]);
    }
    let newer = (letter.len() - 1 - asked) / 2;
    let parcel = context.pack(letter);
    context.send(from, Word::Answer(Entries::of(asked + newer), parcel));
}

/// Takes over what is newer of what came, and says of whom it heard by that. Says how many it is asked for.
pub(super) fn take_over(
    counts: &mut [u32],
    context: &mut impl Context<Gossip>,
    parcel: Parcel,
    sent: Time,
) -> usize {
    let me = context.me().index();
    let asked = context.open(parcel)[0] as usize;
    let mut place = 1 + asked;
    let mut newer = [false; STRETCH];
    for (stretch, counts) in counts.chunks_mut(STRETCH).enumerate() {
        let first = stretch * STRETCH;
        let newer = &mut newer[..counts.len()];
        newer.fill(false);
        let mut heard = false;
        // Entries are in the order of the members' numbers.
        while let Some([member, count]) = context.open(parcel).get(place..place + 2)
            && let Some(mine) = counts.get_mut(*member as usize - first)
        {
            let is_newer = count > mine && *member as usize != me;
            newer[*member as usize - first] = is_newer;
            heard |= is_newer;
            *mine = (*mine).max(*count);
            place += 2;
        }
        if heard {
            context.heard_of(first as u32, newer, sent);
        }
    }
    asked
}

/// Brings what was asked for, if anything was.
pub(super) fn bring(
    counts: &[u32],
    letter: &mut Vec<u32>,
    context: &mut impl Context<Gossip>,
    to: NodeId,
    (parcel, asked): (Parcel, usize),
) {
    if asked == 0 {
        return;
    }
    letter.clear();
    letter.push(0);
    for member in &context.open(parcel)[1..=asked] {
        letter.extend([*member, counts[*member as usize]]);
    }
    let parcel = context.pack(letter);
    context.send(to, Word::Delta(Entries::of(asked), parcel));
}
