use std::collections::BTreeMap;

use super::*;
use crate::engine::random::{Purpose, Streams as Chance};
use crate::engine::time::Time;

const LINK: Link = Link { from: 3, to: 9 };
const RTO: Span = Span::from_millis(200);

/// All that is settled now, for a receiver in its life number 0.
fn settled(streams: &mut Streams<u32>, ticket: Ticket, receiver: Option<u32>) -> Vec<Due<u32>> {
    std::iter::from_fn(|| streams.next(ticket, receiver)).collect()
}

fn sent(streams: &mut Streams<u32>, letters: std::ops::Range<u32>) -> Vec<Ticket> {
    letters.map(|letter| streams.send(LINK, 0, 0, letter)).collect()
}

#[test]
fn what_overtakes_waits_for_what_was_sent_before() {
    let mut streams = Streams::new();
    let tickets = sent(&mut streams, 0..4);
    streams.arrived(tickets[2], 0);
    assert_eq!(settled(&mut streams, tickets[2], Some(0)), []);
    streams.arrived(tickets[0], 0);
    assert_eq!(settled(&mut streams, tickets[0], Some(0)), [Due::Delivered(0)]);
    streams.arrived(tickets[1], 0);
    assert_eq!(settled(&mut streams, tickets[1], Some(0)), [Due::Delivered(1), Due::Delivered(2)]);
    streams.arrived(tickets[3], 0);
    assert_eq!(settled(&mut streams, tickets[3], Some(0)), [Due::Delivered(3)]);
}

#[test]
fn links_channels_and_lives_do_not_wait_for_one_another() {
    let mut streams = Streams::new();
    streams.send(LINK, 0, 0, 1);
    let back = Link { from: LINK.to, to: LINK.from };
    for (link, channel, life) in [(back, 0, 0), (LINK, 1, 0), (LINK, 0, 1), (LINK, 1, 1)] {
        let ticket = streams.send(link, channel, life, 2);
        streams.arrived(ticket, 0);
        assert_eq!(settled(&mut streams, ticket, Some(0)), [Due::Delivered(2)]);
    }
}

#[test]
fn the_time_out_doubles() {
    let mut streams = Streams::new();
    let ticket = streams.send(LINK, 0, 0, 1);
    let (mut wait, mut since) = (RTO, Span::ZERO);
    for attempt in 1..20 {
        since += wait;
        wait = wait.times(2);
        assert_eq!(streams.failed(ticket, RTO), since, "attempt {attempt}");
        assert_eq!(streams.again(ticket, Some(0)), Some((1, attempt)));
    }
    for _ in 0..300 {
        assert!(streams.failed(ticket, RTO) <= Span::LONGEST);
    }
}

#[test]
fn what_finds_nobody_is_lost_and_blocks_nobody() {
    let mut streams = Streams::new();
    let tickets = sent(&mut streams, 0..3);
    assert_eq!(streams.missed(tickets[1]), Some(1));
    assert_eq!(streams.missed(tickets[1]), None, "once");
    streams.arrived(tickets[2], 1);
    assert_eq!(settled(&mut streams, tickets[2], Some(1)), []);
    streams.arrived(tickets[0], 1);
    assert_eq!(settled(&mut streams, tickets[0], Some(1)), [Due::Delivered(0), Due::Delivered(2)]);
}

#[test]
fn what_waited_for_a_receiver_that_crashed_is_lost() {
    let mut streams = Streams::new();
    for receiver in [None, Some(1)] {
        let tickets = sent(&mut streams, 0..3);
        streams.arrived(tickets[1], 0);
        assert_eq!(settled(&mut streams, tickets[1], Some(0)), []);
        match receiver {
            None => assert_eq!(streams.missed(tickets[0]), Some(0)),
            Some(life) => streams.arrived(tickets[0], life),
        }
        let before = settled(&mut streams, tickets[0], receiver);
        let expected = [Due::Delivered(0), Due::Lost(1)];
        assert_eq!(before, expected[usize::from(receiver.is_none())..]);
        streams.arrived(tickets[2], 1);
        assert_eq!(settled(&mut streams, tickets[2], Some(1)), [Due::Delivered(2)]);
    }
}

#[test]
fn a_sender_that_crashes_sends_nothing_again_but_what_travels_arrives() {
    for sender in [None, Some(1)] {
        let mut streams = Streams::new();
        let tickets = sent(&mut streams, 0..5);
        streams.failed(tickets[1], RTO);
        streams.failed(tickets[3], RTO);
        streams.arrived(tickets[2], 0);
        assert_eq!(streams.again(tickets[1], sender), None);
        assert_eq!(settled(&mut streams, tickets[1], Some(0)), [], "the first still travels");
        streams.arrived(tickets[0], 0);
        let lost = (1..5).map(Due::Lost);
        let expected: Vec<Due<u32>> = std::iter::once(Due::Delivered(0)).chain(lost).collect();
        assert_eq!(settled(&mut streams, tickets[0], Some(0)), expected, "nothing fills the gap any more");
        streams.arrived(tickets[4], 0);
        assert_eq!(settled(&mut streams, tickets[4], Some(0)), [], "it is settled");
        assert_eq!(streams.again(tickets[3], Some(0)), None);
        assert_eq!(streams.letter(tickets[3]), None);
    }
}

#[test]
fn a_place_is_used_again_and_again() {
    let mut streams = Streams::new();
    for round in 0..100 {
        let tickets: Vec<Ticket> =
            (0..10).map(|link| streams.send(Link { from: link, to: 1 }, 0, 0, round)).collect();
        for ticket in tickets {
            streams.arrived(ticket, 0);
            assert_eq!(settled(&mut streams, ticket, Some(0)), [Due::Delivered(round)]);
        }
    }
    assert_eq!((streams.places.len(), streams.lines.len()), (10, 10));
}

/// A letter is delivered when it and all before it have arrived: the greatest of their arrivals, each of
/// which is the first attempt that was not lost, and its travel.
#[test]
fn deliveries_are_as_the_definition_says() {
    const LETTERS: u32 = 2000;
    let source = Chance::new(5, 0).of(Purpose::Loss);
    let fate = |letter: u32, before: u8| {
        let mut stream = source.at(u64::from(letter), u64::from(before));
        let travel = Span::from_millis(u64::from(stream.below(500)));
        (!stream.happens(0.4)).then_some(travel)
    };
    let start = |letter: u32| Time::ZERO + Span::from_millis(100 * u64::from(letter));
    let mut streams = Streams::new();
    // What happens next: a letter's ticket, and whether it arrives or is sent again.
    let mut events: BTreeMap<(Time, u32), (Option<Ticket>, bool)> =
        (0..LETTERS).map(|letter| ((start(letter), letter), (None, false))).collect();
    let mut delivered = Vec::new();
    while let Some(((now, letter), (ticket, arrives))) = events.pop_first() {
        let (ticket, before) = match ticket {
            None => (streams.send(LINK, 0, 0, letter), 0),
            Some(ticket) if arrives => {
                streams.arrived(ticket, 0);
                let due = settled(&mut streams, ticket, Some(0));
                delivered.extend(due.into_iter().map(|due| (now, due)));
                continue;
            }
            Some(ticket) => (ticket, streams.again(ticket, Some(0)).expect("it is alive").1),
        };
        match fate(letter, before) {
            Some(travel) => events.insert((now + travel, letter), (Some(ticket), true)),
            None => {
                events.insert((start(letter) + streams.failed(ticket, RTO), letter), (Some(ticket), false))
            }
        };
    }
    let mut latest = Time::ZERO;
    let expected: Vec<(Time, Due<u32>)> = (0..LETTERS)
        .map(|letter| {
            let attempt =
                (0..60).find(|before| fate(letter, *before).is_some()).expect("it arrives some day");
            let travel = fate(letter, attempt).expect("this one arrives");
            latest = latest.max(start(letter) + RTO.times((1 << attempt) - 1) + travel);
            (latest, Due::Delivered(letter))
        })
        .collect();
    assert_eq!(delivered, expected);
}
