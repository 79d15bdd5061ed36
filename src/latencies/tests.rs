//! What every latency law must do.

mod agreement;
mod files;
mod known;
mod reading;

use std::path::{Path, PathBuf};

use super::LatencyLaw;
use crate::document::{Complaints, Document, read_table};

/// Where the files of delays for tests are.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/latencies/tests")
}

/// Reads the keys of a law, or shows what is wrong with them.
fn read_in(folder: &Path, keys: &str) -> Result<LatencyLaw, String> {
    let document = Document::parse("test.toml", keys)?;
    let complaints = Complaints::default();
    let law =
        read_table(document.root(), "latency", &complaints, |table| LatencyLaw::read(table, &folder.into()));
    match law {
        Some(law) if complaints.count() == 0 => Ok(law),
        _ => Err(document.render(complaints)),
    }
}

fn law(keys: &str) -> LatencyLaw {
    read_in(&folder(), keys).unwrap_or_else(|page| panic!("{keys}\n{page}"))
}

/// Every law with usual keys, some with odd ones, each with the first three draws of a fixed stream in
/// nanoseconds.
const LAWS: &[(&str, [u64; 3])] = &[
    ("kind = \"constant\"\nvalue = \"10ms\"", [10_000_000, 10_000_000, 10_000_000]),
    ("kind = \"uniform\"\nmin = \"5ms\"\nmax = \"15ms\"", [7_579_467, 12_383_404, 14_665_989]),
    ("kind = \"normal\"\nmean = \"50ms\"\ndeviation = \"10ms\"", [42_990_672, 55_605_707, 53_133_095]),
    (
        "kind = \"normal\"\nmean = \"10ms\"\ndeviation = \"20ms\"\nfloor = \"1ms\"\ncap = \"40ms\"",
        [1_000_000, 22_211_414, 17_266_190],
    ),
    ("kind = \"log-normal\"\nmedian = \"50ms\"\np99 = \"120ms\"", [38_407_114, 61_743_036, 56_256_973]),
    ("kind = \"log-normal\"\nmedian = \"50ms\"\nsigma = 0.4", [37_775_090, 62_567_832, 56_675_772]),
    ("kind = \"log-normal\"\nmean = \"50ms\"\ndeviation = \"20ms\"", [35_437_707, 57_614_521, 52_379_563]),
    (
        "kind = \"log-normal\"\nmedian = \"1ms\"\nsigma = 3.0\nfloor = \"100us\"\ncap = \"1s\"",
        [222_114, 5_474_750, 2_659_799],
    ),
    ("kind = \"exponential\"\nmean = \"20ms\"", [7_802_749, 15_762_995, 39_166_617]),
    (
        "kind = \"exponential\"\nmean = \"20ms\"\nfloor = \"5ms\"\ncap = \"40ms\"",
        [12_802_749, 20_762_995, 40_000_000],
    ),
    ("kind = \"gamma\"\nmean = \"20ms\"\nshape = 2.5", [10_320_203, 24_807_866, 21_290_725]),
    ("kind = \"gamma\"\nmean = \"20ms\"\nshape = 1.0", [7_802_749, 15_762_995, 39_166_617]),
    ("kind = \"gamma\"\nmean = \"20ms\"\nshape = 0.3\nfloor = \"1ms\"", [1_403_161, 12_526_563, 286_385_832]),
    ("kind = \"weibull\"\nscale = \"20ms\"\nshape = 0.7", [5_212_609, 14_234_040, 52_240_832]),
    (
        "kind = \"weibull\"\nscale = \"20ms\"\nshape = 3.6\ncap = \"30ms\"",
        [15_398_533, 18_720_188, 24_105_129],
    ),
    ("kind = \"pareto\"\nscale = \"20ms\"\nshape = 4.5", [21_811_328, 23_828_365, 30_904_967]),
    (
        "kind = \"pareto\"\nscale = \"10ms\"\nshape = 1.0\nfloor = \"2ms\"\ncap = \"2s\"",
        [16_771_838, 23_993_233, 72_874_870],
    ),
    (
        "kind = \"empirical\"\nfile = \"durations.txt\"\nformat = \"lines\"\nhalve = false",
        [1_500_000, 12_300_000, 250_000_000],
    ),
    (
        "kind = \"empirical\"\nfile = \"numbers.txt\"\nformat = \"lines\"\nunit = \"ms\"\nhalve = false\nfloor = \"1ms\"",
        [2_000_000, 13_300_000, 251_000_000],
    ),
    (
        "kind = \"mixture\"\nparts = [\n\
         { weight = 9.0, kind = \"uniform\", min = \"1ms\", max = \"2ms\", floor = \"1ms\" },\n\
         { weight = 1.0, kind = \"log-normal\", median = \"1ms\", sigma = 1.0, cap = \"50ms\" }]\nfloor = \"1ms\"",
        [3_027_983, 3_195_077, 5_416_394],
    ),
    (
        "kind = \"mixture\"\ncap = \"1s\"\nparts = [\n\
         { weight = 1.0, kind = \"constant\", value = \"1ms\", floor = \"1ms\" },\n\
         { weight = 2.0, kind = \"mixture\", parts = [\n\
         { weight = 0.5, kind = \"constant\", value = \"3ms\" },\n\
         { weight = 0.5, kind = \"exponential\", mean = \"1ms\" }]}]",
        [2_000_000, 3_000_000, 1_958_331],
    ),
];
