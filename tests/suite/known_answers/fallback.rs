//! What a ping over a stream adds to one that may be lost: SW-04 with `fallback`.

use std::path::Path;

use hbsim::document::Document;
use hbsim::engine::findings::Cause;
use hbsim::scenario::Scenario;

use super::calculations::probing::false_suspicion;
use super::experiment::simulate;

const MEMBERS: usize = 1000;
const RUNS: usize = 50;

/// The share of first probes that fail, all begun at once, with this `fallback_rto` if there is a fallback.
fn failing(seed: u64, loss: f64, indirect: usize, rto: Option<&str>) -> f64 {
    let fallback = rto.map_or(String::new(), |rto| format!(", fallback = true, fallback_rto = \"{rto}\""));
    let text = format!(
        "seed = {seed}\nreplications = {RUNS}\nduration = \"1s\"\ncluster.nodes = {MEMBERS}\n\
         topology = {{ kind = \"swim\", order = \"random\", phase = \"aligned\", indirect = {indirect}, \
         suspicion_mult = 0, lifeguard = false, gossip_interval = \"0s\", push_pull_interval = \"0s\"{fallback} }}\n\
         network = {{ latency = {{ kind = \"constant\", value = \"1ms\" }}, loss = {loss:?} }}"
    );
    let scenario = Document::parse("fallback.toml", &text)
        .and_then(|document| Scenario::read(&document, Path::new(".")))
        .unwrap_or_else(|complaint| panic!("{text}\n{complaint}"));
    let runs = simulate(&scenario);
    let by_hearsay = |run: &hbsim::measures::RunRecord| run.findings.mistakes_by_cause[Cause::Relay as usize];
    assert!(runs.iter().all(|run| by_hearsay(run) == 0), "nobody has heard anything yet");
    let failed: u64 = runs.iter().map(|run| run.findings.mistakes_total()).sum();
    failed as f64 / (MEMBERS * RUNS) as f64
}

/// Half a second is left: what is sent again after 150 ms is sent at 0, 150 and 450 ms, and each copy comes back
/// with (1 − loss)².
#[test]
fn sw_04_a_probe_fails_only_if_all_copies_on_the_stream_do_too() {
    for (seed, loss, indirect, rto, copies) in [
        (3481, 0.3, 0, None, 0),
        (3482, 0.3, 0, Some("1s"), 1),
        (3483, 0.3, 0, Some("200ms"), 2),
        (3484, 0.3, 0, Some("150ms"), 3),
        (3485, 0.3, 3, Some("200ms"), 2),
        (3486, 0.5, 1, Some("150ms"), 3),
    ] {
        let there_and_back = (1.0 - loss) * (1.0 - loss);
        let known = false_suspicion(loss, indirect) * libm::pow(1.0 - there_and_back, f64::from(copies));
        let seen = failing(seed, loss, indirect, rto);
        let error = (known * (1.0 - known) / (MEMBERS * RUNS) as f64).sqrt();
        assert!(
            (seen - known).abs() <= 4.0 * error,
            "{loss} {indirect} {rto:?}: {seen}, not {known} ± {error}"
        );
    }
}
