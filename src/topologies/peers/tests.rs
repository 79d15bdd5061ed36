//! What members say to those who watch them, and watchers to one another.

use super::super::recorder::Recorder;
use super::*;

const CLUSTER: Cluster = Cluster::of_peers(5);
const N: [NodeId; 5] = [NodeId(0), NodeId(1), NodeId(2), NodeId(3), NodeId(4)];

fn rules(direction: Direction, quorum: u32) -> Peers {
    let probe_timeout = (direction == Direction::Pull).then(|| Span::from_millis(300));
    let (watchers, pick) = (Watchers::Some(2), Some(Pick::Ring));
    let (rhythm, quorum) = (Rhythm::aligned(Span::SECOND), Council { quorum, repeat: Span::SECOND });
    Peers { rhythm, watchers, pick, direction, quorum, probe_timeout, members: 5 }
}

fn time(millis: u64) -> Time {
    Time::ZERO + Span::from_millis(millis)
}

fn begun(rules: &Peers, me: NodeId) -> (Recorder, Neighbour) {
    let mut member = Recorder::new(CLUSTER, me);
    let neighbour = rules.start(&mut member);
    (member, neighbour)
}

#[test]
fn a_member_watches_those_before_it_and_beats_to_those_behind_it() {
    let rules = rules(Direction::Push, 1);
    let (mut member, mut neighbour) = begun(&rules, N[4]);
    let expected = "watch n3\nwatch n2\nwake me at 0s and every 1s for Beat(Tick(Time(0)))";
    assert_eq!(member.heard_saying(), expected);
    rules.on_timer(&mut neighbour, &mut member, Due::Beat(Tick(Time::ZERO)));
    assert_eq!(member.heard_saying(), "to n0: Beat\nto n1: Beat");
    rules.on_message(&mut neighbour, member.at(70), N[3], time(20), Word::Beat);
    assert_eq!(member.heard_saying(), "heard n3, sent 20ms");
}

#[test]
fn where_members_ask_silence_is_a_question_without_answer() {
    let rules = rules(Direction::Pull, 1);
    let (mut member, mut neighbour) = begun(&rules, N[2]);
    member.heard_saying();
    rules.on_timer(&mut neighbour, member.at(1_000), Due::Beat(Tick(time(1_000))));
    let expected = "to n1: Request\nto n0: Request\nwake me at 1.300000001s for Overdue(Time(1000000000))";
    assert_eq!(member.heard_saying(), expected);
    let reply = Word::Reply(time(1_000));
    rules.on_message(&mut neighbour, member.at(1_200), N[0], time(1_100), reply);
    assert_eq!(member.heard_saying(), "heard n0, asked 1s, sent 1.1s");
    rules.on_timer(&mut neighbour, member.at(1_300), Due::Overdue(time(1_000)));
    assert_eq!(member.heard_saying(), "missed n1 since 1.3s");
    rules.on_message(&mut neighbour, member.at(1_400), N[1], time(1_350), reply);
    assert_eq!(member.heard_saying(), "", "too late");
}

#[test]
fn a_refusal_is_a_miss_at_once_and_only_once() {
    let rules = rules(Direction::Pull, 1);
    let (mut member, mut neighbour) = begun(&rules, N[2]);
    member.heard_saying();
    for says in ["missed n1 since 1.05s", ""] {
        rules.on_refusal(&mut neighbour, member.at(1_050), N[1], time(1_000), Word::Request);
        assert_eq!(member.heard_saying(), says);
    }
}

#[test]
fn watchers_tell_one_another_and_a_quorum_declares_in_the_name_of_all() {
    let rules = rules(Direction::Push, 2);
    let (mut member, mut neighbour) = begun(&rules, N[2]);
    member.heard_saying();
    rules.on_verdict(&mut neighbour, &mut member, N[1], Opinion::Dead);
    let ballot = "Ballot(Ballot { subject: NodeId(1), dead: ";
    let expected = format!("to n3: {ballot}true }})\nwake me at 1s for Review");
    assert_eq!(member.heard_saying(), expected, "n1 is watched by n2 and n3");
    let agrees = Word::Ballot(Ballot { subject: N[1], dead: true });
    rules.on_message(&mut neighbour, &mut member, N[3], time(0), agrees);
    assert_eq!(member.heard_saying(), "declare n1 dead in the name of all");
    rules.on_timer(&mut neighbour, member.at(1_000), Due::Review);
    assert_eq!(member.heard_saying(), format!("wake me at 2s for Review\nto n3: {ballot}true }})"));
    rules.on_timer(&mut neighbour, member.at(4_000), Due::Review);
    let lapsed = format!("wake me at 5s for Review\nto n3: {ballot}true }})");
    assert_eq!(member.heard_saying(), lapsed, "n3 has fallen silent, and has not changed its mind");
    rules.on_message(&mut neighbour, &mut member, N[3], time(0), agrees);
    assert_eq!(member.heard_saying(), "", "that is declared already");
    rules.on_verdict(&mut neighbour, &mut member, N[1], Opinion::Trusted);
    let expected = format!("take back in the name of all that n1 is dead\nto n3: {ballot}false }})");
    assert_eq!(member.heard_saying(), expected);
}

#[test]
fn random_watchers_are_the_same_for_all_and_everybody_has_as_many() {
    let rules = Peers { pick: Some(Pick::Random), ..rules(Direction::Push, 1) };
    let (mut beats, mut watched) = (Vec::new(), Vec::new());
    for me in N {
        let (mut member, mut neighbour) = begun(&rules, me);
        let said = member.heard_saying();
        watched.extend(said.lines().filter_map(|line| Some((line.strip_prefix("watch ")?.to_owned(), me))));
        rules.on_timer(&mut neighbour, &mut member, Due::Beat(Tick(Time::ZERO)));
        for number in 0..2 {
            beats.push((CLUSTER.name(me).to_string(), rules.watcher(&neighbour, me, number)));
        }
    }
    beats.sort();
    watched.sort();
    assert_eq!(beats, watched);
    assert!(watched.chunks(2).all(|two| two[0].0 == two[1].0 && two[0].1 != two[1].1), "{watched:?}");
}
