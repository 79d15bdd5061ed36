//! When and for how long: what every fault says, whomever it strikes.

use std::ops::Range;

use serde::Serialize;

use super::length::Length;
use super::selector::Chosen;
use super::{Ground, Target};
use crate::document::{FromValue, Kind, Place, Positive, Shape, Table, Value, read_table};
use crate::engine::cluster::Cluster;
use crate::engine::model::{Blow, Change, Latency, Whom};
use crate::engine::random::{Purpose, Source, Streams};
use crate::engine::time::{Span, Time};
use crate::latencies::LatencyLaw;

/// When and for how long.
#[derive(Clone, Debug, Serialize)]
pub struct Timetable {
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

/// When a fault strikes a node, for closed forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onset {
    /// After exponential stretches of being well, each so long on average.
    ByChance(Span),
    /// At a moment between these two, and again after each `every`.
    Between {
        /// The earliest and the latest moment of the first time.
        first: [Span; 2],
        /// Nothing if it strikes once.
        every: Option<Span>,
    },
}

/// A fault strikes.
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

impl Timetable {
    /// Reads `at`, `every`, `mtbf` and `for`, for a fault that strikes `targets`, as far as they were understood.
    pub fn read<'t>(
        table: &mut Table<'_>,
        ground: &Ground<'_>,
        targets: impl IntoIterator<Item = &'t Target>,
    ) -> Option<Timetable> {
        let at: Option<Moment> = table.given("at");
        let every = table.given("every").map(|Positive(every)| every);
        let mtbf = table.given("mtbf").map(|Positive(mtbf)| mtbf);
        table.shaped("for", Length::shape);
        table.chooses(&[&["at"], &["every"], &["at", "every"], &["mtbf"]]);
        let lasts = match table.value("for") {
            Some(value) => Length::read(value, ground, &table.place("for")).map(Some),
            None => Some(None),
        };
        table.takes_for("duration", "for");
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
        let by_lot = |target: &Target| matches!(target.chosen(), Chosen::Random(_));
        if draws > MOST_DRAWS && targets.into_iter().any(by_lot) {
            let reason = format!("drawing whom to strike so often takes about {draws:.0e} lots");
            table.complain("every", reason, "strike less often, or use mtbf, which draws for each node once");
        }
        Some(Timetable { at, every, mtbf, lasts: lasts? })
    }

    /// All strikes at those whom `target` selects, node by node.
    pub fn strikes(&self, target: &Target, dice: &Dice) -> Vec<Strike> {
        let together = target.set().is_some();
        self.strikes_at(together, |occurrence| target.struck(occurrence, dice), dice)
    }

    /// All strikes at the network around those whom `target` selects. A set is struck as one, and given back;
    /// nodes that are struck each on their own are named by the strikes, and the set is empty.
    pub fn strikes_around(&self, target: &Target, dice: &Dice) -> (Vec<Range<u32>>, Vec<Strike>) {
        match target.set() {
            Some(set) => (set.to_vec(), self.strikes_at_nobody(dice)),
            None => (Vec::new(), self.strikes(target, dice)),
        }
    }

    /// All strikes of a fault that strikes nobody in particular.
    pub fn strikes_at_nobody(&self, dice: &Dice) -> Vec<Strike> {
        self.strikes_at(true, |_| vec![Whom::World], dice)
    }

    /// All strikes at those who are `struck` at each occurrence, `together` at one moment or each at its own.
    fn strikes_at(&self, together: bool, struck: impl Fn(u64) -> Vec<Whom>, dice: &Dice) -> Vec<Strike> {
        let mut strikes = Vec::new();
        if let Some(mtbf) = self.mtbf {
            for whom in struck(0) {
                self.strike_by_chance(mtbf, whom, dice, &mut strikes);
            }
            return strikes;
        }
        let first = self.at.unwrap_or(Moment::At(self.every.unwrap_or(Span::ZERO)));
        for occurrence in 0.. {
            // A shift that no longer grows has left every run behind.
            let shift = self.every.map_or(Span::ZERO, |every| every.times(occurrence));
            if Time::ZERO + first.earliest() + shift > dice.end || shift == Span::LONGEST {
                break;
            }
            for whom in struck(occurrence) {
                let entity = if together { dice.group() } else { dice.entity(whom) };
                let start = Time::ZERO + dice.moment(first, entity, occurrence) + shift;
                if start <= dice.end {
                    let over = self.over(start, whom, occurrence, dice);
                    strikes.push(Strike { number: dice.number_of(strikes.len()), whom, start, end: over });
                }
            }
            if self.every.is_none() {
                break;
            }
        }
        strikes
    }

    /// Strikes after exponential stretches of being well, each as long as `mtbf` on average.
    fn strike_by_chance(&self, mtbf: Span, whom: Whom, dice: &Dice, strikes: &mut Vec<Strike>) {
        let mut well_since = Time::ZERO;
        for occurrence in 0.. {
            let gap = -libm::log1p(-dice.time(dice.entity(whom), occurrence)) * mtbf.seconds();
            let start = well_since + Span::from_seconds(gap);
            if start > dice.end {
                return;
            }
            let over = self.over(start, whom, occurrence, dice);
            strikes.push(Strike { number: dice.number_of(strikes.len()), whom, start, end: over });
            match over {
                Some(over) if over <= dice.end => well_since = over.just_after(),
                _ => return,
            }
        }
    }

    fn over(&self, start: Time, whom: Whom, occurrence: u64, dice: &Dice) -> Option<Time> {
        let lasts = self.lasts.as_ref()?;
        Some(start + lasts.sample(|| dice.lengths.at(dice.entity(whom), occurrence)))
    }

    /// How long it lasts at least; nothing if it lasts to the end of the run.
    pub(super) fn shortest(&self) -> Option<Span> {
        Some(Span::from_seconds(self.lasts.as_ref()?.law().quantile(0.0)))
    }

    /// When it strikes.
    pub fn onset(&self) -> Onset {
        if let Some(mtbf) = self.mtbf {
            return Onset::ByChance(mtbf);
        }
        let first = self.at.unwrap_or(Moment::At(self.every.unwrap_or(Span::ZERO)));
        Onset::Between { first: [first.earliest(), first.latest()], every: self.every }
    }

    /// How long it lasts; nothing if it lasts to the end of the run.
    pub fn length(&self) -> Option<LatencyLaw> {
        self.lasts.as_ref().map(Length::law)
    }

    /// Whether chance alone says when it strikes.
    pub(super) fn is_by_chance(&self) -> bool {
        self.mtbf.is_some()
    }

    /// About how many strikes there will be at each who is struck, for the forecast.
    pub fn expected_strikes(&self, duration: Span) -> f64 {
        match (self.mtbf, self.every, &self.lasts) {
            (Some(_), _, None) => 1.0,
            (Some(mtbf), _, Some(_)) => duration.seconds() / mtbf.seconds() + 1.0,
            (None, Some(every), _) => duration.seconds() / every.seconds() + 1.0,
            (None, None, _) => 1.0,
        }
    }
}

/// More lots than this take longer to draw than most runs take.
const MOST_DRAWS: f64 = 1e10;

/// What strikes change: a blow begins with each, and is over when it ends.
pub(super) fn changes(strikes: Vec<Strike>, blow: &Blow) -> Vec<(Time, Change)> {
    let mut changes = Vec::with_capacity(2 * strikes.len());
    for Strike { number: strike, whom, start, end } in strikes {
        changes.push((start, Change::Begin { strike, whom, blow: blow.clone() }));
        changes.extend(end.map(|over| (over, Change::End { strike })));
    }
    changes
}

/// The dice of one fault for one replication.
pub struct Dice {
    /// The fault's place in the scenario.
    pub number: u64,
    /// Who there is.
    pub cluster: Cluster,
    /// Nothing strikes later.
    pub end: Time,
    /// All randomness of the replication.
    pub streams: Streams,
    times: Source,
    lengths: Source,
}

impl Dice {
    /// The dice of the fault with this number, for a run that ends at `end`.
    pub fn new(number: u64, cluster: &Cluster, end: Time, streams: Streams) -> Dice {
        let (times, lengths) = (streams.of(Purpose::FaultTime), streams.of(Purpose::FaultLength));
        Dice { number, cluster: *cluster, end, streams, times, lengths }
    }

    fn entity(&self, whom: Whom) -> u64 {
        match whom {
            Whom::Node(node) => self.number << 32 | self.cluster.identity(node),
            Whom::Leader | Whom::World => self.group(),
        }
    }

    /// The number of the strike that comes after so many others of the fault.
    fn number_of(&self, others: usize) -> u64 {
        self.number << 32 | others as u64
    }

    /// Stands for all nodes that the fault strikes together, for whoever leads, and for the network.
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
            table.shaped("between", || Span::shape().list_of(2, Some(2)));
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

    fn shape() -> Shape {
        Shape::Either(vec![Span::shape(), Shape::Table("at".to_owned())])
    }
}
