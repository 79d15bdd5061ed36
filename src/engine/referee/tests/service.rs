//! Whose word keeps whom out of service.

use super::*;

#[test]
fn where_an_authority_is_named_it_is_the_one_that_acts() {
    let mut referee = under(Authority::Named, 0);
    referee.crash(N0, 0, at(10));
    referee.declare(pair(0, 0), at(12), heard(Some(9)));
    referee.act(pair(2, 0), at(14));
    referee.act(pair(1, 0), at(15));
    referee.retract(pair(2, 0), at(16)); // Another says so still, so the death has been declared since 14 s.
    referee.restart(N0, 0, &[], at(30));
    referee.retract(pair(1, 0), at(33));
    let findings = finish(referee, 40);
    assert_eq!((findings.crashes[0].first, findings.crashes[0].acting), (Some(at(12)), Some(at(14))));
    assert_eq!(findings.dead_in_service_nanos, nanos(4));
    assert_eq!(findings.healthy_out_of_service_nanos, nanos(3));
}

#[test]
fn a_leader_takes_over_the_word_of_the_one_before_and_ends_it_otherwise() {
    let mut referee = under(Authority::Named, 0);
    referee.office(CLUSTER.monitor(0), Office::Leader, at(1));
    referee.crash(N0, 0, at(10));
    referee.act(pair(0, 0), at(12));
    referee.act(pair(0, 1), at(12)); // A mistake.
    crash_of_monitor(&mut referee, 0, 20);
    referee.act(pair(1, 0), at(25)); // The next one knows of n0 only.
    referee.office(CLUSTER.monitor(1), Office::Leader, at(25));
    let findings = finish(referee, 40);
    assert_eq!((findings.crashes[0].node, findings.crashes[0].acting), (N0, Some(at(12))));
    assert_eq!(findings.healthy_out_of_service_nanos, nanos(13), "n1 was out of service until then");
}

#[test]
fn a_node_that_is_back_but_still_held_dead_is_out_of_service() {
    let mut referee = referee(0);
    referee.crash(N0, 0, at(10));
    referee.declare(pair(0, 0), at(12), heard(Some(9)));
    referee.restart(N0, 0, &[], at(20));
    referee.trust(pair(0, 0), at(26));
    let findings = finish(referee, 30);
    assert_eq!(findings.healthy_out_of_service_nanos, nanos(6));
    assert_eq!(findings.mistakes_total(), 0, "it was declared while it was down: no mistake");
}

/// Two nodes that are up, and each keeps the other out of service.
#[test]
fn a_cluster_has_two_sides_while_two_hold_each_other_dead() {
    type Story = fn(&mut Referee);
    let declare = |referee: &mut Referee, observer, subject, second| {
        referee.declare(peers(observer, subject), at(second), heard(Some(1)));
    };
    for (told, seconds) in [
        ((|_| ()) as Story, 40 - 12),
        (|referee| referee.trust(peers(1, 0), at(20)), 20 - 12),
        (|referee| referee.trust(peers(0, 1), at(20)), 20 - 12),
        (|referee| referee.crash(N0, 2, at(20)), 20 - 12),
        (|referee| referee.crash(NodeId(2), 2, at(20)), 40 - 12),
        (
            |referee| {
                referee.crash(N0, 2, at(20)); // It comes back knowing nothing.
                referee.restart(N0, 2, &[NodeId(1), NodeId(2)], at(25));
                referee.declare(peers(0, 1), at(30), heard(None));
                referee.crash(NodeId(1), 2, at(37));
            },
            20 - 12 + 37 - 30,
        ),
        (
            |referee| {
                referee.declare(peers(2, 0), at(15), heard(Some(1)));
                referee.declare(peers(0, 2), at(16), heard(Some(1))); // A second pair: the time counts once.
                referee.trust(peers(0, 1), at(20));
                referee.forget(peers(0, 2), at(22));
            },
            22 - 12,
        ),
    ] {
        let mut referee = referee_of_peers();
        declare(&mut referee, 0, 1, 10);
        declare(&mut referee, 2, 1, 11);
        declare(&mut referee, 1, 0, 12);
        told(&mut referee);
        let circles = vec![EVERYBODY.to_vec(); referee.open_crashes().len()];
        assert_eq!(referee.finish(at(40), &circles).two_sides_nanos, Some(nanos(seconds)), "{seconds} s");
    }
}

#[test]
fn where_the_word_of_one_is_not_enough_it_makes_no_side() {
    let terms = |count_from| Terms {
        authority: Authority::Named,
        flap_within: Span::SECOND,
        count_from: at(count_from),
        subjects: 3,
        pairs: Some(6),
        elects: false,
        asks: false,
    };
    let mut referee = Referee::new(Cluster::of_peers(3), terms(0), false);
    referee.declare(peers(0, 1), at(10), heard(Some(1)));
    referee.declare(peers(1, 0), at(10), heard(Some(1)));
    assert_eq!(referee.finish(at(40), &[]).two_sides_nanos, Some(0));
    let mut referee = Referee::new(Cluster::of_peers(3), terms(20), false);
    referee.act(peers(0, 1), at(10));
    referee.act(peers(1, 0), at(12));
    referee.retract(peers(1, 0), at(23));
    assert_eq!(referee.finish(at(40), &[]).two_sides_nanos, Some(nanos(3)), "nothing counts before 20 s");
    let referee = under(Authority::WhoeverIsFirst, 0);
    assert_eq!(finish(referee, 40).two_sides_nanos, None, "monitors are declared by nobody");
}

#[test]
fn who_forgets_a_node_does_not_bring_it_back_while_another_holds_it_dead() {
    let mut referee = referee(0);
    referee.declare(pair(0, 0), at(10), heard(Some(1)));
    referee.declare(pair(1, 0), at(11), heard(Some(1)));
    referee.forget(pair(0, 0), at(12));
    referee.trust(pair(1, 0), at(15));
    assert_eq!(finish(referee, 30).healthy_out_of_service_nanos, nanos(5));
}

#[test]
fn a_wrong_opinion_dies_with_its_holder_unless_nobody_is_left_to_say_otherwise() {
    for (others_crash, out) in [(false, 10), (true, 20)] {
        let mut referee = referee(0);
        if others_crash {
            crash_of_monitor(&mut referee, 1, 1);
            crash_of_monitor(&mut referee, 2, 2);
        }
        referee.declare(pair(0, 0), at(10), heard(Some(1)));
        crash_of_monitor(&mut referee, 0, 20);
        referee.crash(N0, 0, at(30));
        let findings = finish(referee, 40);
        assert_eq!(findings.healthy_out_of_service_nanos, nanos(out));
        let crash = findings.crashes[0];
        assert_eq!((crash.already_dead, crash.first), (others_crash, others_crash.then_some(at(30))));
    }
}

#[test]
fn a_declaration_in_the_name_of_all_stands_until_somebody_takes_it_back() {
    let mut referee = under(Authority::Named, 0);
    referee.act(pair(0, 0), at(10));
    referee.act(pair(1, 0), at(11));
    crash_of_monitor(&mut referee, 0, 12);
    crash_of_monitor(&mut referee, 2, 13);
    referee.retract(pair(1, 0), at(16)); // m1 is up and overrules m0, which is not.
    referee.act(pair(1, 0), at(20));
    crash_of_monitor(&mut referee, 1, 22);
    referee.restart(CLUSTER.monitor(1), 0, &[], at(25)); // It has forgotten.
    assert_eq!(finish(referee, 40).healthy_out_of_service_nanos, nanos(6 + 5));
}

#[test]
fn who_holds_a_node_dead_that_came_back_counts_only_while_it_is_up_itself() {
    let mut referee = referee_of_peers();
    referee.crash(N0, 4, at(10));
    referee.declare(peers(1, 0), at(12), heard(Some(9)));
    referee.crash(NodeId(1), 2, at(14));
    referee.restart(N0, 2, &[NodeId(1), NodeId(2)], at(20));
    let findings = referee.finish(at(40), &[vec![N0, NodeId(2)]]);
    assert_eq!(findings.healthy_out_of_service_nanos, 0);
    assert_eq!((findings.crashes[0].first, findings.crashes[0].all), (Some(at(12)), None));
    // Six pairs for 10 s, two for 4 s, none for 6 s, then two again.
    assert_eq!(findings.pair_nanos, nanos(6 * 10 + 2 * 4 + 2 * 20));
}
