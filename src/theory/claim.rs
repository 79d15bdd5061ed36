//! What theory claims, how, and what of a run it can be held against.

/// Something that theory says of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What it is about.
    pub topic: Topic,
    /// Which of all detections it is about, if it is about one of these.
    pub moment: Option<Moment>,
    /// What is claimed, in a few words.
    pub what: String,
    /// The formula in words.
    pub formula: String,
    /// The same with its numbers.
    pub numbers: String,
    /// What comes out.
    pub value: Value,
    /// In what it is counted.
    pub unit: Unit,
    /// What of a run it can be held against.
    pub seen: Seen,
    /// By how much what is seen may be off because a run begins and ends somewhere.
    pub slack: f64,
}

/// What a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// How much is said.
    Messages,
    /// How soon a crash is known.
    Detection,
    /// How often the living are held dead.
    FalseAlarms,
    /// What an observer can bear.
    Capacity,
}

/// Which of all detections a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The shortest.
    Earliest,
    /// All of them, on average.
    Mean,
    /// The longest.
    Latest,
}

/// What comes out of a formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// This, on average.
    Is(f64),
    /// No less than this.
    AtLeast(f64),
    /// No more than this.
    AtMost(f64),
    /// No closed form is known, and why.
    Unknown(String),
}

/// In what a value is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Number,
    /// Seconds.
    Seconds,
    /// A part of one.
    Share,
    /// A part of one that is nearly all of it.
    Accuracy,
}

/// What of a run a claim can be held against.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// This measure of the summary.
    Measure(&'static str),
    /// The shortest detection of all crashes.
    Shortest,
    /// The longest of them.
    Longest,
    /// Nothing, because nothing counts it.
    Nowhere,
    /// Nothing, and why.
    Never(String),
    /// This may be looked at beside it, but not held against it, and why.
    Beside(Box<Seen>, String),
}

impl Topic {
    /// All topics, in the order in which they are told.
    pub const ALL: [Topic; 4] = [Topic::Messages, Topic::Detection, Topic::FalseAlarms, Topic::Capacity];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Topic::Messages => "messages",
            Topic::Detection => "detection of a crash",
            Topic::FalseAlarms => "false alarms",
            Topic::Capacity => "capacity of an observer",
        }
    }
}

impl Claim {
    /// A claim that can be held against nothing yet.
    pub fn of(topic: Topic, what: impl Into<String>, unit: Unit) -> Claim {
        Claim {
            topic,
            moment: None,
            what: what.into(),
            formula: String::new(),
            numbers: String::new(),
            value: Value::Unknown(String::new()),
            unit,
            seen: Seen::Nowhere,
            slack: 0.0,
        }
    }

    /// The same, by this formula and with these numbers.
    pub fn by(self, formula: impl Into<String>, numbers: impl Into<String>, value: Value) -> Claim {
        Claim { formula: formula.into(), numbers: numbers.into(), value, ..self }
    }

    /// The same, of which no closed form is known.
    pub fn unknown(self, why: impl Into<String>) -> Claim {
        Claim { value: Value::Unknown(why.into()), ..self }
    }

    /// The same, but what is seen of it says nothing for it or against it, and why.
    pub(super) fn not_judged(self, why: &str) -> Claim {
        match self.seen {
            Seen::Nowhere | Seen::Never(_) | Seen::Beside(..) => self,
            seen => Claim { seen: Seen::Beside(Box::new(seen), why.to_owned()), ..self },
        }
    }

    /// The same, to be held against something.
    pub fn seen(self, seen: Seen) -> Claim {
        Claim { seen, ..self }
    }
}

impl Value {
    /// The number, if there is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Is(value) | Value::AtLeast(value) | Value::AtMost(value) => Some(*value),
            Value::Unknown(_) => None,
        }
    }
}
