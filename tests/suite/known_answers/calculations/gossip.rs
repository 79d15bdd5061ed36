//! News among nodes with timers of the same period and random phases, message by message: a twin.
//!
//! Each live node acts once per period, at a phase of its own, and speaks to `fanout` different others of
//! its list: by push it tells them what it knows; by pull it asks them; by push-pull it tells if it knows
//! and else asks. A message takes `latency` and is lost with probability `loss`. What has arrived can be
//! passed on at once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::chance::SplitMix;
use super::rounds::Manner;

/// Ticks of the clock in a period.
const PERIOD: f64 = (1_u64 << 32) as f64;

fn ticks(periods: f64) -> u64 {
    (periods * PERIOD) as u64
}

/// What the node does that has the news first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The news appear at a moment that has nothing to do with its phase. Nobody has asked before.
    Appears,
    /// It counts up and acts, and goes on with its rounds. Who asked before may be answered with the new
    /// count.
    CountsUp,
    /// It counts up and acts for the last time. At a uniform moment of the period after that it crashes: it
    /// answers those who ask it in between, and what it has sent arrives.
    Crashes,
}

/// The rules. Times are in periods.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gossip {
    /// All nodes in the lists, dead or alive, with the source.
    pub members: usize,
    /// How many besides the source are dead from the beginning.
    pub dead: usize,
    pub manner: Manner,
    pub fanout: usize,
    pub latency: f64,
    pub loss: f64,
}

/// How the news came round. Times are in periods since it appeared, or since the source counted up.
#[derive(Clone, Debug)]
pub(crate) struct Spread {
    /// When the source crashed.
    pub crash: Option<f64>,
    /// When the live nodes besides the source learnt it, ascending. Those who never do are missing.
    pub times: Vec<f64>,
    /// How many live nodes there are besides the source.
    pub others: usize,
}

impl Spread {
    /// When at least half of the others knew it, if ever.
    pub(crate) fn half(&self) -> Option<f64> {
        self.times.get(self.others.div_ceil(2) - 1).copied()
    }

    /// When all others knew it, if ever.
    pub(crate) fn all(&self) -> Option<f64> {
        self.times.get(self.others - 1).copied()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Round(usize),
    Told(usize),
    Asked { by: usize, whom: usize },
}

/// Events in their order; those at the same time in the order in which they came about.
#[derive(Debug, Default)]
struct Agenda {
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    count: u64,
}

impl Agenda {
    fn add(&mut self, time: u64, event: Event) {
        self.count += 1;
        self.events.push(Reverse((time, self.count, event)));
    }
}

const SOURCE: usize = 0;

impl Gossip {
    /// Nobody is dead, nothing is lost or takes time, and each node speaks to one other in a round.
    pub(crate) fn of(members: usize, manner: Manner) -> Gossip {
        Gossip { members, dead: 0, manner, fanout: 1, latency: 0.0, loss: 0.0 }
    }

    fn send(&self, chance: &mut SplitMix, agenda: &mut Agenda, now: u64, event: Event) {
        if !chance.happens(self.loss) {
            agenda.add(now + ticks(self.latency), event);
        }
    }

    /// One course of events, until all know it or nobody can learn it any more.
    pub(crate) fn spread(&self, chance: &mut SplitMix, source: Source) -> Spread {
        // Questions under way when the source counts up.
        let early = if source == Source::Appears { 0.0 } else { self.latency.ceil() + 1.0 };
        let origin = ticks(early);
        let crash = (source == Source::Crashes).then(|| chance.unit());
        let crashed = crash.map_or(u64::MAX, |after| origin + ticks(after));
        let lives = |node: usize, now: u64| if node == SOURCE { now < crashed } else { node > self.dead };
        let mut agenda = Agenda::default();
        for node in (0..self.members).filter(|&node| lives(node, 0)) {
            let phase = if node == SOURCE && source != Source::Appears { 0.0 } else { chance.unit() };
            agenda.add(ticks(phase), Event::Round(node));
        }
        let mut knows = vec![false; self.members];
        let others = self.members - 1 - self.dead;
        let mut times = Vec::with_capacity(others);
        // After the crash, what has been asked or told is on its way for two latencies at most.
        let last_hope = crashed.saturating_add(ticks(2.0 * self.latency));
        while let Some(Reverse((now, _, event))) = agenda.events.pop() {
            knows[SOURCE] = now >= origin && now < crashed;
            if times.len() == others || (now > last_hope && times.is_empty()) {
                break;
            }
            match event {
                Event::Round(node) if lives(node, now) => {
                    agenda.add(now + ticks(1.0), event);
                    for whom in chance.different(self.fanout, self.members, node) {
                        if knows[node] && self.manner != Manner::Pull {
                            self.send(chance, &mut agenda, now, Event::Told(whom));
                        } else if !knows[node] && self.manner != Manner::Push {
                            self.send(chance, &mut agenda, now, Event::Asked { by: node, whom });
                        }
                    }
                }
                Event::Asked { by, whom } if knows[whom] => {
                    self.send(chance, &mut agenda, now, Event::Told(by));
                }
                Event::Told(node) if node != SOURCE && lives(node, now) && !knows[node] => {
                    knows[node] = true;
                    times.push((now - origin) as f64 / PERIOD);
                }
                Event::Round(_) | Event::Asked { .. } | Event::Told(_) => {}
            }
        }
        Spread { crash, times, others }
    }
}
