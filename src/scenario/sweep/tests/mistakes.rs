//! What is wrong with a sweep, and where.

use super::taken;

#[test]
fn every_mistake_has_a_place_a_reason_and_a_remedy() {
    for (sweep, words) in [
        ("sweep = 3", &["a.toml:4:1: [sweep] must be a table, found the number 3"][..]),
        ("[sweep]", &["a.toml:4:2: nothing is swept", "name a path and its values"]),
        ("[sweep]\nwhere = 'true'", &["nothing is swept"]),
        ("[sweep]\nseed = []", &["a.toml:5:8: there are no values", "write a list such as"]),
        ("[sweep]\nseed = 3", &["a.toml:5:8: expected values to sweep, found the number 3"]),
        ("[sweep]\nseed = true", &["expected values to sweep, found true"]),
        ("[sweep]\ntopology = {}", &["expected values to sweep, found a table"]),
        ("[sweep]\nseed = 'many'", &["a.toml:5:8: `many` is not a range", "write [\"many\"]"]),
        ("[sweep]\nseed = '5..1'", &["a.toml:5:8: a range goes up, and 1 is not above 5"]),
        ("[sweep]\nseed = [1, 2, 1]", &["a.toml:5:15: 1 is there twice"]),
        ("[sweep]\n'network.loss' = [0, 0.0]", &["0.0 is there twice"]),
        ("[sweep]\nduration = ['60s', '1m']", &["a.toml:5:20: \"1m\" is there twice"]),
        ("[sweep]\ndetector = [{ kind = 'phi' }, { kind = 'phi' }]", &["{ kind = \"phi\" } is there twice"]),
        ("[sweep]\n'seed' = [1]\n'seed ' = [2]", &["a.toml:6:1: `seed` is swept twice"]),
        ("[sweep]\n'a.b' = [1]\na.b = [2]", &["`a.b` is swept twice", "one list"]),
        ("[sweep]\n'a..b' = [1]", &["a.toml:5:1: `a..b` is not a path"]),
        ("[sweep]\n'' = [1]", &["`` is not a path"]),
        ("[sweep]\nsweep.seed = [1]", &["a.toml:5:7: a sweep cannot sweep itself"]),
        (
            "[sweep]\ndetector = [{ kind = 'misses', misses = 3 }]\n'detector.misses' = [4]",
            &["a.toml:6:1: `detector.misses` is swept by itself and in values of `detector`"],
        ),
        (
            "[sweep]\na = '0..9999'\nb = '0..9999'",
            &["a.toml:4:2: 10000 × 10000 combinations are more than 10000000"],
        ),
        (
            "[sweep]\nseed = [1]\nwhere = 3",
            &["a.toml:6:9: expected a condition in quotes, found the number 3"],
        ),
        ("[sweep]\nseed = [1]\nwhere = []", &["expected a condition in quotes, found an empty list"]),
        ("[sweep]\nseed = [1]\nwhere = 'seed ='", &["a.toml:6:15: `=` has no meaning here", "write =="]),
        ("[sweep]\nseed = [1]\nwhere = \"a ==\\u0020\"", &["a.toml:6:9: a condition ends"]),
        ("[sweep]\nseed = [1]\nwhere = ['true', 'seed <']", &["a.toml:6:25: a condition ends"]),
        // All of them in one go.
        ("[sweep]\nseed = []\n'a..b' = [1]\nwhere = 3", &["5:8: ", "6:1: ", "7:9: ", "3 mistakes in a.toml"]),
    ] {
        let page = taken(sweep, &[], &[]).expect_err(sweep);
        assert!(words.iter().all(|words| page.contains(words)), "{sweep}: {words:?}\n{page}");
    }
}

#[test]
fn a_mistake_in_an_argument_shows_the_argument() {
    for (sweep, condition, words) in [
        ("seed", "true", "error: --sweep seed: there is no `=`"),
        ("seed=", "true", "error: --sweep seed=: a value is missing"),
        ("seed=1,,2", "true", "error: --sweep seed=1,,2: a value is missing"),
        ("seed=1,1", "true", "error: --sweep seed=1,1: 1 is there twice"),
        ("seed=9..1", "true", "error: --sweep seed=9..1: a range goes up"),
        ("=1", "true", "error: --sweep =1: `` is not a path"),
        ("detector={kind=\"phi\"}", "true", "this is one table"),
        ("detector=[{kind=phi}]", "true", "is not a TOML value"),
        ("seed=1", "seed =", "error: --where seed =: `=` has no meaning here"),
        ("seed=1", "", "error: --where : a condition ends"),
    ] {
        let page = taken("", &[sweep], &[condition]).expect_err(sweep);
        assert!(page.contains(words), "{sweep}: {words}\n{page}");
    }
}

#[test]
fn what_could_not_change_anything_is_refused() {
    let text = format!("{}[sweep]\n'topology.interval' = ['1s', '2s']\ndetector = '1..2'", super::SMALL);
    for (set, words) in [
        (
            "topology.interval=3s",
            "`--set topology.interval=3s` would change nothing: `topology.interval` is swept",
        ),
        ("detector.misses=4", "`detector` is swept"),
    ] {
        let mut document = crate::document::Document::parse("a.toml", &text).expect("TOML");
        document.set(set).expect("a value");
        let page = super::Sweep::take(&mut document, &[], &[]).expect_err(set);
        assert!(page.contains(words) && page.contains("write --sweep"), "{page}");
    }
}

#[test]
fn too_many_axes_are_refused() {
    let axes = |count: usize| (0..count).map(|axis| format!("a{axis} = [1]\n")).collect::<String>();
    assert!(taken(&format!("[sweep]\n{}", axes(16)), &[], &[]).is_ok());
    let page = taken(&format!("[sweep]\n{}", axes(17)), &[], &[]).expect_err("seventeen");
    assert!(page.contains("a.toml:21:1: 17 axes are more than 16"), "{page}");
}

#[test]
fn a_mistake_in_a_cell_shows_the_axis() {
    for (sweep, words) in [
        (
            "[sweep]\n'topology.intervall' = ['1s']",
            &["a.toml:5:1: `intervall` is not a key", "`interval`?"][..],
        ),
        ("[sweep]\n'topologie.interval' = ['1s']", &["a.toml:5:1: `topologie` is not a key"]),
        ("[sweep]\n'topology.interval' = ['1s', 2]", &["a.toml:5:30: a duration is a text", "interval = 2"]),
        ("[sweep]\n'topology.interval' = '0s..2s step 1s'", &["5:23: interval must be longer than zero"]),
        ("[sweep]\n'faults.0.at' = ['1m']", &["a.toml:5:1: [[faults]] must be a list of tables"]),
        ("[sweep]\n'duration.minutes' = [1]", &["a.toml:5:1: expected a duration, found a table"]),
        (
            "[sweep]\n'detector.kind' = ['phi', 'fi']",
            &["a.toml:3:", "`misses` is not a key of detector kind"],
        ),
        ("[sweep]\n'cluster.nodes.many' = [3]", &["a.toml:5:1: `many` is looked for in the number 4"]),
        ("[sweep]\nreplications = [0]", &["a.toml:5:17: expected a whole number from 1"]),
    ] {
        let page = super::places(sweep).expect_err(sweep);
        assert!(words.iter().all(|words| page.contains(words)), "{sweep}: {words:?}\n{page}");
        assert!(page.contains("\nthis is the cell "), "{page}");
    }
}
