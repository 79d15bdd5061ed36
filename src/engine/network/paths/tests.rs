use super::*;
use crate::engine::model::Extent;
use crate::engine::network::{Bursts, Exception};
use crate::engine::random::Stream;
use crate::engine::time::{Span, Time};
use crate::latencies::LatencyLaw;

/// A latency that tells one draw from another.
#[derive(Debug)]
struct Drawn;

impl crate::engine::model::Latency for Drawn {
    fn sample(&self, stream: &mut Stream) -> Span {
        Span::from_nanos(stream.bits() >> 20)
    }
    fn cdf(&self, _seconds: f64) -> f64 {
        0.0
    }
    fn quantile(&self, _level: f64) -> f64 {
        0.0
    }
    fn mean(&self) -> f64 {
        0.0
    }
}

const LOSSY: Way<'static> =
    Way { latency: &Drawn, loss: 0.3, duplicate: 0.0, bursts: None, transport: Transport::Datagrams };
const BURSTS: Bursts = Bursts { good_to_bad: 0.1, bad_to_good: 0.3, loss_good: 0.0, loss_bad: 1.0 };

fn paths<'a>(network: &'a Network<'a>) -> Paths<'a> {
    Paths::new(network, Streams::new(3, 0))
}

fn moment(second: u64) -> Moment {
    Moment { time: Time::ZERO + Span::from_secs(second), kind: 0, place: 0 }
}

fn link(from: u32, to: u32) -> Link {
    Link { from: u64::from(from), to: u64::from(to) }
}

/// What becomes of the messages of the first thousand seconds.
fn fates(paths: &mut Paths<'_>, from: u32, to: u32, channel: u8) -> Vec<Fate> {
    let (ends, link) = ([NodeId(from), NodeId(to)], link(from, to));
    (0..1000).map(|second| paths.carry_by_rules(ends, link, channel, moment(second))).collect()
}

fn share(fates: &[Fate], is_one: impl Fn(&Fate) -> bool) -> f64 {
    fates.iter().filter(|fate| is_one(fate)).count() as f64 / fates.len() as f64
}

fn is_lost(fate: &Fate) -> bool {
    *fate == Fate::Lost
}

/// Whether a share of a thousand is within four standard errors.
fn is_near(share: f64, expected: f64) -> bool {
    (share - expected).abs() <= 4.0 * f64::sqrt(expected * (1.0 - expected) / 1000.0)
}

#[test]
fn rules_that_say_nothing_of_a_link_change_nothing_on_it() {
    let plain = Network::of(LOSSY);
    let as_usual: Vec<Fate> =
        (0..1000).map(|second| paths(&plain).carry(link(1, 2), moment(second))).collect();
    let one = |node: u32| std::iter::once(node..node + 1).collect::<Vec<_>>();
    let exception =
        Exception { from: one(2), to: one(1), way: Way { loss: 1.0, bursts: Some(BURSTS), ..LOSSY } };
    let mut network = Network::of(LOSSY);
    network.links.push(exception);
    let mut paths = paths(&network);
    let elsewhere = Damage { extent: Extent::Around(one(3)), loss: 1.0, latency_factor: 2.0 };
    paths.begin_damage(1, &Arc::new(elsewhere), None);
    assert!(!paths.is_plain());
    assert_eq!(fates(&mut paths, 1, 2, 0), as_usual);
    assert_eq!(share(&fates(&mut paths, 2, 1, 0), is_lost), 1.0);
    assert_eq!(share(&fates(&mut paths, 1, 3, 0), is_lost), 1.0);
}

#[test]
fn a_network_is_plain_where_messages_are_only_lost_on_their_own_or_late() {
    let rto = Span::SECOND;
    assert!(paths(&Network::of(LOSSY)).is_plain());
    for way in [
        Way { duplicate: 0.1, ..LOSSY },
        Way { bursts: Some(BURSTS), ..LOSSY },
        Way { transport: Transport::Stream { rto }, ..LOSSY },
    ] {
        assert!(!paths(&Network::of(way)).is_plain(), "{way:?}");
    }
    let mut with_channels = Network::of(LOSSY);
    with_channels.channels = vec![LOSSY; 2];
    assert!(!paths(&with_channels).is_plain());
    assert_eq!(paths(&with_channels).channels(), 2);
    let network = Network::of(LOSSY);
    let mut paths = paths(&network);
    assert_eq!(paths.channels(), 1);
    let damage = Damage { extent: Extent::Around(Vec::new()), loss: 0.5, latency_factor: 1.0 };
    paths.begin_damage(7, &Arc::new(damage), Some(NodeId(1)));
    assert!(!paths.is_plain());
    paths.end_damage(7, Some(NodeId(1)));
    assert!(paths.is_plain());
}

#[test]
fn channels_and_attempts_have_draws_of_their_own() {
    let mut network = Network::of(LOSSY);
    network.channels = vec![LOSSY; 3];
    let mut paths = paths(&network);
    let by_channel: Vec<Vec<Fate>> = (0..3).map(|channel| fates(&mut paths, 1, 2, channel)).collect();
    let again: Vec<Fate> = (0..1000)
        .map(|second| {
            let ends = [NodeId(1), NodeId(2)];
            paths.attempt(Attempt { ends, link: link(1, 2), channel: 0, before: 1 }, moment(second))
        })
        .collect();
    let all: Vec<&Vec<Fate>> = by_channel.iter().chain([&again]).collect();
    for (number, one) in all.iter().enumerate() {
        assert!(is_near(share(one, is_lost), 0.3), "{}", share(one, is_lost));
        for other in &all[..number] {
            let both: Vec<Fate> =
                one.iter().zip(*other).map(|(one, other)| if is_lost(one) { *other } else { *one }).collect();
            assert!(is_near(share(&both, is_lost), 0.09), "losses are independent");
            assert!(one.iter().zip(*other).all(|(one, other)| one != other || is_lost(one)));
        }
    }
    let alone = fates(&mut self::paths(&Network::of(LOSSY)), 1, 2, 0);
    assert_eq!(by_channel[0], alone, "the first channel is as the link alone");
}

#[test]
fn losses_of_all_kinds_are_independent() {
    let network = Network::of(Way { bursts: Some(BURSTS), ..LOSSY });
    let mut paths = paths(&network);
    let damage = |loss| Arc::new(Damage { extent: Extent::Around(Vec::new()), loss, latency_factor: 1.0 });
    paths.begin_damage(1, &damage(0.2), Some(NodeId(1)));
    paths.begin_damage(2, &damage(0.5), Some(NodeId(2)));
    // Over many links, because one link is bad for long.
    let mut lost = 0.0;
    for to in 100..200 {
        lost += share(&fates(&mut paths, 1, to, 0), is_lost) / 100.0;
    }
    let expected = 1.0 - 0.7 * 0.75 * 0.8;
    assert!((lost - expected).abs() < 0.008, "{lost}, not {expected}");
}

#[test]
fn a_message_that_is_not_lost_may_arrive_twice() {
    let network = Network::of(Way { duplicate: 0.4, ..LOSSY });
    let fates = fates(&mut paths(&network), 1, 2, 0);
    let twice = share(&fates, |fate| matches!(fate, Fate::ArrivesTwice(..)));
    assert!(is_near(twice, 0.28), "{twice}");
    assert!(!fates.iter().any(|fate| matches!(fate, Fate::ArrivesTwice(first, second) if first == second)));
    let plain = Network::of(LOSSY);
    for (second, fate) in (0..).zip(&fates) {
        let as_usual = paths(&plain).carry(link(1, 2), moment(second));
        let first = match *fate {
            Fate::ArrivesTwice(first, _) => Fate::Arrives(first),
            other => other,
        };
        assert_eq!(first, as_usual);
    }
    let stream = Way { duplicate: 1.0, transport: Transport::Stream { rto: Span::SECOND }, ..LOSSY };
    let network = Network::of(stream);
    let fates = self::fates(&mut paths(&network), 1, 2, 0);
    assert!(!fates.iter().any(|fate| matches!(fate, Fate::ArrivesTwice(..))), "a stream hides it");
}

#[test]
fn damage_lengthens_the_way() {
    let law = LatencyLaw::constant(Span::from_millis(10));
    let network = Network::of(Way { duplicate: 1.0, ..Way::along(&law) });
    let mut paths = paths(&network);
    let damage = Damage { extent: Extent::Around(Vec::new()), loss: 0.0, latency_factor: 2.5 };
    paths.begin_damage(1, &Arc::new(damage), Some(NodeId(1)));
    let fate = paths.carry_by_rules([NodeId(1), NodeId(2)], link(1, 2), 0, moment(1));
    assert_eq!(fate, Fate::ArrivesTwice(Span::from_millis(25), Span::from_millis(25)));
    paths.end_damage(1, Some(NodeId(1)));
    let fate = paths.carry_by_rules([NodeId(1), NodeId(2)], link(1, 2), 0, moment(2));
    assert_eq!(fate, Fate::ArrivesTwice(Span::from_millis(10), Span::from_millis(10)));
}

#[test]
fn each_link_and_channel_has_its_transport() {
    let stream = Transport::Stream { rto: Span::SECOND };
    let mut network = Network::of(LOSSY);
    let one = |node: u32| std::iter::once(node..node + 1).collect::<Vec<_>>();
    network.links.push(Exception { from: one(1), to: one(2), way: Way { transport: stream, ..LOSSY } });
    assert_eq!(paths(&network).transport([NodeId(1), NodeId(2)], 0), stream);
    assert_eq!(paths(&network).transport([NodeId(2), NodeId(1)], 0), Transport::Datagrams);
    let mut network = Network::of(LOSSY);
    network.channels = vec![LOSSY, Way { transport: stream, ..LOSSY }];
    assert_eq!(paths(&network).transport([NodeId(1), NodeId(2)], 0), Transport::Datagrams);
    assert_eq!(paths(&network).transport([NodeId(1), NodeId(2)], 1), stream);
}
