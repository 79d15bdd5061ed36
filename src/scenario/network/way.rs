//! How messages travel: the keys that `[network]`, its links and its channels have in common.

use serde::Serialize;

use crate::document::{Kind, Positive, Probability, Shape, Shelf, Table};
use crate::engine::network::{Bursts, Transport, Way};
use crate::engine::time::Span;
use crate::latencies::LatencyLaw;

/// How messages travel.
#[derive(Clone, Debug, Serialize)]
pub struct WayRules {
    /// For how long.
    pub latency: LatencyLaw,
    /// The probability that a message is lost, each on its own.
    pub loss: f64,
    /// The probability that a message that is not lost arrives twice.
    pub duplicate: f64,
    /// Losses that come in bursts, besides the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bursts: Option<Bursts>,
    transport: Protocol,
    /// The first time-out; there if what was lost is sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    rto: Option<Span>,
}

/// What becomes of messages that are lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Protocol {
    /// Nothing.
    Udp,
    /// They are sent again.
    Tcp,
}

/// Where the values of keys come from that a table leaves out.
pub(super) struct Base<'a> {
    pub(super) usual: &'a WayRules,
    /// Whether its transport is what the scenario says.
    pub(super) transport_is_known: bool,
    /// Where files are found.
    pub(super) shelf: &'a Shelf,
}

impl Base<'static> {
    /// From nowhere: a quiet local network.
    pub(super) fn nothing(shelf: &Shelf) -> Base<'_> {
        static QUIET: WayRules = WayRules {
            latency: LatencyLaw::constant(Span::from_millis(1)),
            loss: 0.0,
            duplicate: 0.0,
            bursts: None,
            transport: Protocol::Udp,
            rto: None,
        };
        Base { usual: &QUIET, transport_is_known: true, shelf }
    }
}

impl Default for WayRules {
    /// A quiet local network: every message travels for one millisecond, and none is lost.
    fn default() -> Self {
        Base::nothing(&Shelf::default()).usual.clone()
    }
}

impl WayRules {
    /// The share of messages that never arrive.
    pub fn mean_loss(&self) -> f64 {
        if self.transport == Protocol::Tcp {
            return 0.0;
        }
        let in_bursts = self.bursts.map_or(0.0, |bursts| bursts.mean_loss());
        1.0 - (1.0 - self.loss) * (1.0 - in_bursts)
    }

    pub(super) fn read(table: &mut Table<'_>, base: &Base<'_>) -> Option<WayRules> {
        let Base { usual, transport_is_known, shelf } = *base;
        let latency = read_latency(table, shelf, usual);
        let Probability(loss) = table.or("loss", Probability(usual.loss));
        let duplicate: Option<Probability> = table.given("duplicate");
        let bursts = table.table("bursts", "bursts", read_bursts).or(usual.bursts);
        let words = [("udp", Protocol::Udp), ("tcp", Protocol::Tcp)];
        let transport = table.word("transport", usual.transport, &words);
        let rto: Option<Positive<Span>> = table.given("rto");
        table.defaults_to("rto", Span::from_millis(200));
        table.defaults_to("duplicate", usual.duplicate);
        let is_known = table.is_right("transport") && (transport_is_known || table.has("transport"));
        let is_stream = transport == Protocol::Tcp;
        if rto.is_some() && is_known && !is_stream {
            let reason = "`rto` means something only where what was lost is sent again";
            table.complain("rto", reason, "write transport = \"tcp\", or leave it out");
        }
        if duplicate.is_some_and(|Probability(duplicate)| duplicate > 0.0) && is_known && is_stream {
            let reason = "tcp delivers no message twice, so `duplicate` means nothing";
            table.complain("duplicate", reason, "leave it out, or write transport = \"udp\"");
        }
        let usual_duplicate = if is_stream { 0.0 } else { usual.duplicate };
        let rto = rto.map(|Positive(rto)| rto).or(usual.rto).unwrap_or(Span::from_millis(200));
        Some(WayRules {
            latency: latency?,
            loss,
            duplicate: duplicate.map_or(usual_duplicate, |Probability(duplicate)| duplicate),
            bursts,
            transport,
            rto: is_stream.then_some(rto),
        })
    }

    /// As the engine knows it.
    pub(super) fn way(&self) -> Way<'_> {
        let WayRules { latency, loss, duplicate, bursts, .. } = self;
        Way { latency, loss: *loss, duplicate: *duplicate, bursts: *bursts, transport: self.transport() }
    }

    /// What becomes of messages that are lost.
    pub fn transport(&self) -> Transport {
        self.rto.map_or(Transport::Datagrams, |rto| Transport::Stream { rto })
    }

    /// Whether a message can be lost.
    pub fn loses(&self) -> bool {
        self.loss > 0.0 || self.bursts.is_some_and(|bursts| bursts.mean_loss() > 0.0)
    }
}

fn read_latency(table: &mut Table<'_>, shelf: &Shelf, usual: &WayRules) -> Option<LatencyLaw> {
    table.shaped("latency", || Shape::Table("the latency law".to_owned()));
    match table.value("latency").map(|value| (value, &value.kind)) {
        None => Some(usual.latency.clone()),
        Some((_, Kind::Table(_))) => {
            table.table("latency", "the latency law", |table| LatencyLaw::read(table, shelf))
        }
        Some((value, other)) => {
            let remedy = "write latency = { kind = \"constant\", value = \"5ms\" }, or another kind";
            table.place("latency").advise(
                value,
                format!("expected a latency law, found {}", other.described()),
                remedy,
            );
            None
        }
    }
}

fn read_bursts(table: &mut Table<'_>) -> Option<Bursts> {
    let good_to_bad: Option<Probability> = table.needed("good_to_bad", "0.01");
    let bad_to_good: Option<Probability> = table.needed("bad_to_good", "0.3");
    let Probability(loss_good) = table.or("loss_good", Probability(0.0));
    let Probability(loss_bad) = table.or("loss_bad", Probability(1.0));
    let (Probability(good_to_bad), Probability(bad_to_good)) = (good_to_bad?, bad_to_good?);
    if good_to_bad == 0.0 && bad_to_good == 0.0 {
        let reason = "a link that never changes is neither good nor bad in the long run";
        table.complain("good_to_bad", reason, "raise good_to_bad or bad_to_good above 0");
        return None;
    }
    Some(Bursts { good_to_bad, bad_to_good, loss_good, loss_bad })
}
