//! What every detector takes, whatever its kind.

use serde::{Serialize, Serializer};

use super::{Beats, Suspicion, Timeout};
use crate::document::{FromValue, Kind, Place, Positive, Shape, Table, Value, read_table, word_of};
use crate::engine::time::Span;
use crate::engine::watch::{Check, Stamp, Tie};

/// The `[detector]` table.
#[derive(Clone, Debug, Serialize)]
pub struct Judging {
    /// Gives the deadline.
    #[serde(flatten)]
    pub suspicion: Suspicion,
    /// When the deadline is looked at.
    #[serde(serialize_with = "write_check")]
    pub check: Check,
    /// Whether the deadline itself is in time.
    #[serde(serialize_with = "write_tie")]
    pub tie: Tie,
    /// From when silence counts.
    #[serde(serialize_with = "write_stamp")]
    pub stamp: Stamp,
    /// Whether a beat older than the newest heard counts.
    #[serde(rename = "late_beats", serialize_with = "write_late_beats")]
    pub count_late_beats: bool,
    /// A beat that travelled for longer than this is not heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cutoff: Option<Span>,
    /// Whether there is nothing to judge.
    #[serde(skip)]
    idle: bool,
}

impl Judging {
    /// For protocols that judge silence themselves.
    pub fn idle() -> Judging {
        let suspicion = Suspicion::Timeout(Timeout { timeout: Span::LONGEST });
        Judging {
            suspicion,
            check: Check::Timer,
            tie: Tie::InTime,
            stamp: Stamp::Arrival,
            count_late_beats: false,
            cutoff: None,
            idle: true,
        }
    }

    /// Whether the protocol judges silence itself.
    pub fn is_idle(&self) -> bool {
        self.idle
    }

    /// Reads the keys that every detector takes, and those of its kind.
    pub fn read(table: &mut Table<'_>, beats: &Beats) -> Option<Judging> {
        let check = table.or("check", Check::Timer);
        let tie = table.word("tie", Tie::InTime, &TIES);
        let stamp = table.word("stamp", Stamp::Arrival, &STAMPS);
        let count_late_beats = table.word("late_beats", false, &LATE_BEATS);
        if stamp == Stamp::Noticed && table.is_right("check") && !matches!(check, Check::Every { .. }) {
            table.complain(
                "stamp",
                "stamp = \"noticed\" counts from the scan that noticed a beat, but nothing scans",
                "write check = { every = \"5s\" } too, or leave stamp out",
            );
        }
        let cutoff = table.given("cutoff").map(|Positive(cutoff)| cutoff);
        let suspicion = Suspicion::read(table, beats);
        let counts_questions =
            suspicion.as_ref().is_some_and(|suspicion| suspicion.member().counts_questions());
        if counts_questions && stamp != Stamp::Arrival {
            let remedy = "leave it out: a miss is a question that has timed out";
            table.complain("stamp", "`stamp` means nothing where unanswered questions are counted", remedy);
        }
        if counts_questions && cutoff.is_some() {
            let reason = "`cutoff` means nothing where unanswered questions are counted";
            table.complain("cutoff", reason, "leave it out: an answer is too late after probe_timeout");
        }
        Some(Judging { suspicion: suspicion?, check, tie, stamp, count_late_beats, cutoff, idle: false })
    }
}

const TIES: [(&str, Tie); 2] = [("in-time", Tie::InTime), ("late", Tie::Late)];
const STAMPS: [(&str, Stamp); 3] =
    [("arrival", Stamp::Arrival), ("sent", Stamp::Sent), ("noticed", Stamp::Noticed)];
const LATE_BEATS: [(&str, bool); 2] = [("ignore", false), ("count", true)];

impl FromValue for Check {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Check> {
        const REMEDY: &str = "write check = \"timer\", { every = \"5s\" } or { bucket = \"2s\" }";
        match &value.kind {
            Kind::Table(_) => read_table(value, "check", place.complaints(), |table| {
                table.chooses(&[&["every"], &["bucket"]]);
                table.goes_with("phase", "every");
                let every = table.given("every").map(|Positive(every)| every);
                let bucket = table.given("bucket").map(|Positive(bucket)| bucket);
                let phase = table.or("phase", ScanPhase::Random).offset();
                match (table.has("every"), table.has("bucket")) {
                    (true, false) => Some(Check::Every { every: every?, phase }),
                    (false, true) => {
                        if table.has("phase") {
                            let remedy = "write { every = …, phase = … }, or leave phase out";
                            table.complain(
                                "phase",
                                "only scans have a phase; buckets are counted from the start",
                                remedy,
                            );
                        }
                        Some(Check::Bucket(bucket?))
                    }
                    (true, true) => {
                        table.complain("bucket", "`every` and `bucket` contradict each other", REMEDY);
                        None
                    }
                    (false, false) => {
                        table.lacks("every", "\"5s\" (or bucket = \"2s\")");
                        None
                    }
                }
            }),
            Kind::Text(text) if text.parse::<Span>().is_err() => {
                word_of(value, &[("timer", Check::Timer)], place)
            }
            other => {
                place.advise(
                    value,
                    format!("check is \"timer\" or a table, found {}", other.described()),
                    REMEDY,
                );
                None
            }
        }
    }

    fn shape() -> Shape {
        Shape::Either(vec![Shape::words(["timer"]), Shape::Table("check".to_owned())])
    }

    fn written(&self) -> Option<Kind> {
        (*self == Check::Timer).then(|| Kind::Text("timer".to_owned()))
    }
}

/// When the scans of an observer begin.
#[derive(Clone, Copy)]
enum ScanPhase {
    Random,
    At(Span),
}

impl ScanPhase {
    fn offset(self) -> Option<Span> {
        match self {
            ScanPhase::Random => None,
            ScanPhase::At(offset) => Some(offset),
        }
    }
}

impl FromValue for ScanPhase {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<ScanPhase> {
        match &value.kind {
            Kind::Text(text) if text.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
                Span::from_value(value, place).map(ScanPhase::At)
            }
            _ => {
                let words = [("random", ScanPhase::Random), ("aligned", ScanPhase::At(Span::ZERO))];
                word_of(value, &words, place)
            }
        }
    }

    fn shape() -> Shape {
        Shape::Either(vec![Shape::words(["random", "aligned"]), Span::shape()])
    }

    fn written(&self) -> Option<Kind> {
        match self {
            ScanPhase::Random => Some(Kind::Text("random".to_owned())),
            ScanPhase::At(offset) => offset.written(),
        }
    }
}

/// A `check` as a scenario writes it.
#[derive(Serialize)]
#[serde(untagged)]
enum Written {
    Word(&'static str),
    Every { every: Span, phase: String },
    Bucket { bucket: Span },
}

fn write_check<S: Serializer>(check: &Check, serializer: S) -> Result<S::Ok, S::Error> {
    let written = match *check {
        Check::Timer => Written::Word("timer"),
        Check::Every { every, phase: None } => Written::Every { every, phase: "random".to_owned() },
        Check::Every { every, phase: Some(phase) } => Written::Every { every, phase: phase.to_string() },
        Check::Bucket(bucket) => Written::Bucket { bucket },
    };
    written.serialize(serializer)
}

fn write_tie<S: Serializer>(tie: &Tie, serializer: S) -> Result<S::Ok, S::Error> {
    write_word(&TIES, tie, serializer)
}

fn write_stamp<S: Serializer>(stamp: &Stamp, serializer: S) -> Result<S::Ok, S::Error> {
    write_word(&STAMPS, stamp, serializer)
}

fn write_late_beats<S: Serializer>(count: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    write_word(&LATE_BEATS, count, serializer)
}

fn write_word<T: PartialEq, S: Serializer>(
    words: &[(&'static str, T)],
    meaning: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let word = words.iter().find(|(_, candidate)| candidate == meaning).map_or("", |(word, _)| word);
    serializer.serialize_str(word)
}
