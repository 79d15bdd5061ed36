//! What is said where nodes push their beats, and how it is kept in four bytes.

use std::fmt;

use super::super::council::Ballot;
use super::super::monitors::Notice;
use crate::engine::cluster::NodeId;

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// "I am alive." Numbered where it will be answered, and else 0.
    Beat(u32),
    /// "I heard the beat with this number."
    Reply(u32),
    /// What monitors say to one another, and to members about themselves.
    Notice(Notice),
}

/// A word in four bytes. Messages on their way are most of what a large run keeps, and beats are most of
/// them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Packed(u32);

/// The names of the kinds of words, in the order of the numbers by which they are packed.
pub(super) const KINDS: &[&str] = &["beat", "reply", "opinion", "office", "question"];

/// Bits for what is said; those above are for its kind. More than any node's number needs, and one more.
const BITS: u32 = 29;
const CONTENT: u32 = (1 << BITS) - 1;
/// Numbers of beats begin anew after this one.
pub(super) const MOST_BEATS: u32 = CONTENT;

impl Packed {
    /// Packs a word.
    pub(super) fn of(word: Word) -> Packed {
        let (kind, content) = match word {
            Word::Beat(number) => (0, number & CONTENT),
            Word::Reply(number) => (1, number & CONTENT),
            Word::Notice(Notice::Opinion(Ballot { subject, dead })) => (2, subject.0 << 1 | u32::from(dead)),
            Word::Notice(Notice::Office(holder)) => (3, holder.0),
            Word::Notice(Notice::Question) => (4, 0),
        };
        Packed(kind << BITS | content)
    }

    /// What was packed.
    #[inline]
    pub(super) fn word(self) -> Word {
        let content = self.0 & CONTENT;
        match self.kind() {
            0 => Word::Beat(content),
            1 => Word::Reply(content),
            2 => {
                let (subject, dead) = (NodeId(content >> 1), content & 1 == 1);
                Word::Notice(Notice::Opinion(Ballot { subject, dead }))
            }
            3 => Word::Notice(Notice::Office(NodeId(content))),
            _ => Word::Notice(Notice::Question),
        }
    }

    /// Which of [`KINDS`] it is.
    #[inline]
    pub(super) fn kind(self) -> usize {
        (self.0 >> BITS) as usize
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.word().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        const LAST: NodeId = NodeId((1 << 28) - 1);
        for (kind, word) in [
            (0, Word::Beat(0)),
            (0, Word::Beat(CONTENT)),
            (1, Word::Reply(7)),
            (2, Word::Notice(Notice::Opinion(Ballot { subject: LAST, dead: true }))),
            (2, Word::Notice(Notice::Opinion(Ballot { subject: NodeId(0), dead: false }))),
            (3, Word::Notice(Notice::Office(LAST))),
            (4, Word::Notice(Notice::Question)),
        ] {
            assert_eq!((Packed::of(word).word(), Packed::of(word).kind()), (word, kind));
        }
        assert_eq!(Packed::of(Word::Beat(CONTENT + 1)).word(), Word::Beat(0));
    }
}
