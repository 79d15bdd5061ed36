//! Freshness points (NFD-S of Chen, Toueg and Aguilera, 2002): beat i is sent at i intervals, and from `shift` after
//! the next one is due on, only a newer beat speaks for its sender. Also how interval and shift follow from what is
//! asked for.

/// How beats are sent, and what becomes of them.
pub(crate) struct Freshness<'a> {
    pub interval: f64,
    /// How long after a beat is due it must have come.
    pub shift: f64,
    pub loss: f64,
    pub delay: &'a Delay<'a>,
}

/// The delays of beats.
pub(crate) struct Delay<'a> {
    /// The probability that one is longer than so many seconds.
    pub longer: &'a dyn Fn(f64) -> f64,
    /// Where that jumps, besides 0.
    pub jump: f64,
}

/// What is right or wrong about a living node.
pub(crate) struct Quality {
    /// Seconds from one mistake to the next.
    pub recurrence: f64,
    /// How long one lasts, in seconds.
    pub length: f64,
    /// The share of time without.
    pub accuracy: f64,
}

impl Freshness<'_> {
    /// How many later beats may speak for the sender until a beat is no longer fresh.
    fn beats(&self) -> i32 {
        (self.shift / self.interval - 1e-12).ceil() as i32
    }

    /// The probability that a beat sent `steps` later than the decisive one has not come `after` seconds after the
    /// freshness point.
    fn missing(&self, steps: i32, after: f64) -> f64 {
        let travelled = self.shift + after - f64::from(steps) * self.interval;
        self.loss + (1.0 - self.loss) * self.beyond(travelled)
    }

    fn beyond(&self, travelled: f64) -> f64 {
        if travelled < 0.0 { 1.0 } else { (self.delay.longer)(travelled) }
    }

    /// The probability that none has come so many seconds after a freshness point.
    fn suspect(&self, after: f64) -> f64 {
        (0..=self.beats()).map(|steps| self.missing(steps, after)).product()
    }

    /// The probability that the beat before came in time.
    fn in_time(&self) -> f64 {
        (1.0 - self.loss) * (1.0 - self.beyond(self.shift + self.interval))
    }

    /// The mean number of seconds in an interval in which the node is suspected. Simpson's rule between the points at
    /// which anything jumps.
    fn suspected(&self) -> f64 {
        const PARTS: u32 = 20_000;
        let mut edges = vec![0.0, self.interval];
        for steps in 0..=self.beats() {
            let sent = f64::from(steps) * self.interval - self.shift;
            edges.extend([sent, sent + self.delay.jump].map(|edge| edge.clamp(0.0, self.interval)));
        }
        edges.sort_by(f64::total_cmp);
        let piece = |two: &[f64]| {
            // A hair inside, so that each piece sees its own side of a jump.
            let (from, to) = (two[0] + 1e-13, two[1] - 1e-13);
            if to <= from {
                return 0.0;
            }
            let step = (to - from) / f64::from(2 * PARTS);
            let at = |number: u32| self.suspect(from + step * f64::from(number));
            let inner: f64 = (1..2 * PARTS).map(|n| if n % 2 == 1 { 4.0 * at(n) } else { 2.0 * at(n) }).sum();
            (at(0) + inner + at(2 * PARTS)) * step / 3.0
        };
        edges.windows(2).map(piece).sum()
    }

    pub(crate) fn quality(&self) -> Quality {
        let (begins, suspected) = (self.in_time() * self.suspect(0.0), self.suspected());
        Quality {
            recurrence: self.interval / begins,
            length: suspected / begins,
            accuracy: 1.0 - suspected / self.interval,
        }
    }

    /// The mean detection time in seconds, of a crash at any moment after a beat; 0 if it is suspected already.
    pub(crate) fn detection(&self) -> f64 {
        let (interval, came) = (self.interval, self.in_time());
        let (mut sum, mut missed, mut left) = (0.0, 1.0, self.shift + interval);
        while left > 0.0 {
            let squares = left * left - (left - interval).max(0.0) * (left - interval).max(0.0);
            sum += came * missed * squares / (2.0 * interval);
            missed *= 1.0 - came;
            left -= interval;
        }
        sum
    }
}

/// What is asked for: detection within so many seconds, mistakes so far apart at least and so long at most.
#[derive(Clone, Copy)]
pub(crate) struct Wish {
    pub detection: f64,
    pub recurrence: f64,
    pub length: f64,
}

/// The longest interval by which a wish is fulfilled, where the law of delays is known.
pub(crate) fn interval_by_law(wish: Wish, loss: f64, delay: &Delay<'_>) -> f64 {
    let in_time = (1.0 - loss) * (1.0 - (delay.longer)(wish.detection));
    let recurrence = |interval: f64| {
        let left = (wish.detection / interval - 1e-12).ceil() as i32 - 1;
        let missing =
            |beat: i32| loss + (1.0 - loss) * (delay.longer)(wish.detection - f64::from(beat) * interval);
        interval / (in_time * (1..=left).map(missing).product::<f64>())
    };
    longest(in_time * wish.length, wish.recurrence, recurrence)
}

/// The longest interval by which a wish is fulfilled whatever the law of delays, of which no more is known than the
/// `mean` and the `variance`.
pub(crate) fn interval_by_moments(wish: Wish, loss: f64, (mean, variance): (f64, f64)) -> f64 {
    let spare = wish.detection - mean;
    let most = (1.0 - loss) * spare * spare / (variance + spare * spare) * wish.length;
    let recurrence = |interval: f64| {
        let left = (spare / interval - 1e-12).ceil() as i32 - 1;
        let bound = |beat: i32| {
            let x = spare - f64::from(beat) * interval;
            (variance + x * x) / (variance + loss * x * x)
        };
        interval * (1..=left).map(bound).product::<f64>()
    };
    longest(most, wish.recurrence, recurrence)
}

/// The longest interval up to `most` at which `recurrence` is at least `wished`. It does not only fall, so it is
/// looked for from above.
fn longest(most: f64, wished: f64, recurrence: impl Fn(f64) -> f64) -> f64 {
    const STEPS: u32 = 200_000;
    let at = |step: u32| most * f64::from(STEPS - step) / f64::from(STEPS);
    let found =
        (0..STEPS).find(|step| recurrence(at(*step)) >= wished).expect("short intervals fulfil any wish");
    if found == 0 {
        return most;
    }
    let (mut enough, mut too_long) = (at(found), at(found - 1));
    for _ in 0..60 {
        let middle = f64::midpoint(enough, too_long);
        if recurrence(middle) >= wished { enough = middle } else { too_long = middle }
    }
    enough
}
