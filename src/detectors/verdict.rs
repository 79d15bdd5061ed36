//! The `[verdict]` table: what follows from suspicion.

use crate::document::{Count, FromValue, Kind, Place, Positive, Table, Value, read_table};
use crate::engine::time::Span;
use crate::engine::watch::{PauseGuard, Verdict};

/// Reads the `[verdict]` table.
pub fn read_verdict(table: &mut Table<'_>) -> Verdict {
    let confirm_after = table.or("confirm_after", Span::ZERO);
    let probation = table.or("probation", Span::ZERO);
    let Count(successes) = table.or("successes", Count(1));
    let Guard(local_pause_guard) = table.or("local_pause_guard", Guard(None));
    Verdict { confirm_after, probation, successes, local_pause_guard }
}

/// How long an observer may stand still before it mistrusts its own clock, and for how long it does.
struct Guard(Option<PauseGuard>);

impl FromValue for Guard {
    fn from_value(value: &Value, place: &Place<'_>) -> Option<Guard> {
        match &value.kind {
            Kind::Text(word) if word == "off" => Some(Guard(None)),
            Kind::Table(_) => read_table(value, "local_pause_guard", place.complaints(), |table| {
                let over: Option<Positive<Span>> = table.needed("over", "\"2s\"");
                let hold: Option<Positive<Span>> = table.needed("hold", "\"30s\"");
                let (Positive(over), Positive(hold)) = (over?, hold?);
                Some(Guard(Some(PauseGuard { over, hold })))
            }),
            _ => Positive::<Span>::from_value(value, place)
                .map(|Positive(both)| Guard(Some(PauseGuard { over: both, hold: both }))),
        }
    }
}
