//! Frames: what a part consists of.
//!
//! | bytes | |
//! |---|---|
//! | 4 | length of the content |
//! | 1 | its kind: `H` the head, `U` a unit, `C` the close |
//! | … | the content |
//! | 8 | the checksum over all of these |
//!
//! Numbers have their lowest byte first. The first frame follows a line of text by which a part is known. The checksum
//! of every other frame begins with that of the first: what another part left on a disk never fits.

use std::io::{self, Read};

use crate::engine::random::mix;

/// The version of everything that a part consists of: the frames, the head, the records.
pub(super) const FORMAT: u32 = 1;

/// A part begins with this and the number of its format, on a line of its own.
pub(super) const MAGIC: &str = "hbsim part, format ";

/// More content is damage when it is read, and refused when it is to be written.
const LONGEST: usize = 1 << 30;

/// Length and kind.
const BEFORE: usize = 5;
/// The checksum.
const AFTER: usize = 8;

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What the part belongs to.
    Head = b'H' as isize,
    /// The records of a unit.
    Unit = b'U' as isize,
    /// The number of units: nothing follows.
    Close = b'C' as isize,
}

/// A frame that was read, and is whole.
pub(super) struct Frame {
    pub(super) kind: Kind,
    pub(super) content: Vec<u8>,
    pub(super) checksum: u64,
}

/// Why there is no frame to be read.
#[derive(Debug)]
pub(super) enum Flaw {
    /// The file ends within it, or before it.
    Torn,
    /// It does not fit its checksum, or is none.
    Damaged,
    /// The machine failed.
    Disk(io::Error),
}

impl Frame {
    /// Adds a frame to some bytes, and gives its checksum.
    pub(super) fn put(
        kind: Kind,
        seed: u64,
        to: &mut Vec<u8>,
        fill: impl FnOnce(&mut Vec<u8>),
    ) -> io::Result<u64> {
        let begin = to.len();
        to.extend([0; BEFORE]);
        fill(to);
        let length = to.len() - begin - BEFORE;
        if length > LONGEST {
            return Err(io::Error::other("these are more than 1 GiB at once"));
        }
        to[begin..begin + 4].copy_from_slice(&(length as u32).to_le_bytes());
        to[begin + 4] = kind as u8;
        let checksum = checksum(seed, &to[begin..]);
        to.extend(checksum.to_le_bytes());
        Ok(checksum)
    }

    /// Reads a frame of a file of which `left` bytes are left.
    pub(super) fn take(from: &mut impl Read, left: u64, seed: u64) -> Result<Frame, Flaw> {
        if left < (BEFORE + AFTER) as u64 {
            return Err(Flaw::Torn);
        }
        let mut before = [0; BEFORE];
        fill(from, &mut before)?;
        let [a, b, c, d, kind] = before;
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        if (BEFORE + length + AFTER) as u64 > left {
            return Err(Flaw::Torn);
        }
        let kind = [Kind::Head, Kind::Unit, Kind::Close].into_iter().find(|known| *known as u8 == kind);
        let kind = kind.filter(|_| length <= LONGEST).ok_or(Flaw::Damaged)?;
        let mut bytes = vec![0; BEFORE + length + AFTER];
        bytes[..BEFORE].copy_from_slice(&before);
        fill(from, &mut bytes[BEFORE..])?;
        let written = bytes.split_off(BEFORE + length);
        let checksum = checksum(seed, &bytes);
        if written != checksum.to_le_bytes() {
            return Err(Flaw::Damaged);
        }
        Ok(Frame { kind, content: bytes.split_off(BEFORE), checksum })
    }

    /// How many bytes it takes in the file.
    pub(super) fn length(&self) -> u64 {
        (BEFORE + self.content.len() + AFTER) as u64
    }
}

/// Fills all of `bytes`.
fn fill(from: &mut impl Read, bytes: &mut [u8]) -> Result<(), Flaw> {
    from.read_exact(bytes).map_err(|why| match why.kind() {
        io::ErrorKind::UnexpectedEof => Flaw::Torn,
        _ => Flaw::Disk(why),
    })
}

/// What keeps zeros from having the checksum zero: the fractional part of the square root of 5.
const STEP: u64 = 0x3c6e_f372_fe94_f82b;

/// A hash of bytes in their order. Eight at a time go through a bijection, so two texts of the same length that differ
/// within eight bytes only never have the same.
fn checksum(seed: u64, bytes: &[u8]) -> u64 {
    let mut state = seed ^ mix(bytes.len() as u64);
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        state = mix(state ^ u64::from_le_bytes(word)).wrapping_add(STEP);
    }
    mix(state)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(content: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        Frame::put(Kind::Unit, 7, &mut bytes, |to| to.extend(content)).expect("a frame");
        bytes
    }

    #[test]
    fn a_frame_comes_back_only_whole_and_unchanged() {
        let bytes = framed(b"what was found out");
        let take = |bytes: &[u8]| Frame::take(&mut &*bytes, bytes.len() as u64, 7);
        let frame = take(&bytes).expect("a frame");
        assert_eq!((frame.kind, &frame.content[..]), (Kind::Unit, &b"what was found out"[..]));
        assert_eq!(frame.length(), bytes.len() as u64);
        for length in 0..bytes.len() {
            assert!(matches!(take(&bytes[..length]), Err(Flaw::Torn)), "{length} bytes of it");
        }
        for bit in 0..8 * bytes.len() {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(take(&flipped).is_err(), "bit {bit} flipped");
        }
        let elsewhere = Frame::take(&mut &bytes[..], bytes.len() as u64, 8);
        assert!(matches!(elsewhere, Err(Flaw::Damaged)), "it belongs to the part in which it was written");
    }

    #[test]
    fn the_checksum_minds_order_length_and_zeros() {
        let mut sums: Vec<u64> = [&b""[..], &[0], &[0; 8], &[0; 9], &[0; 16], b"ab", b"ba", b"ab\0"]
            .map(|bytes| checksum(0, bytes))
            .into();
        sums.extend([b"12345678abcdefgh", b"abcdefgh12345678"].map(|bytes| checksum(0, bytes)));
        let count = sums.len();
        sums.sort_unstable();
        sums.dedup();
        assert_eq!(sums.len(), count);
    }
}
