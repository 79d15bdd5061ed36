//! Torn tails, and bits that are not what they were.

use super::disk::Disk;
use super::*;
use crate::engine::random::{Purpose, Streams};
use crate::experiment::parts::codec::Stored;

/// A finished part, and where its head and each of its units end.
fn part() -> (Vec<u8>, Vec<usize>) {
    let disk = Disk::default();
    let mut ends = Vec::new();
    let mut journal =
        Journal::start(disk.open(), Path::new("a.journal"), &small(), Shard::WHOLE).expect("a journal");
    ends.push(disk.bytes().len());
    for unit in units() {
        journal.add(unit, &records_of(unit)).expect("it is added");
        ends.push(disk.bytes().len());
    }
    journal.finish(Path::new("a.part")).expect("it is finished");
    (disk.bytes(), ends)
}

fn go_on(bytes: &[u8]) -> Result<Journal, PartError> {
    Journal::go_on(Disk::holding(bytes).open(), Path::new("a.journal"), &small(), Shard::WHOLE)
}

fn look(bytes: &[u8]) -> Result<Option<Found>, PartError> {
    scan(&mut std::io::Cursor::new(bytes), Path::new("a.journal"))
}

#[test]
fn of_a_torn_part_all_whole_units_are_there() {
    let (bytes, ends) = part();
    for length in 0..=bytes.len() {
        let what = format!("{length} of {} bytes", bytes.len());
        let mut journal = go_on(&bytes[..length]).expect("it is gone on with");
        let whole = ends[1..].iter().filter(|end| **end <= length).count();
        assert_holds(&mut journal, &units()[..whole], &what);
        let good = if length < ends[0] { 0 } else { ends[whole] };
        let given_up = if length == bytes.len() { 0 } else { length - good };
        assert_eq!(journal.given_up(), given_up as u64, "{what}");
        let missing = &units()[whole..];
        missing.iter().for_each(|unit| journal.add(*unit, &records_of(*unit)).expect("it is added"));
        assert_holds(&mut journal, &units(), &what);
    }
}

#[test]
fn only_a_closed_part_is_finished() {
    let (bytes, ends) = part();
    for length in ends[0]..=bytes.len() {
        let found = look(&bytes[..length]).expect("a part").expect("a head");
        assert_eq!(found.finished, length == bytes.len());
    }
    let longer = [&bytes[..], b"x"].concat();
    let found = look(&longer).expect("a part").expect("a head");
    assert_eq!((found.finished, found.given_up, found.units.len()), (true, 1, units().len()));
    // A close that was written when there were fewer units is none.
    let close = &bytes[*ends.last().expect("an end")..];
    let early = look(&[&bytes[..ends[2]], close].concat()).expect("a part").expect("a head");
    assert_eq!((early.finished, early.units.len(), early.given_up), (false, 2, close.len() as u64));
    // A unit that is in it twice was not written so.
    let twice = look(&[&bytes[..ends[2]], &bytes[ends[1]..]].concat()).expect("a part").expect("a head");
    assert_eq!((twice.finished, twice.units.len()), (false, 2));
}

#[test]
fn a_flipped_bit_costs_what_follows_and_never_lies() {
    let (bytes, ends) = part();
    for bit in 0..8 * bytes.len() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let what = format!("bit {bit}");
        match go_on(&flipped) {
            Ok(mut journal) => {
                assert!(bit / 8 >= ends[0], "{what}: a damaged head is not gone on with");
                let whole = ends[1..].iter().filter(|end| **end <= bit / 8).count();
                let kept: Vec<Unit> = units().into_iter().filter(|unit| journal.has(*unit)).collect();
                assert_eq!(kept.len(), whole, "{what}");
                if bit % 11 == 0 {
                    assert_holds(&mut journal, &units()[..whole], &what);
                }
            }
            Err(why) => {
                assert!(bit / 8 < ends[0], "{what}: {why}");
                assert!(matches!(why, PartError::Unfit(_)), "{what}: {why}");
            }
        }
    }
}

#[test]
fn a_bit_that_is_flipped_while_the_part_is_open_is_noticed() {
    let (bytes, ends) = part();
    let disk = Disk::holding(&bytes);
    let mut journal =
        Journal::go_on(disk.open(), Path::new("a.journal"), &small(), Shard::WHOLE).expect("a journal");
    for bit in (8 * ends[0]..8 * ends[6]).step_by(7) {
        disk.change(|bytes| bytes[bit / 8] ^= 1 << (bit % 8));
        let hit = ends.iter().filter(|end| **end <= bit / 8).count() - 1;
        for (place, unit) in units().into_iter().enumerate() {
            let read = journal.read(unit, 0, kinds());
            assert_eq!(read.is_err(), place == hit, "bit {bit}: {unit:?}");
        }
        disk.change(|bytes| bytes[bit / 8] ^= 1 << (bit % 8));
    }
    assert_holds(&mut journal, &units(), "all is well again");
}

#[test]
fn whatever_becomes_of_a_part_what_is_read_is_true() {
    let (bytes, ends) = part();
    let chance = Streams::new(1, 0).of(Purpose::Latency);
    for attempt in 0..2_000 {
        let mut draw = chance.at(attempt, 0);
        let mut spoilt = bytes.clone();
        for _ in 0..1 + draw.below(3) {
            let begin = draw.below(spoilt.len() as u32) as usize;
            let end = (begin + 1 + draw.below(300) as usize).min(spoilt.len());
            match draw.below(4) {
                0 => spoilt[begin..end].fill(0),
                1 => spoilt[begin..end].iter_mut().for_each(|byte| *byte = draw.bits() as u8),
                2 => drop(spoilt.drain(begin..end)),
                _ => {
                    let copy = spoilt[begin..end].to_vec();
                    let at = draw.below(spoilt.len() as u32) as usize;
                    spoilt.splice(at..at, copy);
                }
            }
        }
        if let Ok(mut journal) = go_on(&spoilt) {
            let found: Vec<Unit> = units().into_iter().filter(|unit| journal.has(*unit)).collect();
            assert_holds(&mut journal, &found, &format!("attempt {attempt}"));
        }
        // Content that would fit its checksum, but was never written.
        let mut content = &spoilt[ends[0].min(spoilt.len())..];
        let _ = Unit { group: 0, replication: 0 }.take_records(content, None, kinds());
        let _ = RunRecord::take(&mut content);
    }
}

#[test]
fn what_another_part_left_behind_is_not_taken_for_its_own() {
    let (bytes, ends) = part();
    let disk = Disk::default();
    let other = Identity { seed: Some(2), ..small() };
    Journal::start(disk.open(), Path::new("b.journal"), &other, Shard::WHOLE).expect("a journal");
    let mixed = [&disk.bytes()[..], &bytes[ends[0]..]].concat();
    let found = look(&mixed).expect("a part").expect("a head");
    assert_eq!((found.units.len(), found.finished), (0, false));
}

#[test]
fn strangers_are_refused() {
    for (bytes, reason) in [
        (&b"replication,node\n"[..], "a.journal is not a part that hbsim wrote"),
        (b"\0\0\0\0", "a.journal is not a part that hbsim wrote"),
        (
            b"hbsim part, format 2\n...",
            "a.journal is a part of another format than 1, which this version of hbsim cannot read",
        ),
        (
            b"hbsim part, format 1\nnot what follows it in a part, but as long as that would be at least",
            "a.journal is damaged at its head, so nothing in it can be used; remove it and begin anew",
        ),
    ] {
        let why = go_on(bytes).err().expect("it is refused");
        assert_eq!(why.to_string(), reason);
    }
}
