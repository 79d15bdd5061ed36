//! The `[verdict]` table: what follows from suspicion.

use crate::document::{
    Bounds, Count, FromValue, Kind, Place, Positive, Probability, Shape, Table, Value, read_table,
};
use crate::engine::rate::Rate;
use crate::engine::time::Span;
use crate::engine::watch::{Alarm, Limit, Pace, PauseGuard, Verdict};

/// Reads the `[verdict]` table.
pub fn read_verdict(table: &mut Table<'_>) -> Verdict {
    let confirm_after = table.or("confirm_after", Span::ZERO);
    let probation = table.or("probation", Span::ZERO);
    let Count(successes) = table.or("successes", Count(1));
    let Guard(local_pause_guard) = table.or("local_pause_guard", Guard(None));
    let limit = table.table("limit", "limit", read_limit);
    Verdict { confirm_after, probation, successes, local_pause_guard, limit }
}

/// Reads `limit`: how many deaths an observer declares in how long.
fn read_limit(table: &mut Table<'_>) -> Option<Limit> {
    table.chooses(&[&["rate"], &["alarm"], &["rate", "alarm"]]);
    table.goes_with("burst", "rate");
    table.goes_with("alarm_least", "alarm");
    table.goes_with("alarm_rate", "alarm");
    table.bounded("alarm", Bounds::above(0.0));
    let rate: Option<Rate> = table.given("rate");
    let Count(burst) = table.or("burst", Count(1));
    let share = table.given("alarm").map(|Probability(share)| share);
    let Count(least) = table.or("alarm_least", Count(3));
    let alarm_rate = table.or("alarm_rate", Rate::NONE);
    if !table.has("rate") && !table.has("alarm") {
        table.lacks("rate", "\"6/m\" (or alarm = 0.55)");
        return None;
    }
    if rate == Some(Rate::NONE) || rate.is_some_and(|rate| rate.spacing().is_none()) {
        let reason = "with a rate of zero nobody would ever be declared dead";
        table.complain("rate", reason, "write a rate above zero, such as \"6/m\"");
    }
    if share == Some(0.0) {
        let remedy = "write the share of those whom it watches, such as alarm = 0.55, or leave it out";
        table.complain("alarm", "an alarm from a share of zero on would never end", remedy);
    }
    if !table.has("rate") && table.has("burst") {
        table.complain(
            "burst",
            "without a rate there is no burst",
            "write rate = \"6/m\" too, or leave burst out",
        );
    }
    for key in ["alarm_least", "alarm_rate"] {
        if !table.has("alarm") && table.has(key) {
            let reason = format!("without an alarm `{key}` means nothing");
            table.complain(key, reason, format!("write alarm = 0.55 too, or leave {key} out"));
        }
    }
    let spacings = (rate.and_then(Rate::spacing), alarm_rate.spacing());
    if let (Some(calm), Some(alarmed)) = spacings
        && alarmed < calm
        && table.has("alarm")
    {
        let remedy = "write a lower alarm_rate; without it, nobody is declared dead then";
        table.complain("alarm_rate", "an alarm is to make deaths fewer, not more", remedy);
    }
    let pace = rate.map(|rate| Pace { rate, burst });
    Some(Limit { pace, alarm: share.map(|share| Alarm { share, least, rate: alarm_rate }) })
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

    fn shape() -> Shape {
        let table = Shape::Table("local_pause_guard".to_owned());
        Shape::Either(vec![Shape::words(["off"]), Positive::<Span>::shape(), table])
    }

    fn written(&self) -> Option<Kind> {
        self.0.is_none().then(|| Kind::Text("off".to_owned()))
    }
}
