//! The distribution functions that confidence intervals are read from.
//!
//! Two functions carry everything: the regularised incomplete gamma function
//! (Poisson counts) and the regularised incomplete beta function (binomial
//! shares, Student's t, ranks of order statistics). Both are summed by series
//! or continued fraction in front of Loader's saddle-point form of the leading
//! factor, which keeps about 12 digits even where `exp(ln Γ ...)` would lose
//! half of them. Inverses bracket the root and never leave the bracket, so they
//! terminate for every input.
//!
//! Arguments outside a function's domain are answered by the nearest limit
//! (a probability below 0 counts as 0), never by a panic.

// The formulas keep the letters of their sources.
#![allow(clippy::many_single_char_names)]

mod beta;
mod gamma;
mod limits;
mod normal;
mod root;
mod saddle_point;
mod student;

pub use beta::{inverse_regularised_beta, regularised_beta};
pub use gamma::{inverse_regularised_gamma, ln_gamma, regularised_gamma, regularised_gamma_beyond};
pub use limits::{clopper_pearson, order_ranks, poisson_limits};
pub use normal::{log_normal_tail, normal_cdf, normal_quantile, normal_quantile_of_depth};
pub use student::{student_cdf, student_quantile};

/// The shape above which summing term by term would cost more than it tells:
/// there the Wilson–Hilferty cube root is good to about 10 digits itself.
const HUGE_SHAPE: f64 = 1e7;

/// The most terms any series or continued fraction may take. They need a small
/// multiple of the square root of the shape, so [`HUGE_SHAPE`] stays far below.
const MOST_TERMS: u32 = 200_000;

/// Where a series stops: a term this small relative to the sum adds nothing.
const NEGLIGIBLE: f64 = 1e-16;

#[cfg(test)]
fn assert_close(actual: f64, expected: f64, relative: f64, what: &str) {
    let scale = expected.abs().max(f64::MIN_POSITIVE);
    assert!(
        actual == expected || (actual - expected).abs() <= relative * scale,
        "{what}: {actual:e} is not {expected:e}"
    );
}
