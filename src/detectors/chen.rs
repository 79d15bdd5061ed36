//! Chen's estimate: the next beat is expected where the last ones say, and a margin later its sender is suspect
//! (NFD-E: Chen, Toueg and Aguilera, "On the quality of service of failure detectors", 2002).
//!
//! Unlike a timeout it counts from when a beat *should* come, not from when the last one did, so that one late beat
//! does not forgive the next: detection takes at most an interval, the mean delay and the margin, whatever the last
//! beat before the crash was. `margin` trades as a timeout does: longer forgives later beats, and beyond each whole
//! interval one lost beat more; every second more is a second later. `window` trades steadiness for learning: more
//! beats make a better mean, and take longer to follow a network that has become slower.

use serde::Serialize;

use super::expected::Expected;
use super::window::Window;
use super::{Beats, Lever, Setting};
use crate::document::{Bounds, Count, Positive, Table};
use crate::engine::model::{Arrival, Detector, Silence, Since, Steady};
use crate::engine::time::{Span, Time};

/// Expected arrival + `margin`.
#[derive(Clone, Debug, Serialize)]
pub struct Chen {
    /// How much later than expected a beat may come. Sane: an interval or two, and the worst delay.
    margin: Span,
    /// Over how many beats the mean is taken. Sane: 100; 1 expects the next an interval after the last.
    window: u32,
    #[serde(skip)]
    interval: Span,
}

impl Chen {
    /// Reads `margin` and `window`.
    pub fn read(table: &mut Table<'_>, beats: &Beats) -> Option<Chen> {
        let margin = table.needed("margin", &format!("\"{}\"", beats.interval.times(2)));
        let window = read_window(table, 100);
        let Positive(margin) = margin?;
        Some(Chen { margin, window: window?, interval: beats.interval })
    }
}

/// Reads `window`: over how many beats something is learnt.
pub(super) fn read_window(table: &mut Table<'_>, usual: u32) -> Option<u32> {
    table.bounded("window", Bounds::most(f64::from(Window::MOST)));
    let Count(window) = table.or("window", Count(usual));
    if window > Window::MOST {
        let reason = format!("a window of {window} beats is more than the {} that are kept", Window::MOST);
        table.complain("window", reason, "write window = 1000");
        return None;
    }
    Some(window)
}

impl Detector for Chen {
    type Memory = Expected;

    fn begin(&self, now: Time) -> Expected {
        Expected::begin(now)
    }

    fn heard(&self, memory: &mut Expected, arrival: Arrival) {
        memory.heard(arrival, self.interval, self.window);
    }

    fn hastens(&self) -> bool {
        true
    }

    fn learns_by_life(&self) -> bool {
        true
    }

    fn history(&self, beats: f64) -> f64 {
        Expected::bytes(self.window, beats)
    }

    fn last(&self, memory: &Expected) -> Time {
        memory.last
    }

    fn deadline(&self, memory: &Expected) -> Time {
        memory.next(self.interval).saturating_add(self.margin)
    }

    /// On average over crashes as if each beat came as late as those before it: an interval and the margin after the
    /// last. And no mean of delays is shorter or longer than all of them, so the bounds are the same too.
    fn silence(&self, _: &Steady) -> Option<Silence> {
        let borne = self.interval + self.margin;
        Some(Silence { since: Since::Beat, least: borne, most: borne })
    }
}

impl Lever for Chen {
    fn later_by(&self, _: Span, extra: Span, _: Span) -> Setting {
        Setting::of_length("margin", self.margin, extra)
    }

    fn sooner(&self, _: Span) -> String {
        "a smaller margin saves as much as it is smaller".to_owned()
    }
}
