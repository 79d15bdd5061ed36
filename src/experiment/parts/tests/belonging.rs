//! What belongs together, and what does not.

use super::*;

fn shard(number: u32, of: u32) -> Shard {
    Shard { number, of }
}

/// Writes a part with some units; finished or not.
fn write(path: &Path, identity: &Identity, shard: Shard, units: &[Unit], finished: bool) {
    let journal = path.with_extension("journal");
    let mut growing = Journal::begin(&journal, identity, shard).expect("a journal");
    units.iter().for_each(|unit| growing.add(*unit, &records_of(*unit)).expect("it is added"));
    if finished {
        growing.finish(path).expect("it is finished");
    }
}

fn refused<T>(result: Result<T, PartError>, folder: &Path) -> String {
    let why = result.err().expect("it is refused");
    why.to_string()
        .replace(&format!("{}/", folder.display()), "")
        .replace(&folder.display().to_string(), "FOLDER")
}

#[test]
fn an_identity_comes_back_from_a_head() {
    let odd = "a = '''b'''\r\n\"\"\" \\ \t ü \u{1} \u{7f}\n\n# end";
    let file = |name: &str, text: &str| NamedFile { name: name.to_owned(), text: text.into() };
    let identity = Identity {
        sets: vec!["topology.interval=2s".into(), "name=\"a = '''b'''\"".into()],
        seed: Some(7),
        replications: Some(20),
        sweeps: vec!["detector.timeout=1s..10s log 5".into()],
        conditions: vec!["timeout > interval".into()],
        precision: Some("5%".into()),
        ..Identity::of("odd", odd, &[file("a.log", odd), file("b.log", "")])
    };
    for identity in [identity, small(), Identity::of("", "", &[])] {
        let head = identity.to_head(shard(3, 16)).expect("a head");
        let (back, part) = Identity::from_head(&head).expect("an identity");
        assert_eq!(part, shard(3, 16));
        assert_eq!(format!("{back:?}"), format!("{identity:?}"));
        assert_eq!(identity.difference(&back), None);
    }
    let head = small().to_head(Shard::WHOLE).expect("a head");
    assert!(
        head.contains("topology = { kind = \"centralized\", interval = \"2s\" }\n"),
        "for people too:\n{head}"
    );
}

#[test]
fn the_first_difference_is_named() {
    let file = |name: &str, text: &str| vec![NamedFile { name: name.to_owned(), text: text.into() }];
    let here = Identity { sets: vec!["a=1".into()], files: file("a.log", "1\n2\n"), ..small() };
    let there = |change: fn(&mut Identity)| {
        let mut there = here.clone();
        change(&mut there);
        here.difference(&there).expect("a difference")
    };
    let revision = crate::engine::ENGINE_REVISION;
    let expected = format!("engine revision 1000 there, {revision} here");
    assert_eq!(there(|identity| identity.engine_revision = 1_000), expected);
    assert_eq!(there(|identity| identity.format = 9), "format 9 there, 1 here");
    assert_eq!(there(|identity| identity.version = "9.9".into()), "version 9.9 there, 0.1.0 here");
    assert_eq!(there(|identity| identity.name = "large".into()), "scenario large there, small here");
    assert_eq!(there(|identity| identity.seed = Some(4)), "--seed 4 there, not given here");
    assert_eq!(there(|identity| identity.replications = Some(4)), "--replications 4 there, not given here");
    assert_eq!(there(|identity| identity.sets = vec!["a=2".into()]), "--set a=2 there, a=1 here");
    assert_eq!(there(|identity| identity.sets.clear()), "--set nothing there, a=1 here");
    assert_eq!(there(|identity| identity.sets.push("b=3".into())), "--set b=3 there, nothing here");
    assert_eq!(there(|identity| identity.sweeps.push("b=3,4".into())), "--sweep b=3,4 there, nothing here");
    assert_eq!(there(|identity| identity.conditions.push("b>3".into())), "--where b>3 there, nothing here");
    assert_eq!(
        there(|identity| identity.precision = Some("5%".into())),
        "--precision 5% there, not given here"
    );
    assert_eq!(
        there(|identity| identity.text = identity.text.replace("nodes = 4", "nodes = 5")),
        "line 4 of the scenario: cluster = { nodes = 5 } there, cluster = { nodes = 4 } here"
    );
    assert_eq!(there(|identity| identity.text += "\n"), "line 10 of the scenario: empty there, nothing here");
    assert_eq!(
        there(|identity| identity.text = identity.text.replace('\n', "\r\n")),
        "line 1 of the scenario: \\r there, empty here"
    );
    assert_eq!(
        there(|identity| identity.files[0].name = "b.log".into()),
        "a file that it names: b.log there, a.log here"
    );
    assert_eq!(
        there(|identity| identity.files[0].text = "1\n3\n".into()),
        "line 2 of a.log: 3 there, 2 here"
    );
}

#[test]
fn a_journal_of_something_else_is_refused_and_stays_as_it_is() {
    let folder = scratch("refused");
    let path = folder.join("a.journal");
    write(&folder.join("a.part"), &small(), shard(1, 2), &units()[..2], false);
    let before = fs::read(&path).expect("the journal");
    let other = Identity { seed: Some(2), ..small() };
    let head = "a.journal cannot be gone on with, for it is";
    assert_eq!(
        refused(Journal::resume(&path, &other, shard(1, 2)), &folder),
        format!("{head} of another experiment: --seed not given there, 2 here")
    );
    assert_eq!(
        refused(Journal::resume(&path, &small(), shard(2, 2)), &folder),
        format!("{head} part 1/2, not 2/2")
    );
    assert!(
        refused(Journal::begin(&path, &small(), shard(1, 2)), &folder)
            .starts_with("cannot begin a.journal: ")
    );
    assert!(fs::read(&path).expect("the journal") == before);
    let why = refused(Journal::resume(&folder.join("b.journal"), &small(), shard(1, 2)), &folder);
    assert!(why.starts_with("cannot go on with b.journal: "), "{why}");
}

#[test]
fn a_finished_part_can_be_gone_on_with() {
    let folder = scratch("goes-on");
    let path = folder.join("a.part");
    write(&path, &small(), Shard::WHOLE, &units(), true);
    let before = fs::read(&path).expect("the part");
    let mut journal = Journal::resume(&path, &small(), Shard::WHOLE).expect("it goes on");
    assert_eq!((journal.given_up(), journal.count()), (0, units().len()));
    assert_holds(&mut journal, &units(), "gone on with");
    journal.finish(&path).expect("it is finished");
    assert!(fs::read(&path).expect("the part") == before);
}

#[test]
fn the_parts_of_a_folder_are_one_whole() {
    let folder = scratch("whole");
    let [a, b, c, d, e, f] = units();
    write(&folder.join("1.part"), &small(), shard(1, 4), &[a, b], true);
    write(&folder.join("2.part"), &small(), shard(2, 4), &[c], false);
    write(&folder.join("4.part"), &small(), shard(4, 4), &[d, a], true);
    fs::write(folder.join("summary.csv"), "not a part").expect("a file");
    let mut parts = Parts::open(&folder).expect("the parts");
    assert_holds(&mut parts, &[a, b, c, d], "whole");
    assert_eq!(parts.unfinished(), [shard(2, 4), shard(3, 4)]);
    assert_eq!(parts.shards(), 4);
    assert_eq!(parts.units().collect::<Vec<_>>(), [b, d, a, c], "in the order of groups");
    assert_eq!(parts.damage(), []);
    assert_eq!(parts.identity().difference(&small()), None);
    let why = parts.read(e, 0, kinds()).expect_err("it is not there").to_string();
    assert!(why.ends_with("1.part: the records that are asked for are not in it"), "{why}");
    write(&folder.join("3.part"), &small(), shard(3, 4), &[e], true);
    write(&folder.join("2b.part"), &small(), shard(2, 4), &[c, f], true);
    let mut parts = Parts::open(&folder).expect("the parts");
    assert_holds(&mut parts, &units(), "all");
    assert_eq!(parts.unfinished(), [], "what began twice is finished if one of them is");
}

#[test]
fn damage_is_told_and_the_rest_is_used() {
    let folder = scratch("told");
    let path = folder.join("1.part");
    write(&path, &small(), shard(1, 2), &units(), true);
    let mut bytes = fs::read(&path).expect("the part");
    let length = bytes.len();
    bytes[length - 40] ^= 4;
    fs::write(&path, &bytes).expect("the part");
    fs::write(folder.join("2.journal"), "hbsim part, for").expect("a journal that was just begun");
    let mut parts = Parts::open(&folder).expect("the parts");
    assert_eq!(parts.unfinished(), [shard(1, 2), shard(2, 2)]);
    assert_holds(&mut parts, &units()[..5], "damaged");
    let [one, two] = parts.damage() else { panic!("two are damaged") };
    assert_eq!((&one.path, one.given_up > 40), (&path, true));
    assert_eq!((&two.path, two.given_up), (&folder.join("2.journal"), 15));
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let [a, b, ..] = units();
    let other = Identity { engine_revision: 1_000, ..small() };
    let revision = crate::engine::ENGINE_REVISION;
    let cases: [(&Identity, Shard, String); 2] = [
        (
            &other,
            shard(2, 2),
            format!(
                "a.part and b.part do not belong together: engine revision {revision} in the one, 1000 in the other"
            ),
        ),
        (
            &small(),
            shard(2, 3),
            "a.part is part 1/2 and b.part is part 2/3: not of the same whole".to_owned(),
        ),
    ];
    for (identity, shard_of_b, reason) in cases {
        let folder = scratch("apart");
        write(&folder.join("a.part"), &small(), shard(1, 2), &[a], true);
        write(&folder.join("b.part"), identity, shard_of_b, &[b], true);
        assert_eq!(refused(Parts::open(&folder), &folder), reason);
    }
    let folder = scratch("contradiction");
    write(&folder.join("a.part"), &small(), shard(1, 2), &[a], true);
    let mut liar = Journal::begin(&folder.join("b.part"), &small(), shard(2, 2)).expect("a journal");
    liar.add(a, &records_of(Unit { group: 2, ..a })).expect("it is added");
    assert_eq!(
        refused(Parts::open(&folder), &folder),
        "a.part and b.part both hold replication 0 of group 1, and not the same of it"
    );
    let folder = scratch("empty");
    assert_eq!(refused(Parts::open(&folder), &folder), "there are no parts in FOLDER");
    let why = refused(Parts::open(&folder.join("nowhere")), &folder);
    assert!(why.starts_with("cannot read nowhere: "), "{why}");
}

#[test]
fn more_parts_than_can_be_open_at_once_are_read() {
    let folder = scratch("many");
    for number in 1..=300 {
        let path = folder.join(format!("{number}.part"));
        let mut journal = Journal::begin(&path, &small(), shard(number, 300)).expect("a journal");
        let unit = Unit { group: number, replication: 0 };
        journal.add(unit, &runs()[..1]).expect("it is added");
    }
    let mut parts = Parts::open(&folder).expect("the parts");
    for group in (1..=300).chain(1..=300) {
        parts.read(Unit { group, replication: 0 }, 0, kinds()).expect("it is there");
    }
}

#[test]
fn a_scenario_and_its_records_come_back_from_a_folder() {
    let folder = scratch("of-one");
    let identity = Identity { sets: vec!["duration=50s".into()], replications: Some(2), ..small() };
    let mut journal =
        Journal::begin(&folder.join("records.part"), &identity, Shard::WHOLE).expect("a journal");
    for replication in 0..2 {
        let record = RunRecord { replication, ..runs()[0].clone() };
        journal.add(Unit { group: 0, replication }, &[record]).expect("it is added");
    }
    let (scenario, records) =
        Parts::open(&folder).and_then(|mut parts| parts.of_one_scenario()).expect("results");
    assert_eq!((scenario.name.as_str(), scenario.replications), ("small", 2));
    assert_eq!(scenario.duration, crate::engine::time::Span::from_secs(50));
    assert_eq!(records.iter().map(|record| record.replication).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(records[0].traffic.kinds, scenario.topology.message_kinds());
    journal.add(Unit { group: 1, replication: 0 }, &runs()[..1]).expect("it is added");
    let why = Parts::open(&folder).and_then(|mut parts| parts.of_one_scenario()).expect_err("there are two");
    assert_eq!(why.to_string(), "small: these are the runs of a sweep, not of one scenario");
}
