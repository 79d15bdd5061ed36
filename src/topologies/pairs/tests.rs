//! What the members of a pair say.

use super::super::recorder::Recorder;
use super::*;
use crate::engine::time::Span;

const CLUSTER: Cluster = Cluster::of_peers(3);

fn begun(me: u32) -> (Pairs, Recorder) {
    let rules = Pairs(Rhythm::aligned(Span::SECOND));
    let mut member = Recorder::new(CLUSTER, NodeId(me));
    rules.start(&mut member);
    (rules, member)
}

#[test]
fn each_watches_its_partner_and_beats_to_it() {
    for (me, partner) in [(0, "n1"), (1, "n0")] {
        let (rules, mut member) = begun(me);
        let expected = format!("wake me at 0s and every 1s for Tick(Time(0))\nwatch {partner}");
        assert_eq!(member.heard_saying(), expected);
        rules.on_timer(&mut (), &mut member, Tick(Time::ZERO));
        assert_eq!(member.heard_saying(), format!("to {partner}: ()"));
        rules.on_message(&mut (), &mut member, NodeId(me ^ 1), Time::ZERO, ());
        assert_eq!(member.heard_saying(), format!("heard {partner}, sent 0s"));
    }
}

#[test]
fn who_is_left_over_has_nobody_to_beat_to() {
    let (rules, mut member) = begun(2);
    member.heard_saying();
    rules.on_timer(&mut (), &mut member, Tick(Time::ZERO));
    assert_eq!(member.heard_saying(), "");
}
