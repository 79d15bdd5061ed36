//! Conditions to what is wanted.

use super::{Dice, SMALL, places, stock, taken};
use crate::document::{Document, Kind, Origin, Value};
use crate::scenario::Scenario;
use crate::scenario::sweep::condition::{Condition, Wrong};

fn parsed(text: &str) -> Result<Condition, Wrong> {
    let value = Value { kind: Kind::Text(text.to_owned()), origin: Origin::Whole };
    Condition::parse(&value, text)
}

/// Whether `text` holds of a document with a bit of everything.
fn judged(text: &str) -> Result<Option<bool>, Wrong> {
    let document = "timeout = '10s'\ninterval = '5s'\nloss = 0.3\nnodes = 40\nname = 'five'\nfast = true\n\
        list = [1, 2]\n[detector]\nkind = 'phi'\nthreshold = 8\n[regions]\nus-east = 3\n[[faults]]\nat = '1m'\n";
    parsed(text)?.judge(Document::parse("a.toml", document).expect("TOML").root())
}

#[test]
fn a_condition_is_true_or_false_or_says_nothing() {
    let (holds, fails, nothing) = (Ok(Some(true)), Ok(Some(false)), Ok(None));
    for (text, truth) in [
        ("timeout >= 2 * interval", &holds),
        ("timeout > 2 * interval", &fails),
        ("timeout == 2*interval", &holds),
        ("timeout != interval + 5s", &fails),
        ("timeout == '10s'", &holds),
        ("timeout == \"10000ms\"", &holds),
        ("timeout < 1m 30s", &holds),
        ("timeout < 1m30s and timeout > 0.5s", &holds),
        ("timeout / interval == 2", &holds),
        ("timeout / 4 < 3s", &holds),
        ("interval - timeout < 0s", &holds),
        ("-timeout < -interval", &holds),
        ("nodes - 1 == 39", &holds),
        ("nodes-1 == 39", &holds),
        ("1e-3 < loss", &holds),
        // What rounding alone tells apart is equal.
        ("loss == 0.1 + 0.2", &holds),
        ("loss <= 3 * 0.1", &holds),
        ("1.1 * 3s == 3.3s", &holds),
        ("2 + 3 * 4 == 14", &holds),
        ("(2 + 3) * 4 == 20", &holds),
        ("20 - 3 - 2 == 15", &holds),
        ("16 / 4 / 2 == 2", &holds),
        ("name == 'five'", &holds),
        ("name != 'five'", &fails),
        ("detector.kind == 'phi' and detector.threshold > 4", &holds),
        ("regions.us-east == 3", &holds),
        ("faults.0.at == 60s", &holds),
        // A key that is a word here may be a table there.
        ("detector == 'phi'", &fails),
        ("list != 1", &holds),
        ("fast", &holds),
        ("not fast", &fails),
        ("fast == true", &holds),
        ("true and not false", &holds),
        // `not` binds less than comparisons, `and` more than `or`.
        ("not timeout < interval", &holds),
        ("true or true and false", &holds),
        ("(true or true) and false", &fails),
        ("not not not false", &holds),
        // What is not there says nothing.
        ("detector.timeout > 3s", &nothing),
        ("not detector.timeout > 3s", &nothing),
        ("2 * detector.timeout > interval", &nothing),
        ("detector.timeout > 3s and timeout == 10s", &nothing),
        ("detector.timeout > 3s and timeout == 11s", &fails),
        ("timeout == 11s and detector.timeout > 3s", &fails),
        ("detector.timeout > 3s or timeout == 10s", &holds),
        ("detector.timeout > 3s or timeout == 11s", &nothing),
        ("faults.1.at == 60s", &nothing),
        // A side that decides spares the other.
        ("detector.kind != 'phi' and detector.threshold == 'high'", &fails),
    ] {
        assert_eq!(&judged(text), truth, "{text}");
    }
}

#[test]
fn a_wrong_condition_is_marked_where_it_is_wrong() {
    for (text, part, words) in [
        ("", 0..0, "ends where a value is wanted"),
        ("timeout >", 9..9, "ends where a value is wanted"),
        ("timeout > > 3s", 10..11, "not `>`"),
        ("timeout = 3s", 8..9, "`=` has no meaning"),
        ("fast && fast", 5..7, "`&&` has no meaning"),
        ("timeout ≥ 3s", 8..11, "`≥` has no meaning"),
        ("1s < timeout < 9s", 13..14, "`<` is more than a condition"),
        ("fast fast", 5..9, "`fast` is more than a condition"),
        ("(fast or fast", 0..1, "not closed"),
        ("fast)", 4..5, "`)` is more than a condition"),
        ("name == 'five", 8..13, "has no end"),
        ("timeout > 3 s and", 12..13, "`s` is more"),
        ("timeout > 3sec", 10..14, "`sec` is not a unit of time"),
        ("timeout > 1.2.3", 10..15, "`1.2.3` is not a number"),
        ("timeout > 1e999", 10..15, "is not a number"),
        ("timeout % 2 == 0", 8..9, "`%` has no meaning"),
        ("timeout > 3", 0..11, "`>` cannot stand between the duration 10s and the number 3"),
        ("2 * (timeout + 3) > 1s", 4..17, "`+` cannot stand between the duration 10s and the number 3"),
        ("timeout * interval > 1s", 0..18, "`*` cannot stand between the duration 10s and the duration 5s"),
        ("name < 'six'", 0..12, "`<` cannot stand between the text 'five' and the text 'six'"),
        ("list < 1", 0..8, "`<` cannot stand between a list and the number 1"),
        ("detector + 1 == 2", 0..12, "`+` cannot stand between a table and the number 1"),
        ("nodes / 0 > 1", 0..9, "divides by zero"),
        ("1e308 * nodes > 1", 0..13, "too large"),
        ("nodes", 0..5, "the number 40, neither true nor false"),
        ("nodes and fast", 0..5, "neither true nor false"),
    ] {
        let wrong = judged(text).expect_err(text);
        assert_eq!(wrong.part, part, "{text}: {}", wrong.reason);
        assert!(wrong.reason.contains(words), "{text}: {}", wrong.reason);
    }
}

#[test]
fn a_condition_restricts_the_cells_of_which_it_speaks() {
    let detectors = "detector = [{ kind = 'timeout', timeout = '2s' }, { kind = 'timeout', timeout = '6s' }, \
        { kind = 'phi' }, { kind = 'misses' }]\n";
    for (condition, wanted) in [
        ("where = 'detector.timeout > 3s'", &[1, 2, 3][..]),
        ("where = 'detector.timeout > 3s and true'", &[1, 2, 3]),
        ("where = 'not detector.timeout > 3s'", &[0, 2, 3]),
        ("where = \"detector.kind == 'timeout'\"", &[0, 1]),
        // Defaults count: three misses, a threshold of eight.
        ("where = 'detector.misses != 3'", &[0, 1, 2]),
        ("where = ['detector.threshold > 8', 'detector.timeout == 6s']", &[1, 3]),
        ("where = 'duration == 10m'", &[0, 1, 2, 3]),
    ] {
        assert_eq!(places(&format!("[sweep]\n{detectors}{condition}")).as_deref(), Ok(wanted), "{condition}");
    }
    let (document, sweep) =
        taken(&format!("[sweep]\n{detectors}"), &[], &["detector.timeout > 3s"]).expect("a sweep");
    let stock = stock();
    let wanted = sweep.cells(&document, &stock).filter_map(Result::ok).map(|(place, _)| place);
    assert_eq!(wanted.collect::<Vec<_>>(), [1, 2, 3], "as --where says");
}

#[test]
fn what_is_not_wanted_need_not_be_valid() {
    let sweep = "[sweep]\nwarmup = ['0s', '5m']\nduration = ['1m', '10m']\nwhere = 'warmup < duration'";
    assert_eq!(places(sweep).as_deref(), Ok(&[0, 1, 3][..]));
    let page = places(sweep.split("where").next().expect("the axes")).expect_err("a cell that cannot be");
    assert!(page.contains("leaves nothing of a duration of 1m"), "{page}");
    assert!(page.ends_with("this is the cell warmup = 5m, duration = 1m"), "{page}");
    assert!(page.contains("a.toml:5:17:"), "the value of the axis is shown: {page}");
}

#[test]
fn a_path_that_no_cell_has_is_a_misspelling() {
    let axes = "[sweep]\ndetector = [{ kind = 'phi' }, { kind = 'timeout', timeout = '2s' }]\n";
    for (condition, words, remedy) in [
        (
            "where = 'detector.timeuot > 1s'",
            "a.toml:6:10: no cell has `detector.timeuot`",
            "`detector.timeout`?",
        ),
        (
            "where = 'true or topology.intervall > 1s'",
            "6:18: no cell has",
            "did you mean `topology.interval`?",
        ),
        ("where = 'detector.kind == phi'", "6:27: no cell has `phi`", "in quotes: 'phi'"),
        ("where = 'timeout > 1s'", "no cell has `timeout`", "write detector.timeout"),
        ("where = 'a.b.c.d.e.f.g > 1s'", "no cell has `a.b.c.d.e.f.g`", "hbsim show --resolved"),
        ("where = 'detector.timeout > 9s and false'", "6:9: no cell of 2 is wanted", "weaken"),
    ] {
        let page = places(&format!("{axes}{condition}")).expect_err(condition);
        assert!(page.contains(words) && page.contains(remedy), "{condition}\n{page}");
    }
    // One cell that has it is enough, even if that one is not wanted, and even if only its defaults have it.
    for condition in
        ["where = 'detector.timeout > 9s'", "where = \"detector.kind != 'phi' or detector.window < 5\""]
    {
        assert_eq!(places(&format!("{axes}{condition}")).map(|places| places.len()), Ok(1), "{condition}");
    }
    let page = places(&format!("{axes}where = 'detector.timeout > 3'")).expect_err("units are mixed");
    assert!(
        page.contains("a.toml:6:10: `>` cannot stand between the duration 2s and the number 3"),
        "{page}"
    );
    assert!(page.ends_with("this is the cell detector.kind = timeout, detector.timeout = 2s"), "{page}");
}

#[test]
fn what_is_written_and_what_is_resolved_are_judged_alike() {
    let document =
        Document::parse("a.toml", &format!("{SMALL}[verdict]\nconfirm_after = '1000ms'")).expect("");
    let resolved = toml::Value::try_from(Scenario::read(&document, stock()).expect("valid")).expect("TOML");
    for text in [
        "topology.interval == 1s",
        "topology.kind == 'centralized'",
        "detector.misses >= 3",
        "cluster.nodes < 3",
        "verdict.confirm_after == topology.interval",
        "detector.no_such_key == 1",
    ] {
        let condition = parsed(text).expect(text);
        assert_eq!(condition.judge(document.root()), condition.judge(&resolved), "{text}");
    }
}

#[test]
fn no_text_is_a_panic() {
    let pieces = [
        "timeout",
        " ",
        " ",
        "interval",
        "nodes",
        "5s",
        "1m 30s",
        "0",
        "1e9",
        "'",
        "\"",
        "five",
        "(",
        ")",
        "and ",
        "or ",
        "not ",
        "<",
        "<=",
        "==",
        "!=",
        "+",
        "-",
        "*",
        "/",
        ".",
        "=",
        "&&",
        "ä",
        "µ",
        "\u{202e}",
        "\0",
        "1e",
        "true",
        "list",
        "detector.kind",
        "x",
    ];
    let mut dice = Dice(5);
    let (mut decided, mut refused) = (0, 0);
    for _ in 0..50_000 {
        let text = dice.text(&pieces, 12);
        match judged(&text) {
            Ok(_) => decided += 1,
            Err(wrong) => {
                refused += 1;
                assert!(
                    wrong.part.start <= wrong.part.end && wrong.part.end <= text.len(),
                    "{text}: {wrong:?}"
                );
            }
        }
    }
    assert!(decided > 500 && refused > 10_000, "worth something: {decided} decided, {refused} refused");
    for deep in
        ["(".repeat(900), "not ".repeat(900), "-".repeat(900), "1 + ".repeat(100_000), "1+".repeat(499) + "1"]
    {
        assert!(judged(&deep).is_err(), "the stack is not for sale");
    }
}
