//! Streams: what was lost is sent again, and what was sent first is delivered first.
//!
//! Nothing here knows the time or makes an event. The world sends a letter, asks [`Paths`](super::Paths) what
//! becomes of it, and says so here: it [`Streams::arrived`], or it found nobody ([`Streams::missed`]), or it
//! was lost on the way and is sent [`Streams::again`] after [`Streams::failed`] says how long. After each of
//! these, [`Streams::next`] hands over, one by one, what that has settled.
//!
//! Each life of a sender is a stream of its own, as a process that restarts must connect anew: what an
//! earlier life left unfinished blocks nobody.

use super::register::Register;
use super::{Link, named};
use crate::engine::time::Span;

/// All streams of a run.
#[derive(Debug, Default)]
pub struct Streams<L> {
    register: Register,
    /// By the numbers of the register.
    lines: Vec<Line>,
    /// Letters that are not settled, each with the next one of its line; free places are in a line too. So
    /// nothing is made anew for a letter, once there were as many at a time.
    places: Vec<Place<L>>,
    /// The first free place.
    free: Option<u32>,
}

/// The letters of one sender's life to one receiver, in the order in which they were sent.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// The first and the last place.
    ends: Option<(u32, u32)>,
    /// In which of its lives the sender sent them.
    life: u32,
    /// One of them was given up. What comes after it can never be delivered.
    is_broken: bool,
}

#[derive(Clone, Copy, Debug)]
struct Place<L> {
    letter: L,
    line: u32,
    next: Option<u32>,
    /// How many letters were here before. A ticket of one of them is void.
    before: u32,
    /// How often the letter was sent and lost.
    failures: u8,
    /// What befell it, a bit for each mishap.
    met: u8,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It is on its way, or will be sent again.
    Underway,
    /// It is where it was sent to, in this life of the receiver.
    There { life: u32 },
    /// It got there, and nobody was there. That is settled.
    Missed,
    /// Nobody will send it again.
    GivenUp,
}

/// What names a letter until it is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    line: u32,
    place: u32,
    before: u32,
}

/// What is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due<L> {
    /// The letter is delivered now.
    Delivered(L),
    /// The letter is lost for good.
    Lost(L),
}

impl<L: Copy> Streams<L> {
    /// Nothing was sent.
    pub fn new() -> Streams<L> {
        Streams { register: Register::default(), lines: Vec::new(), places: Vec::new(), free: None }
    }

    /// A node in this life of it sends a letter.
    pub fn send(&mut self, link: Link, channel: u8, life: u32, letter: L) -> Ticket {
        let key = named(link.number(), u64::from(life) << 8 | u64::from(channel));
        let (line, is_new) = self.register.number(key);
        if is_new {
            self.lines.push(Line { ends: None, life, is_broken: false });
        }
        let place = self.take_place(line as u32, letter);
        let line = &mut self.lines[line];
        line.ends = match line.ends {
            None => Some((place, place)),
            Some((first, last)) => {
                self.places[last as usize].next = Some(place);
                Some((first, place))
            }
        };
        let Place { line, before, .. } = self.places[place as usize];
        Ticket { line, place, before }
    }

    /// The letter, until it is settled.
    pub fn letter(&self, ticket: Ticket) -> Option<L> {
        self.at(ticket).map(|place| place.letter)
    }

    /// It was lost on the way. How long after it was first sent its sender sends it again: `rto`, and then twice as
    /// long after each attempt as after the one before.
    pub fn failed(&mut self, ticket: Ticket, rto: Span) -> Span {
        let Some(place) = self.at_mut(ticket) else { return rto };
        place.failures = place.failures.saturating_add(1);
        rto.times((1 << place.failures.min(63)) - 1)
    }

    /// This befell it on its way. Whether it did so for the first time.
    pub fn meets(&mut self, ticket: Ticket, mishap: u8) -> bool {
        let Some(place) = self.at_mut(ticket) else { return true };
        let is_new = place.met & 1 << mishap == 0;
        place.met |= 1 << mishap;
        is_new
    }

    /// It is time to send it again. The letter, and how often it was sent before; nothing if it is settled,
    /// or if its sender is down or in another life: `sender` is the life that it is in, if it is up. Then it
    /// is given up.
    pub fn again(&mut self, ticket: Ticket, sender: Option<u32>) -> Option<(L, u8)> {
        let life = self.lines[ticket.line as usize].life;
        let place = self.at_mut(ticket)?;
        if sender == Some(life) {
            return Some((place.letter, place.failures));
        }
        place.state = State::GivenUp;
        None
    }

    /// It arrived in this life of its receiver.
    pub fn arrived(&mut self, ticket: Ticket, life: u32) {
        if let Some(place) = self.at_mut(ticket) {
            place.state = State::There { life };
        }
    }

    /// It arrived, and nobody was there: it is lost. Those behind it do not wait for it any more.
    pub fn missed(&mut self, ticket: Ticket) -> Option<L> {
        let place = self.at_mut(ticket)?;
        place.state = State::Missed;
        Some(place.letter)
    }

    /// What is settled next on the line of `ticket`, which need not be valid any more; nothing if all others
    /// wait. `receiver` is the life that the receiver is in, if it is up: what waited for it in an earlier
    /// one is lost.
    pub fn next(&mut self, ticket: Ticket, receiver: Option<u32>) -> Option<Due<L>> {
        let line = ticket.line as usize;
        loop {
            let (first, last) = self.lines[line].ends?;
            let Place { letter, next, state, .. } = self.places[first as usize];
            if state == State::GivenUp {
                self.lines[line].is_broken = true;
            }
            let due = match state {
                State::Missed => None,
                _ if self.lines[line].is_broken => Some(Due::Lost(letter)),
                State::There { life } if receiver == Some(life) => Some(Due::Delivered(letter)),
                State::There { .. } => Some(Due::Lost(letter)),
                State::Underway | State::GivenUp => return None,
            };
            self.lines[line].ends = next.map(|next| (next, last));
            self.free_place(first);
            if due.is_some() {
                return due;
            }
        }
    }

    fn at(&self, ticket: Ticket) -> Option<&Place<L>> {
        let place = self.places.get(ticket.place as usize)?;
        (place.before == ticket.before).then_some(place)
    }

    fn at_mut(&mut self, ticket: Ticket) -> Option<&mut Place<L>> {
        let place = self.places.get_mut(ticket.place as usize)?;
        (place.before == ticket.before && place.state == State::Underway).then_some(place)
    }

    fn take_place(&mut self, line: u32, letter: L) -> u32 {
        let taken =
            |before| Place { letter, line, next: None, before, failures: 0, met: 0, state: State::Underway };
        match self.free {
            Some(free) => {
                let place = &mut self.places[free as usize];
                self.free = place.next;
                *place = taken(place.before);
                free
            }
            None => {
                self.places.push(taken(0));
                self.places.len() as u32 - 1
            }
        }
    }

    fn free_place(&mut self, number: u32) {
        let place = &mut self.places[number as usize];
        place.before = place.before.wrapping_add(1);
        place.next = self.free;
        self.free = Some(number);
    }
}

#[cfg(test)]
mod tests;
