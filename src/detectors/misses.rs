//! So many beats in a row are missing.
//!
//! Three readings, which differ by up to an interval, so the scenario must say which it means. Pushed beats:
//! `counted = "elapsed"` is a timeout of `misses` intervals since the last arrival; `"ticks"` counts the
//! ticks of a watchdog at which nothing had arrived since the tick before. Polled answers: the moment at
//! which the k-th probe in a row has timed out.
//!
//! Of the last there are two readings again, which differ by what an answer does to the count of probes that
//! had none: `on_success = "reset"` forgives all of them, `"decrement"` one, so that a node which fails more
//! often than it answers is found out though it never fails so often in a row.

#[cfg(test)]
mod tests;

use serde::Serialize;

use super::{Beats, Lever, Setting};
use crate::document::{Count, Table};
use crate::engine::model::{Arrival, Detector, Silence, Since, Steady};
use crate::engine::time::{Span, Time};
use crate::engine::watch::grid_at_or_after;

/// `misses` beats in a row.
#[derive(Clone, Debug, Serialize)]
pub struct Misses {
    /// How many. More forgives more losses in a row, and each costs one interval of detection time.
    pub misses: u32,
    /// Added to the deadline: room for late beats.
    margin: Span,
    /// Nothing where beats are answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    counted: Option<Counted>,
    /// How long after the start of watching the watchdog ticks first, where ticks are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    phase: Option<Span>,
    /// Nothing where beats are pushed.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_success: Option<OnSuccess>,
    #[serde(skip)]
    interval: Span,
    /// How long an answer may take, where beats are answers.
    #[serde(skip)]
    probe_timeout: Option<Span>,
    /// The least and the greatest time to the next beat, where that is announced.
    #[serde(skip)]
    announced: Option<(Span, Span)>,
}

/// How misses are counted where beats are pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Counted {
    /// By the time since the last arrival.
    Elapsed,
    /// By the ticks of a watchdog.
    Ticks,
    /// By the time since the last arrival, in times of what was announced with it.
    #[serde(rename = "elapsed")]
    Announced,
}

/// What an answer does to the count of misses, where beats are answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum OnSuccess {
    /// All of them are forgiven: only misses in a row count.
    Reset,
    /// One of them is forgiven.
    Decrement,
}

/// What is remembered of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// When watching began; where beats are announced, how long silence is borne from `last` on, as that much after
    /// the start.
    mark: Time,
    /// From when silence counts; under polling, when the last miss became certain.
    last: Time,
    /// Probes that were not answered and are not forgiven; never more than it takes, so that the first answer
    /// of a node that was silent for long is as good as that of any other.
    missed: u32,
}

impl Misses {
    /// Reads `misses`, `margin`, `counted`, `phase` and `on_success`.
    pub fn read(table: &mut Table<'_>, beats: &Beats) -> Option<Misses> {
        let Count(misses) = table.or("misses", Count(3));
        let margin = table.or("margin", Span::ZERO);
        let words = [("elapsed", Counted::Elapsed), ("ticks", Counted::Ticks)];
        let counted = table.word("counted", Counted::Elapsed, &words);
        let phase = table.given("phase");
        let words = [("reset", OnSuccess::Reset), ("decrement", OnSuccess::Decrement)];
        let on_success = table.word("on_success", OnSuccess::Reset, &words);
        if beats.probe_timeout.is_some() {
            for key in ["counted", "phase"] {
                if table.has(key) {
                    let remedy = "leave it out: under polling a miss is a probe that has timed out";
                    table.complain(key, format!("`{key}` means nothing where beats are answers"), remedy);
                }
            }
        } else {
            if table.has("on_success") {
                let remedy =
                    "leave it out: where nobody asks, a beat ends the silence whose length is counted";
                table.complain("on_success", "`on_success` means nothing where beats are pushed", remedy);
            }
            if phase.is_some() && counted == Counted::Elapsed && table.is_right("counted") {
                let remedy = "write counted = \"ticks\", or leave phase out";
                table.complain("phase", "only ticks have a phase", remedy);
            }
        }
        let Beats { interval, probe_timeout, announced } = *beats;
        if announced.is_some() && counted == Counted::Ticks {
            let reason = "ticks keep to a grid, and beats that are announced do not";
            table.complain("counted", reason, "write counted = \"elapsed\", or leave it out");
        }
        let counted = if announced.is_some() { Counted::Announced } else { counted };
        let counted = probe_timeout.is_none().then_some(counted);
        let on_success = probe_timeout.is_some().then_some(on_success);
        Some(Misses { misses, margin, counted, phase, on_success, interval, probe_timeout, announced })
    }
}

impl Misses {
    /// How long after the start of watching the watchdog ticks first, where ticks are counted.
    pub fn first_tick(&self) -> Option<Span> {
        (self.counted == Some(Counted::Ticks)).then(|| self.phase.unwrap_or(Span::ZERO))
    }

    /// Whether an answer forgives all misses, and not only one.
    pub fn forgives_all(&self) -> bool {
        self.on_success != Some(OnSuccess::Decrement)
    }

    fn silent_intervals(&self) -> Span {
        self.silent(self.interval)
    }

    /// So many misses of beats that are due so long after one another.
    fn silent(&self, period: Span) -> Span {
        period.times(u64::from(self.misses))
    }
}

impl Detector for Misses {
    type Memory = Memory;

    fn begin(&self, now: Time) -> Memory {
        let mark = match self.counted {
            Some(Counted::Announced) => Time::ZERO + self.silent_intervals() + self.margin,
            _ => now,
        };
        Memory { mark, last: now, missed: 0 }
    }

    fn heard(&self, memory: &mut Memory, arrival: Arrival) {
        memory.last = arrival.counted;
        memory.missed = match self.on_success {
            None | Some(OnSuccess::Reset) => 0,
            Some(OnSuccess::Decrement) => memory.missed.saturating_sub(1),
        };
    }

    fn announced(&self, memory: &mut Memory, period: Span) {
        if self.counted == Some(Counted::Announced) {
            memory.mark = Time::ZERO + self.silent(period) + self.margin;
        }
    }

    fn missed(&self, memory: &mut Memory, since: Time) {
        if memory.missed < self.misses {
            memory.missed += 1;
            if memory.missed == self.misses {
                memory.last = since;
            }
        }
    }

    fn trusted_again(&self, memory: &mut Memory) {
        memory.missed = 0;
    }

    fn forgets(&self) -> bool {
        self.counted == Some(Counted::Elapsed)
    }

    fn last(&self, memory: &Memory) -> Time {
        memory.last
    }

    fn deadline(&self, memory: &Memory) -> Time {
        if self.probe_timeout.is_some() {
            return if memory.missed < self.misses { Time::NEVER } else { memory.last + self.margin };
        }
        let counted_from = match self.counted {
            None | Some(Counted::Elapsed) => memory.last,
            Some(Counted::Announced) => return memory.last + memory.mark.since_start(),
            Some(Counted::Ticks) => {
                let first_tick = memory.mark + self.phase.unwrap_or(Span::ZERO);
                grid_at_or_after(first_tick.since_start(), self.interval, memory.last)
            }
        };
        counted_from + self.silent_intervals() + self.margin
    }

    fn silence(&self, _: &Steady) -> Option<Silence> {
        let shortest = self.silent_intervals() + self.margin;
        Some(match (self.probe_timeout, self.counted) {
            (Some(timeout), _) => {
                Silence { since: Since::Question, least: shortest + timeout, most: shortest + timeout }
            }
            (None, None | Some(Counted::Elapsed)) => {
                Silence { since: Since::Beat, least: shortest, most: shortest }
            }
            (None, Some(Counted::Announced)) => {
                let (least, most) = self.announced.unwrap_or((self.interval, self.interval));
                let silence = |period| self.silent(period) + self.margin;
                Silence { since: Since::Beat, least: silence(least), most: silence(most) }
            }
            (None, Some(Counted::Ticks)) => {
                Silence { since: Since::Beat, least: shortest, most: shortest + self.interval }
            }
        })
    }
}

impl Lever for Misses {
    fn later_by(&self, _: Span, extra: Span, interval: Span) -> Setting {
        let more = extra.nanos().div_ceil(interval.nanos()).max(1);
        let needed = u64::from(self.misses) + more;
        Setting {
            words: format!("{needed} misses instead of {}", self.misses),
            remedy: Some(format!("detector.misses={needed}")),
        }
    }

    fn sooner(&self, interval: Span) -> String {
        match (self.misses, self.margin) {
            (1, Span::ZERO) => format!("more frequent beats save up to {interval}"),
            (1, _) => "a shorter margin saves as much as it is shorter".to_owned(),
            _ if self.probe_timeout.is_some() => format!("one miss less saves {interval} at least"),
            _ => format!("one miss less saves {interval}"),
        }
    }

    fn counts_questions(&self) -> bool {
        self.probe_timeout.is_some()
    }

    fn forgives_at_once(&self) -> bool {
        self.on_success != Some(OnSuccess::Decrement)
    }
}
