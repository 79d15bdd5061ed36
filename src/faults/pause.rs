//! A process stands still, and goes on as if nothing had been: garbage collection, a stopped virtual machine, a
//! debugger.
//!
//! Nothing is forgotten. What fell due or arrived meanwhile happens when it wakes.

use serde::Serialize;

use super::timetable::Dice;
use super::{Ground, Schedule};
use crate::document::{Bounds, Table};
use crate::engine::cluster::Cluster;
use crate::engine::model::{Blow, Change, Depth, Fault, Stop, WakesTo};
use crate::engine::random::Streams;
use crate::engine::time::{Span, Time};

/// The process stands still.
#[derive(Clone, Debug, Serialize)]
pub struct Pause {
    #[serde(flatten)]
    schedule: Schedule,
    stops: Stops,
    /// Absent: as many messages wait as come.
    #[serde(skip_serializing_if = "Option::is_none")]
    inbox: Option<u32>,
    /// Absent where the thread that looks at the clock goes on, and never wakes.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<First>,
}

/// What stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Stops {
    /// All threads.
    Process,
    /// All but the one that beats and listens.
    Application,
}

/// What a process does first when it wakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum First {
    /// It looks at its clock: everybody seems to have been silent.
    Clock,
    /// It reads what has come.
    Inbox,
}

impl Pause {
    /// Reads `stops`, `inbox`, `first` and the schedule.
    pub fn read(table: &mut Table<'_>, ground: &Ground<'_>) -> Option<Pause> {
        let stops = table.word(
            "stops",
            Stops::Process,
            &[("process", Stops::Process), ("application", Stops::Application)],
        );
        table.bounded("inbox", Bounds::most(f64::from(u32::MAX - 1)));
        let inbox = table.given("inbox").and_then(|inbox| room(table, inbox));
        let first = table.word("first", First::Clock, &[("clock", First::Clock), ("inbox", First::Inbox)]);
        if stops == Stops::Application && table.has("first") && table.is_right("first") {
            let reason =
                "where the application alone stands still, the thread that looks at the clock goes on";
            table.complain("first", reason, "leave first out, or write stops = \"process\"");
        }
        let first = (stops == Stops::Process).then_some(first);
        let schedule = Schedule::read(table, ground);
        Some(Pause { schedule: schedule?, stops, inbox, first })
    }

    /// Who stands still, when and for how long.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// Whether the thread that beats and listens goes on.
    pub fn spares_beats(&self) -> bool {
        self.stops == Stops::Application
    }
}

/// How many messages an inbox holds, if it is a number that means anything.
fn room(table: &Table<'_>, inbox: u64) -> Option<u32> {
    let room = u32::try_from(inbox).ok().filter(|room| *room < u32::MAX);
    if room.is_none() {
        let reason = format!("an inbox for {inbox} messages is never full");
        table.complain("inbox", reason, "leave inbox out: then all messages wait that come");
    }
    room
}

impl Fault for Pause {
    fn plan(&self, number: u64, cluster: &Cluster, end: Time, streams: Streams) -> Vec<(Time, Change)> {
        let stop = Stop {
            depth: match self.stops {
                Stops::Process => Depth::Process,
                Stops::Application => Depth::Application,
            },
            inbox: self.inbox.unwrap_or(u32::MAX),
            first: match self.first {
                Some(First::Inbox) => WakesTo::Inbox,
                Some(First::Clock) | None => WakesTo::Clock,
            },
        };
        self.schedule.plan(&Blow::Stop(stop), &Dice::new(number, cluster, end, streams))
    }

    fn expected_changes(&self, cluster: &Cluster, duration: Span) -> f64 {
        self.schedule.expected_changes(cluster, duration)
    }

    fn strikes_observers(&self, cluster: &Cluster) -> bool {
        self.schedule.strikes_observers(cluster)
    }
}
