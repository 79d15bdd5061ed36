//! Detectors that learn from what they hear, all as one: a world is compiled for each topology with each detector,
//! and for these telling the kinds apart at every beat costs far less than learning does.

use super::{AlikeVisitor, Bertier, Chen, DetectorVisitor, Percentile, Phi, Suspicion};
use crate::engine::model::{Arrival, Detector, Silence, Steady};
use crate::engine::time::Time;

/// Declares the detector that is any of these, and what it remembers.
macro_rules! learning {
    ($($kind:ident),+) => {
        /// Any detector that learns.
        #[derive(Clone)]
        pub(super) enum Learning<'a> {
            $(#[doc = concat!("[`", stringify!($kind), "`]")] $kind(&'a $kind),)+
        }

        /// What any of them remembers.
        pub(super) enum Memory {
            $(#[doc = concat!("Of [`", stringify!($kind), "`]")] $kind(<$kind as Detector>::Memory),)+
        }

        /// What `$say` says of a detector and its memory: a memory was begun by the detector that it is shown to.
        macro_rules! of_both {
            ($self:ident, $memory:ident, |$detector:ident, $own:ident| $say:expr) => {
                match ($self, $memory) {
                    $((Learning::$kind($detector), Memory::$kind($own)) => $say,)+
                    _ => unreachable!("a memory is shown only to the detector that began it"),
                }
            };
        }

        impl Detector for Learning<'_> {
            type Memory = Memory;

            fn begin(&self, now: Time) -> Memory {
                match self { $(Learning::$kind(detector) => Memory::$kind(detector.begin(now)),)+ }
            }

            #[inline]
            fn heard(&self, memory: &mut Memory, arrival: Arrival) {
                of_both!(self, memory, |detector, memory| detector.heard(memory, arrival))
            }

            fn forgets(&self) -> bool {
                match self { $(Learning::$kind(detector) => detector.forgets(),)+ }
            }

            fn hastens(&self) -> bool {
                match self { $(Learning::$kind(detector) => detector.hastens(),)+ }
            }

            fn learns_by_life(&self) -> bool {
                match self { $(Learning::$kind(detector) => detector.learns_by_life(),)+ }
            }

            fn history(&self, beats: f64) -> f64 {
                match self { $(Learning::$kind(detector) => detector.history(beats),)+ }
            }

            fn last(&self, memory: &Memory) -> Time {
                of_both!(self, memory, |detector, memory| detector.last(memory))
            }

            fn missed(&self, memory: &mut Memory, since: Time) {
                of_both!(self, memory, |detector, memory| detector.missed(memory, since))
            }

            fn trusted_again(&self, memory: &mut Memory) {
                of_both!(self, memory, |detector, memory| detector.trusted_again(memory))
            }

            #[inline]
            fn deadline(&self, memory: &Memory) -> Time {
                of_both!(self, memory, |detector, memory| detector.deadline(memory))
            }

            fn silence(&self, steady: &Steady) -> Option<Silence> {
                match self { $(Learning::$kind(detector) => detector.silence(steady),)+ }
            }
        }

        impl Suspicion {
            /// Whether it learns from what it hears.
            pub fn learns(&self) -> bool {
                match self {
                    Suspicion::Timeout(_) | Suspicion::Misses(_) => false,
                    $(Suspicion::$kind(_) => true,)+
                }
            }

            /// Hands the detector over with its own type, or as one that learns.
            pub fn visit<V: DetectorVisitor>(&self, visitor: V) -> V::Output {
                match self {
                    Suspicion::Timeout(detector) => visitor.visit(detector),
                    Suspicion::Misses(detector) => visitor.visit(detector),
                    $(Suspicion::$kind(detector) => visitor.visit(&Learning::$kind(detector)),)+
                }
            }

            /// Hands several detectors over, those of one type together.
            pub fn visit_alike<'a>(suspicions: &[&'a Suspicion], visitor: &mut impl AlikeVisitor<'a>) {
                let (mut timeouts, mut misses, mut learning) = (Vec::new(), Vec::new(), Vec::new());
                for (place, suspicion) in suspicions.iter().enumerate() {
                    match suspicion {
                        Suspicion::Timeout(detector) => timeouts.push((place, detector.clone())),
                        Suspicion::Misses(detector) => misses.push((place, detector.clone())),
                        $(Suspicion::$kind(detector) => {
                            learning.push((place, Learning::$kind(detector)));
                        })+
                    }
                }
                if !timeouts.is_empty() {
                    visitor.visit(&timeouts);
                }
                if !misses.is_empty() {
                    visitor.visit(&misses);
                }
                if !learning.is_empty() {
                    visitor.visit(&learning);
                }
            }
        }
    };
}

learning!(Phi, Chen, Bertier, Percentile);
