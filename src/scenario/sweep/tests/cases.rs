//! Named cases: what each sets, and what is wrong with them.

use super::{labels, taken};
use crate::document::Value;

/// What stands at `path` in the documents of all places, as TOML; nothing where there is none.
fn planted(sweep: &str, path: &str) -> Vec<String> {
    let (document, sweep) = taken(sweep, &[], &[]).expect(sweep);
    let steps: Vec<String> = path.split('.').map(str::to_owned).collect();
    let at = |place| {
        let document = sweep.document(&document, place).expect("a document");
        Value::at(document.root(), &steps).map_or_else(String::new, |value| value.kind.to_string())
    };
    (0..sweep.places()).map(at).collect()
}

#[test]
fn a_case_sets_several_keys_under_one_name() {
    for (sweep, path, values) in [
        ("[sweep.cases.quiet]\n[sweep.cases.bad]\n'network.loss' = 0.1", "network.loss", &["", "0.1"][..]),
        ("[sweep.cases.b]\nseed = 1\n[sweep.cases.a]\nseed = 2", "seed", &["1", "2"]),
        // However it is written: a path goes as far as the braces.
        ("sweep.cases = { a = { 'network.loss' = 0.1 } }", "network.loss", &["0.1"]),
        ("[sweep.cases.a.detector]\nmisses = 7", "detector", &["{ kind = \"misses\", misses = 7 }"]),
        ("[sweep.cases.a]\ndetector.misses = 7", "detector", &["{ kind = \"misses\", misses = 7 }"]),
        ("[sweep.cases.a]\ndetector = { kind = 'phi' }", "detector", &["{ kind = \"phi\" }"]),
        // A whole table comes before its keys, and what follows it is added to it.
        (
            "[sweep.cases.a]\n'detector.window' = 9\ndetector = { kind = 'phi' }",
            "detector",
            &["{ kind = \"phi\", window = 9 }"],
        ),
        (
            "[sweep]\n'detector.window' = [8, 9]\n[sweep.cases.a]\ndetector = { kind = 'phi' }",
            "detector",
            &["{ kind = \"phi\", window = 8 }", "{ kind = \"phi\", window = 9 }"],
        ),
        // Lists are values; the place after the last item adds one.
        ("[[sweep.cases.a.faults]]\nat = '1m'", "faults", &["[{ at = \"1m\" }]"]),
        (
            "[[faults]]\nat = '1m'\n[sweep.cases.a]\n[sweep.cases.b]\n'faults.1' = { at = '2m' }",
            "faults",
            &["[{ at = \"1m\" }]", "[{ at = \"1m\" }, { at = \"2m\" }]"],
        ),
    ] {
        assert_eq!(planted(sweep, path), values, "{sweep}");
    }
}

#[test]
fn cases_are_the_first_axis_and_told_by_their_names() {
    let cases =
        "[sweep]\nseed = [1, 2]\n[sweep.cases.quiet]\n[sweep.cases.\"GC pauses\"]\n'network.loss' = 0.1";
    let (_, sweep) = taken(cases, &[], &[]).expect("a sweep");
    assert_eq!(sweep.columns(), ["case", "seed"]);
    assert_eq!(labels(&sweep), ["quiet,1", "quiet,2", "GC pauses,1", "GC pauses,2"]);
    // Some of them can be picked.
    for (argument, cells) in [
        ("case=GC pauses", &["GC pauses,1", "GC pauses,2"][..]),
        ("case=GC pauses,quiet", &["GC pauses,1", "GC pauses,2", "quiet,1", "quiet,2"]),
    ] {
        let (_, sweep) = taken(cases, &[argument], &[]).expect(argument);
        assert_eq!(labels(&sweep), cells);
    }
}

#[test]
fn cases_only_judge_if_all_that_they_set_judges() {
    for (cases, judges) in [
        ("[sweep.cases.a]\n'detector.misses' = 4\n[sweep.cases.b]\n'verdict.confirm_after' = '1s'", true),
        ("[sweep.cases.a]\n[sweep.cases.b]\n'detector.misses' = 4", true),
        ("[sweep.cases.a]\n'detector.misses' = 4\n[sweep.cases.b]\n'network.loss' = 0.1", false),
        ("[sweep.cases.a]\n'network.loss' = 0.1", false),
    ] {
        let (_, sweep) = taken(cases, &[], &[]).expect(cases);
        assert_eq!(sweep.axes()[0].judges_only(), judges, "{cases}");
    }
}

#[test]
fn what_is_wrong_with_a_case_is_told_in_its_place() {
    for (sweep, words) in [
        ("[sweep]\ncases = 3", "a.toml:5:1: `cases` must be a table of named cases, found the number 3"),
        ("[[sweep.cases]]\nseed = 1", "`cases` must be a table of named cases, found a list"),
        ("[sweep.cases]", "there are no cases"),
        ("[sweep]\nseed = [1]\ncases = {}", "a.toml:6:1: there are no cases"),
        ("[sweep.cases]\nquiet = 3", "a.toml:5:1: the case `quiet` must be a table, found the number 3"),
        ("[sweep.cases.' ']", "this is no name for a case"),
        ("[sweep.cases.a]\n'a..b' = 1", "a.toml:5:1: `a..b` is not a path"),
        ("[sweep.cases.a]\n'sweep.seed' = 1", "a.toml:5:1: a sweep cannot sweep itself"),
        (
            "[sweep]\nseed = [1]\n[sweep.cases.a]\nseed = 1",
            "a.toml:7:1: `seed` is swept by itself and set in the case `a`",
        ),
        (
            "[sweep]\n'detector.misses' = [1]\n[sweep.cases.a]\ndetector = { kind = 'misses', misses = 1 }",
            "a.toml:7:1: `detector.misses` is swept by itself and set in the case `a`",
        ),
        (
            "[sweep]\ndetector = [{ kind = 'misses', misses = 1 }]\n[sweep.cases.a]\n'detector.misses' = 1",
            "a.toml:7:1: `detector` is swept by itself and set in the case `a`",
        ),
        ("[sweep.cases.a]\n'seed' = 1\n'seed ' = 2", "a.toml:6:1: `seed` is set twice in the case `a`"),
        (
            "[sweep.cases.a]\nnetwork = { loss = 0.1 }\n'network.loss' = 0.2",
            "a.toml:6:1: `network.loss` is set twice in the case `a`",
        ),
    ] {
        let page = taken(sweep, &[], &[]).expect_err(sweep);
        assert!(page.contains(words), "{sweep}: {words}\n{page}");
        assert!(page.contains("1 mistake in a.toml") || !words.contains("a.toml"), "{page}");
    }
    for (argument, words) in [
        ("case=quite", "--sweep case=quite: there is no case `quite`\n  = did you mean `quiet`?"),
        ("case=quiet,quiet", "`quiet` is there twice"),
    ] {
        let page = taken("[sweep.cases.quiet]", &[argument], &[]).expect_err(argument);
        assert!(page.contains(words), "{argument}: {words}\n{page}");
    }
    let page = taken("", &["case=quiet"], &[]).expect_err("no cases");
    assert!(page.contains("there are no cases to pick from"), "{page}");
}

#[test]
fn an_argument_that_each_case_overrides_is_refused() {
    for (cases, is_refused) in [
        ("[sweep.cases.a]\nseed = 1\n[sweep.cases.b]\nseed = 2", true),
        ("[sweep.cases.a]\n[sweep.cases.b]\nseed = 2", false),
    ] {
        let text = format!("{}{cases}", super::SMALL);
        let mut document = crate::document::Document::parse("a.toml", &text).expect("TOML");
        document.set("seed=7").expect("a value");
        let told = super::Sweep::take(&mut document, &[], &[]).err().unwrap_or_default();
        assert_eq!(
            told.contains("`--set seed=7` would change nothing: each case sets `seed`"),
            is_refused,
            "{told}"
        );
    }
}
