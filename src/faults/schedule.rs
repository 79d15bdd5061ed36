//! Who, when, how long: what every fault says.

use serde::Serialize;

use super::selector::{Chosen, draw_members};
use super::{Ground, Target};
use crate::document::{FromValue, Kind, Place, Positive, Table, Value, read_table};
use crate::engine::cluster::{Cluster, NodeId};
use crate::engine::model::{Latency, Whom};
use crate::engine::random::{Purpose, Source, Streams};
use crate::engine::time::{Span, Time};
use crate::latencies::LatencyLaw;

/// Who, when, how long.
#[derive(Clone, Debug, Serialize)]
pub struct Schedule {
    nodes: Target,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    every: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mtbf: Option<Span>,
    /// Absent: to the end of the run.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    lasts: Option<Length>,
}

/// When a fault strikes first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum Moment {
    /// At this time.
    At(Span),
    /// At a random time between these two.
    Between { between: [Span; 2] },
}

/// How long a fault lasts.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Length {
    Fixed(Span),
    Drawn(LatencyLaw),
}

/// A fault strikes a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strike {
    /// Its number, which no other strike of the scenario has.
    pub number: u64,
    /// Whom.
    pub whom: Whom,
    /// From when.
    pub start: Time,
    /// Until when; `None` to the end of the run.
    pub end: Option<Time>,
}

impl Schedule {
    /// Reads `nodes`, `at`, `every`, `mtbf` and `for`.
    pub fn read(table: &mut Table<'_>, ground: &Ground<'_>) -> Option<Schedule> {
        let place = table.place("nodes");
        let nodes = match table.value("nodes") {
            Some(value) => Target::read(value, ground, &place),
            None => {
                table.lacks("nodes", "\"n3\", \"random:5\", \"each\", \"all\" or another selector");
                None
            }
        };
        let at: Option<Moment> = table.given("at");
        let every = table.given("every").map(|Positive(every)| every);
        let mtbf = table.given("mtbf").map(|Positive(mtbf)| mtbf);
        let lasts = match table.value("for") {
            Some(value) => Length::read(value, ground, &table.place("for")).map(Some),
            None => Some(None),
        };
        let asked = (table.has("at") || table.has("every"), table.has("mtbf"));
        match asked {
            (false, false) => {
                table.lacks("at", "\"2m\" (or { between = [\"1m\", \"9m\"] }, or mtbf = \"2h\")")
            }
            (true, true) => {
                let other = if table.has("at") { "at" } else { "every" };
                let remedy = "keep at (and every) for a timetable, or mtbf for chance";
                table.complain("mtbf", format!("mtbf and {other} contradict each other"), remedy);
            }
            _ => {}
        }
        let first = if table.has("at") { ("at", at.map(Moment::latest)) } else { ("every", every) };
        if let (key, Some(latest)) = first
            && latest > ground.duration
        {
            let reason = format!("{latest} lies after the end of the run, which lasts {}", ground.duration);
            table.complain(key, reason, "strike earlier, or make duration longer");
        }
        let draws = every.map_or(0.0, |every| ground.duration.seconds() / every.seconds())
            * f64::from(ground.cluster.members);
        if draws > MOST_DRAWS && matches!(nodes.as_ref().map(Target::chosen), Some(Chosen::Random(_))) {
            let reason = format!("drawing whom to strike so often takes about {draws:.0e} lots");
            table.complain("every", reason, "strike less often, or use mtbf, which draws for each node once");
        }
        Some(Schedule { nodes: nodes?, at, every, mtbf, lasts: lasts? })
    }

    /// All strikes until `end`, of the fault with this number in the scenario.
    pub fn strikes(&self, number: u64, cluster: &Cluster, end: Time, streams: Streams) -> Vec<Strike> {
        let dice = Dice {
            number,
            cluster: *cluster,
            times: streams.of(Purpose::FaultTime),
            lengths: streams.of(Purpose::FaultLength),
        };
        let mut strikes = Vec::new();
        if let Some(mtbf) = self.mtbf {
            for victim in self.struck(number, 0, cluster, streams) {
                self.strike_by_chance(mtbf, victim, &dice, end, &mut strikes);
            }
            return strikes;
        }
        let first = self.at.unwrap_or(Moment::At(self.every.unwrap_or(Span::ZERO)));
        let together = matches!(self.nodes.chosen(), Chosen::Together(_));
        for occurrence in 0.. {
            // A shift that no longer grows has left every run behind.
            let shift = self.every.map_or(Span::ZERO, |every| every.times(occurrence));
            if Time::ZERO + first.earliest() + shift > end || shift == Span::LONGEST {
                break;
            }
            for victim in self.struck(number, occurrence, cluster, streams) {
                let entity = if together { dice.group() } else { dice.entity(victim) };
                let start = Time::ZERO + dice.moment(first, entity, occurrence) + shift;
                if start <= end {
                    let over = self.over(start, victim, occurrence, &dice);
                    let number = dice.number_of(strikes.len());
                    strikes.push(Strike { number, whom: victim.whom(), start, end: over });
                }
            }
            if self.every.is_none() {
                break;
            }
        }
        strikes
    }

    /// Whether a monitor is struck.
    pub fn strikes_monitor(&self, cluster: &Cluster) -> bool {
        self.nodes.includes_monitor(cluster)
    }

    /// About how many strikes there will be, for the forecast.
    pub fn expected_strikes(&self, cluster: &Cluster, duration: Span) -> f64 {
        let struck = f64::from(self.nodes.size(cluster));
        let occurrences = match (self.mtbf, self.every, &self.lasts) {
            (Some(_), _, None) => 1.0,
            (Some(mtbf), _, Some(_)) => duration.seconds() / mtbf.seconds() + 1.0,
            (None, Some(every), _) => duration.seconds() / every.seconds() + 1.0,
            (None, None, _) => 1.0,
        };
        struck * occurrences
    }

    fn struck(&self, number: u64, occurrence: u64, cluster: &Cluster, streams: Streams) -> Vec<Victim> {
        let nodes = |nodes: Vec<NodeId>| nodes.into_iter().map(Victim::Node).collect();
        match self.nodes.chosen() {
            Chosen::Together(ranges) => nodes(ranges.iter().cloned().flatten().map(NodeId).collect()),
            Chosen::Random(count) => nodes(draw_members(*count, number, occurrence, cluster, streams)),
            Chosen::Each => nodes(cluster.all_members().collect()),
            Chosen::Leader => vec![Victim::Leader],
        }
    }

    /// Strikes one node after exponential stretches of being well, each as long as `mtbf` on average.
    fn strike_by_chance(
        &self,
        mtbf: Span,
        victim: Victim,
        dice: &Dice,
        end: Time,
        strikes: &mut Vec<Strike>,
    ) {
        let mut well_since = Time::ZERO;
        for occurrence in 0.. {
            let gap = -libm::log1p(-dice.time(dice.entity(victim), occurrence)) * mtbf.seconds();
            let start = well_since + Span::from_seconds(gap);
            if start > end {
                return;
            }
            let over = self.over(start, victim, occurrence, dice);
            let number = dice.number_of(strikes.len());
            strikes.push(Strike { number, whom: victim.whom(), start, end: over });
            match over {
                Some(over) if over <= end => well_since = over.just_after(),
                _ => return,
            }
        }
    }

    fn over(&self, start: Time, victim: Victim, occurrence: u64, dice: &Dice) -> Option<Time> {
        let length = match self.lasts.as_ref()? {
            Length::Fixed(length) => *length,
            Length::Drawn(law) => law.sample(&mut dice.lengths.at(dice.entity(victim), occurrence)),
        };
        Some(start + length)
    }
}

/// More lots than this take longer to draw than most runs take.
const MOST_DRAWS: f64 = 1e10;

/// One of those whom a fault strikes.
#[derive(Clone, Copy)]
enum Victim {
    Node(NodeId),
    /// Whoever leads when the strike comes.
    Leader,
}

impl Victim {
    fn whom(self) -> Whom {
        match self {
            Victim::Node(node) => Whom::Node(node),
            Victim::Leader => Whom::Leader,
        }
    }
}

/// The dice of one fault.
struct Dice {
    number: u64,
    cluster: Cluster,
    times: Source,
    lengths: Source,
}

impl Dice {
    fn entity(&self, victim: Victim) -> u64 {
        match victim {
            Victim::Node(node) => self.number << 32 | self.cluster.identity(node),
            Victim::Leader => self.group(),
        }
    }

    /// The number of the strike that comes after so many others of the fault.
    fn number_of(&self, others: usize) -> u64 {
        self.number << 32 | others as u64
    }

    /// Stands for all nodes that the fault strikes together, and for whoever leads.
    fn group(&self) -> u64 {
        self.number << 32 | u64::from(u32::MAX)
    }

    fn time(&self, entity: u64, occurrence: u64) -> f64 {
        self.times.at(entity, occurrence).unit()
    }

    fn moment(&self, moment: Moment, entity: u64, occurrence: u64) -> Span {
        match moment {
            Moment::At(at) => at,
            Moment::Between { between: [from, to] } => {
                from + (to - from).share(self.time(entity, occurrence))
            }
        }
    }
}

impl Moment {
    fn earliest(self) -> Span {
        match self {
            Moment::At(at) | Moment::Between { between: [at, _] } => at,
        }
    }

    fn latest(self) -> Span {
        match self {
            Moment::At(at) | Moment::Between { between: [_, at] } => at,
        }
    }
}

impl FromValue for Moment {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Moment> {
        if !matches!(value.kind, Kind::Table(_)) {
            return Span::from_value(value, place).map(Moment::At);
        }
        read_table(value, "at", place.complaints(), |table| {
            let between: Vec<Span> = table.needed("between", "[\"1m\", \"9m\"]")?;
            match between[..] {
                [from, to] if from <= to => Some(Moment::Between { between: [from, to] }),
                [_, _] => {
                    table.complain(
                        "between",
                        "the end lies before the beginning",
                        "write the earlier time first",
                    );
                    None
                }
                _ => {
                    table.complain("between", "between takes two times", "write between = [\"1m\", \"9m\"]");
                    None
                }
            }
        })
    }
}

impl Length {
    fn read(value: &Value, ground: &Ground<'_>, place: &Place<'_>) -> Option<Length> {
        if matches!(value.kind, Kind::Table(_)) {
            let read = |table: &mut Table<'_>| LatencyLaw::read(table, ground.shelf);
            return read_table(value, "for", place.complaints(), read).map(Length::Drawn);
        }
        Positive::<Span>::from_value(value, place).map(|Positive(length)| Length::Fixed(length))
    }
}
