//! What W3 must give, in closed form. No latency in it reaches a timeout but once in many millions.

use super::workload::{HELPERS, LOSS, PATIENCE};
use crate::chance::{INTERVAL, Latency, in_seconds};
use crate::comparison::{Expected, Size};

pub fn expected(size: Size) -> Vec<Expected> {
    let nodes = f64::from(size.nodes);
    let helpers = HELPERS as f64;
    let arrives = 1.0 - LOSS;
    let rounds = size.seconds as f64 / in_seconds(INTERVAL);
    let probes = nodes * rounds;

    // What lies beyond the end of the run is missing: the last message of a chain that is under way, and the helpers
    // of the rounds that have not lost their patience yet.
    let latency_s = Latency::mean_s() / in_seconds(INTERVAL);
    let patience = in_seconds(PATIENCE) / in_seconds(INTERVAL);
    let answered = arrives * arrives;
    let unanswered = 1.0 - answered;
    let acks = nodes * (rounds - latency_s) * arrives;
    let indirect_rounds = nodes * (rounds - patience) * unanswered;
    // The request, the helper's ping, the ack to it and the relay: each is sent if all before it arrive, one latency
    // after the other.
    let legs = [(0.0, 1.0), (1.0, arrives), (2.0, answered), (3.0, answered * arrives)];
    let helped: f64 = legs
        .iter()
        .map(|(leg, sent)| nodes * (rounds - patience - leg * latency_s) * unanswered * helpers * sent)
        .sum();
    let per_indirect_round: f64 = legs.iter().map(|(_, sent)| helpers * sent).sum();

    let unhelped = 1.0 - answered * answered;
    let unheard: f64 = unanswered * [unhelped; HELPERS].iter().product::<f64>();
    // The last round of each node is not judged any more.
    let suspicions = nodes * (rounds - 1.0) * unheard;

    let indirect_deviation = (indirect_rounds * answered).sqrt();
    // Of the two, the helpers' part outweighs the acks' a hundred times.
    let message_deviation = indirect_deviation * per_indirect_round;
    vec![
        Expected::about(probes + acks + helped, message_deviation, 0.0),
        Expected::exactly(probes),
        Expected::about(indirect_rounds, indirect_deviation, 0.0),
        // There are so few that their distribution is skewed.
        Expected::about(suspicions, suspicions.sqrt(), 2.0),
    ]
}
