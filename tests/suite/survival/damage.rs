//! Journals that are not as they were written, and journals of something else. (Every length and every bit is tried
//! beside the code; here the program is.)

use std::fs;

use hbsim::experiment::parts::{Journal, Parts, Shard};

use super::{Bench, Chance, GO_ON, UNITS, assert_same};

/// A bench, and the records of its sweep.
fn finished(test: &str) -> (Bench, super::Files, Vec<u8>) {
    let bench = Bench::new(test);
    bench.done("sweep small.toml --quiet --out out");
    let expected = bench.results("out");
    let records = expected["records.part"].clone();
    bench.clear();
    (bench, expected, records)
}

/// Where the head of a part ends: magic, length, kind, content, checksum.
fn behind_head(records: &[u8]) -> usize {
    let line = records.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
    let length = [0, 1, 2, 3].map(|place| records[line + place]);
    line + 5 + u32::from_le_bytes(length) as usize + 8
}

#[test]
fn a_torn_or_flipped_tail_is_given_up_said_and_done_again() {
    let (bench, expected, records) = finished("damage");
    let head = behind_head(&records);
    let mut chance = Chance(4);
    for round in 0..40 {
        let mut bytes = records.clone();
        let place = head + chance.below(records.len() - head);
        let is_torn = round % 2 == 0;
        if is_torn {
            bytes.truncate(place);
        } else {
            bytes[place] ^= 1 << chance.below(8);
        }
        fs::write(bench.path("out.journal"), &bytes).expect("a journal");
        let damage = Parts::open(&bench.0).expect("the head is whole").damage().to_vec();
        let said = bench.done(GO_ON);
        let note = damage.first().map_or(String::new(), |damage| {
            format!(
                "note: the last {} bytes of out.journal were not written to the end, or have changed since; what they \
                 held is done again\n",
                damage.given_up
            )
        });
        assert!(is_torn || !note.is_empty());
        assert_eq!(said.err, note);
        assert_same(&bench.results("out"), &expected, &format!("byte {place}"));
        bench.clear();
    }
}

#[test]
fn a_head_that_was_torn_is_begun_anew_and_one_that_changed_is_refused() {
    let (bench, expected, records) = finished("damage-head");
    let head = behind_head(&records);
    let mut chance = Chance(5);
    for round in 0..40 {
        let place = if round < 2 { round } else { chance.below(head) };
        let path = bench.path("out.journal");
        fs::write(&path, &records[..place]).expect("a journal");
        bench.done(GO_ON);
        assert_same(&bench.results("out"), &expected, &format!("{place} bytes of the head"));
        bench.clear();
        let mut bytes = records.clone();
        bytes[place] ^= 1 << chance.below(8);
        fs::write(&path, &bytes).expect("a journal");
        let said = bench.say(GO_ON);
        assert_eq!(said.code, Some(2), "bit in byte {place}: {}", said.err);
        let reasons =
            ["is damaged at its head", "is not a part that hbsim wrote", "is a part of another format"];
        assert!(reasons.iter().any(|reason| said.err.contains(reason)), "{}", said.err);
        assert!(said.err.starts_with("error: out.journal "), "{}", said.err);
        assert!(fs::read(&path).expect("a journal") == bytes, "what is refused is left as it is");
        bench.clear();
    }
}

#[test]
fn the_journal_of_another_experiment_is_refused_with_the_difference() {
    let (bench, _, records) = finished("damage-foreign");
    let path = bench.path("out.journal");
    fs::write(&path, &records).expect("a journal");
    let refuse = |more: &str, difference: &str| {
        let before = fs::read(&path).expect("a journal");
        let said = bench.say(&format!("{GO_ON} {more}"));
        assert_eq!(said.code, Some(2), "{more}: {}", said.err);
        let expected = format!(
            "error: out.journal cannot be gone on with, for it is of another experiment: {difference}\n"
        );
        assert_eq!(said.err, expected, "{more}");
        assert!(fs::read(&path).expect("a journal") == before, "what is refused is left as it is");
    };
    refuse("--seed 7", "--seed not given there, 7 here");
    refuse("--replications 4", "--replications not given there, 4 here");
    refuse("--set network.duplicate=0.1", "--set nothing there, network.duplicate=0.1 here");
    refuse("--sweep cluster.nodes=5,6", "--sweep nothing there, cluster.nodes=5,6 here");
    refuse("--precision 5%", "--precision not given there, 5%, at most 1000 runs here");
    let text = super::SWEEP.replace("4m", "5m");
    fs::write(bench.path("small.toml"), text).expect("a scenario");
    refuse("", "line 3 of the scenario: duration = \"4m\" there, duration = \"5m\" here");
    fs::write(bench.path("small.toml"), super::SWEEP).expect("a scenario");
    let mut identity = Parts::open(&bench.0).expect("a part").identity().clone();
    identity.engine_revision += 1;
    let revision = identity.engine_revision;
    fs::remove_file(&path).expect("it can be removed");
    drop(Journal::begin(&path, &identity, Shard::WHOLE).expect("a journal"));
    refuse("", &format!("engine revision {revision} there, {} here", revision - 1));
    identity.engine_revision -= 1;
    fs::remove_file(&path).expect("it can be removed");
    drop(Journal::begin(&path, &identity, Shard { number: 1, of: 2 }).expect("a journal"));
    let said = bench.say(GO_ON);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert_eq!(said.err, "error: out.journal cannot be gone on with, for it is part 1/2, not 1/1\n");
}

#[test]
fn without_being_told_to_go_on_an_earlier_journal_is_never_touched() {
    let (bench, expected, records) = finished("damage-left");
    let path = bench.path("out.journal");
    fs::write(&path, &records[..records.len() / 2]).expect("a journal");
    let said = bench.say("sweep small.toml --quiet --out out");
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert_eq!(
        said.err,
        "error: out.journal holds what an earlier execution finished\n  = go on with --resume, or remove it to begin \
         anew\n"
    );
    assert!(fs::read(&path).expect("a journal") == records[..records.len() / 2]);
    assert!(bench.units(".") < UNITS && !bench.path("out").exists());
    bench.done(GO_ON);
    assert_same(&bench.results("out"), &expected, "gone on with");
}
