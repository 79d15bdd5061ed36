//! How long a message travels: the list of latency laws. A new law is one new file and one line here.
//!
//! A law's file says what sets that law apart (`Delay`); what all laws share, `floor` and `cap`, is in
//! [`LatencyLaw`], which is what the engine is given.
//!
//! Drawn and written must agree: `cdf`, `quantile` and `mean` describe exactly what `draw` draws, up to the
//! nanosecond to which draws are rounded and the ten years within which [`Span`] holds them. All maths is
//! `libm`'s, by itself or inside `rand_distr`, so that a draw has the same bits on every machine.

use std::fmt::{self, Display};

use crate::document::{Bounds, Shelf, Table};
use crate::engine::random::Stream;
use crate::engine::time::Span;

mod law;
#[cfg(test)]
mod tests;

pub use law::LatencyLaw;

/// What sets a law apart from the others. `floor` and `cap` are none of its business.
pub(crate) trait Delay: Display {
    /// One delay.
    fn draw(&self, stream: &mut Stream) -> Span;
    /// The probability that a delay is at most `seconds`, which is never negative and may be infinite.
    fn cdf(&self, seconds: f64) -> f64;
    /// The probability that a delay is longer than `seconds`, as exact where that is tiny.
    fn beyond(&self, seconds: f64) -> f64 {
        1.0 - self.cdf(seconds)
    }
    /// The least delay in seconds that a share `level` (0 to 1) of delays does not exceed; at level 0 the
    /// least possible delay.
    fn quantile(&self, level: f64) -> f64;
    /// The mean in seconds of delays that are cut to `limit`, which is above zero and may be infinite.
    fn mean_up_to(&self, limit: f64) -> f64;
}

/// Declares the family and passes every question on to the member that can answer it.
macro_rules! laws {
    ($($kind:literal => $module:ident::$member:ident,)+) => {
        crate::family! {
            /// A latency law, as `latency = { kind = … }` names it.
            pub enum Law, a "latency" read with (shelf: &Shelf);
            $($kind => $module::$member,)+
        }

        impl Delay for Law {
            #[inline]
            fn draw(&self, stream: &mut Stream) -> Span {
                match self { $(Self::$member(law) => law.draw(stream),)+ }
            }

            fn cdf(&self, seconds: f64) -> f64 {
                match self { $(Self::$member(law) => law.cdf(seconds),)+ }
            }

            fn beyond(&self, seconds: f64) -> f64 {
                match self { $(Self::$member(law) => law.beyond(seconds),)+ }
            }

            fn quantile(&self, level: f64) -> f64 {
                match self { $(Self::$member(law) => law.quantile(level),)+ }
            }

            fn mean_up_to(&self, limit: f64) -> f64 {
                match self { $(Self::$member(law) => law.mean_up_to(limit),)+ }
            }
        }

        impl Display for Law {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(Self::$member(law) => law.fmt(f),)+ }
            }
        }
    };
}

laws! {
    "constant" => constant::Constant,
    "uniform" => uniform::Uniform,
    "normal" => normal::Normal,
    "log-normal" => log_normal::LogNormal,
    "exponential" => exponential::Exponential,
    "gamma" => gamma::Gamma,
    "weibull" => weibull::Weibull,
    "pareto" => pareto::Pareto,
    "empirical" => empirical::Empirical,
    "mixture" => mixture::Mixture,
}

/// The shapes that a law may have. Beyond them, delays are a constant or longer than history.
const SHAPES: (f64, f64) = (0.01, 1000.0);

/// Says for the outline that the value of `key` lies within `range`.
fn lies_within(table: &mut Table<'_>, key: &'static str, (least, most): (f64, f64)) {
    table.bounded(key, Bounds::within(least, most));
}

/// `number` as the value of `key`, if it lies within `range`.
fn within(table: &Table<'_>, key: &str, number: f64, range: (f64, f64)) -> Option<f64> {
    let (least, most) = range;
    if (least..=most).contains(&number) {
        return Some(number);
    }
    let shown = if number.abs() < 1e15 { number.to_string() } else { format!("{number:e}") };
    let reason = format!("{key} must lie between {least} and {most}; this is {shown}");
    table.complain(key, reason, format!("write a number such as {key} = {}", least.max(1.0)));
    None
}

/// The value of `shape`, which must be given.
fn shape(table: &mut Table<'_>) -> Option<f64> {
    lies_within(table, "shape", SHAPES);
    let number = table.needed("shape", "2.0")?;
    within(table, "shape", number, SHAPES)
}

/// What the share of delays beyond `limit` adds to a mean when they are cut to it: nothing where no delay
/// lies beyond, even if the limit is infinite.
fn cut_to(limit: f64, share_beyond: f64) -> f64 {
    if share_beyond > 0.0 { limit * share_beyond } else { 0.0 }
}
