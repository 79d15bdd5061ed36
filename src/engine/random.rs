//! Chance as a function: (seed, replication, purpose, entity, index) → draws.
//!
//! Nothing here has a state that a later event could disturb. What becomes of a message that is sent along a
//! link at a given moment, the crash times of node 7, the phase of node 12 are the same under every topology,
//! detector and order of events, so two scenarios that differ in one setting differ only by what that setting
//! changed.

use std::convert::Infallible;

/// What a draw is for. Each purpose has its own world of streams.
///
/// The numbers are part of every digest: add at the end, never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Where in its interval a node begins to beat. Entity: the node; index: its incarnation.
    Phase = 1,
    /// How long a message travels. Entity: the link; index: the moment of sending.
    Latency = 2,
    /// Whether a message is lost. Entity: the link; index: the moment of sending.
    Loss = 3,
    /// When an observer scans its watches. Entity: the observer; index: its incarnation.
    Scan = 4,
    /// When a fault strikes. Entity: the fault and the node; index: the occurrence.
    FaultTime = 5,
    /// Whom a fault strikes. Entity: the fault and the node; index: the occurrence.
    FaultChoice = 6,
    /// How long a fault lasts. Entity: the fault and the node; index: the occurrence.
    FaultLength = 7,
    /// How far a beat is from its time. Entity: the node whose rhythm it is; index: when it was due.
    Jitter = 8,
    /// To whom a node turns. Entity: the node; index: the moment, or what the topology counts.
    Choice = 9,
    /// How long a node waits before it acts on its own. Entity: the node; index: the moment.
    Patience = 10,
    /// Whom a node asks for help. Entity: the node; index: the moment.
    Help = 11,
    /// To whom a node spreads news. Entity: the node; index: the moment.
    Spread = 12,
    /// With whom a node compares all that it knows. Entity: the node; index: the moment.
    Exchange = 13,
    /// How much longer a slow node needs for a message. Entity: the fault and the node; index: when it begins.
    Slowness = 14,
    /// Whether a link is bad, and loses a message because of that. Entity: the link; index: the moment of sending.
    Bursts = 15,
    /// Whether a message arrives twice. Entity: the link; index: the moment of sending.
    Duplicate = 16,
}

/// All the randomness of one replication.
#[derive(Clone, Copy, Debug)]
pub struct Streams {
    root: u64,
}

/// All streams of one purpose.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    key: u64,
}

/// One named stream of draws. Implements `rand`'s traits, so `rand_distr` samples from it.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    state: u64,
}

impl Streams {
    /// The streams of one replication of a scenario.
    pub fn new(seed: u64, replication: u64) -> Streams {
        Streams { root: mix(mix(seed ^ 0x6862_7369_6d5f_3031) ^ replication.wrapping_mul(STEP)) }
    }

    /// The streams of one purpose.
    pub fn of(self, purpose: Purpose) -> Source {
        Source { key: mix(self.root ^ (purpose as u64).wrapping_mul(STEP)) }
    }
}

impl Source {
    /// The stream of one entity and index.
    #[inline]
    pub fn at(self, entity: u64, index: u64) -> Stream {
        let entity = mix(self.key ^ entity.wrapping_mul(STEP));
        Stream { state: mix(entity ^ index.wrapping_mul(STEP)) }
    }
}

impl Stream {
    /// Sixty-four random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// A number at or above 0 and below 1, on a grid of 2⁻⁵³.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A whole number below `bound`, which must not be zero; all are equally likely but for one part in 2³².
    #[inline]
    pub fn below(&mut self, bound: u32) -> u32 {
        (((self.bits() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// True with probability `chance`.
    #[inline]
    pub fn happens(&mut self, chance: f64) -> bool {
        self.unit() < chance
    }
}

impl rand::TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.bits() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let draw = self.bits().to_le_bytes();
            chunk.copy_from_slice(&draw[..chunk.len()]);
        }
        Ok(())
    }
}

/// 2⁶⁴ divided by the golden ratio: successive multiples spread evenly (Knuth, vol. 3, 6.4).
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A bijection of 64 bits in which every output bit depends on every input bit: the xor-shift-multiply
/// finaliser of Stafford and of Steele, Lea and Flood (SplitMix, 2014), with Evensen's "moremur" constants.
#[inline]
pub fn mix(mut x: u64) -> u64 {
    x ^= x >> 27;
    x = x.wrapping_mul(0x3c79_ac49_2ba7_b653);
    x ^= x >> 33;
    x = x.wrapping_mul(0x1c69_b3f7_4ac4_ae35);
    x ^ (x >> 27)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_gives_the_same_draws_whatever_was_drawn_before() {
        let source = Streams::new(1, 0).of(Purpose::Latency);
        let mut first = source.at(7, 3);
        let expected = [first.bits(), first.bits()];
        for entity in 0..100 {
            source.at(entity, 9).bits();
        }
        let mut again = Streams::new(1, 0).of(Purpose::Latency).at(7, 3);
        assert_eq!([again.bits(), again.bits()], expected);
    }

    #[test]
    fn every_part_of_the_name_matters() {
        let draw = |seed, replication, purpose, entity, index| {
            Streams::new(seed, replication).of(purpose).at(entity, index).bits()
        };
        let reference = draw(1, 0, Purpose::Phase, 0, 0);
        for other in [
            draw(2, 0, Purpose::Phase, 0, 0),
            draw(1, 1, Purpose::Phase, 0, 0),
            draw(1, 0, Purpose::Loss, 0, 0),
            draw(1, 0, Purpose::Phase, 1, 0),
            draw(1, 0, Purpose::Phase, 0, 1),
        ] {
            assert_ne!(other, reference);
        }
    }

    /// Neighbouring streams must look independent: here the first draws of 100 × 100 of them.
    #[test]
    fn first_draws_of_neighbouring_streams_are_uniform_and_uncorrelated() {
        let source = Streams::new(42, 5).of(Purpose::Latency);
        let draw = |entity, index| source.at(entity, index).unit();
        let (mut sum, mut squares, mut along, mut across) = (0.0, 0.0, 0.0, 0.0);
        let mut cells = [0u32; 64];
        let count = 100.0 * 100.0;
        for entity in 0..100 {
            for index in 0..100 {
                let x = draw(entity, index);
                sum += x;
                squares += x * x;
                along += (x - 0.5) * (draw(entity, index + 1) - 0.5);
                across += (x - 0.5) * (draw(entity + 1, index) - 0.5);
                cells[(x * 64.0) as usize] += 1;
            }
        }
        let sigma = 1.0 / f64::sqrt(12.0 * count);
        assert!((sum / count - 0.5).abs() < 4.0 * sigma);
        assert!((squares / count - 1.0 / 3.0).abs() < 4.0 * f64::sqrt(4.0 / 45.0 / count));
        for covariance in [along, across] {
            assert!((covariance / count).abs() < 4.0 / (12.0 * f64::sqrt(count)));
        }
        let expected = count / 64.0;
        let chi2: f64 =
            cells.iter().map(|c| (f64::from(*c) - expected) * (f64::from(*c) - expected) / expected).sum();
        assert!((25.0..115.0).contains(&chi2), "chi² with 63 degrees of freedom: {chi2}");
    }

    #[test]
    fn the_draws_are_pinned() {
        let mut stream = Streams::new(1, 0).of(Purpose::Phase).at(0, 0);
        let draws = [stream.bits(), stream.bits(), stream.bits()];
        let pinned = [2_249_354_531_208_097_059, 7_554_116_454_734_093_499, 7_974_903_761_990_789_654];
        assert_eq!(draws, pinned, "a change here changes every result: a new engine revision");
    }
}
