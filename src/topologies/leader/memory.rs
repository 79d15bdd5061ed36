//! What a member remembers.

use crate::engine::cluster::NodeId;
use crate::engine::model::Office;
use crate::engine::time::Time;
use crate::topologies::Tick;

/// What a member remembers. A restart forgets it all.
pub struct Memory {
    pub(super) office: Office,
    /// The newest term that it has heard of.
    pub(super) term: u32,
    /// Whether its vote in this term is spent.
    pub(super) has_voted: bool,
    /// Whether it is asking who would vote for it.
    pub(super) is_asking: bool,
    /// Who said yes to what it asked last, itself included.
    pub(super) supporters: Nodes,
    /// Whom it follows.
    pub(super) leader: Option<NodeId>,
    /// When it last heard that one.
    pub(super) heard: Time,
    /// When what it heard last of it had been sent.
    pub(super) stamp: Time,
    /// When the last beat that told it who is dead had been sent.
    pub(super) told_at: Time,
    /// The last instant at which it is still patient.
    pub(super) patient_until: Time,
    /// When it looks next whether its patience is at an end.
    pub(super) next_look: Time,
    /// Before this instant it neither votes nor stands.
    pub(super) abstains_until: Time,
    /// Whom it holds dead.
    pub(super) dead: Nodes,
    /// Those of them whom it watched, as leader, until its detector judged them dead. The others it was told
    /// of, or they were its leader.
    pub(super) judged: Nodes,
    /// Whether it leads, or has led and has not heard of another leader since: then what it declared in the
    /// name of all still stands.
    pub(super) word_stands: bool,
    /// What the leader said last of who is dead, while it is taken in.
    pub(super) told: Nodes,
    /// As leader: when the next beat is due.
    pub(super) next_beat: Option<Tick>,
    /// As leader that needs a majority: when each member last answered a beat.
    pub(super) answers: Vec<Time>,
    /// The same, being sorted.
    pub(super) ranked: Vec<Time>,
    /// As leader: when it looks next whether the majority still answers.
    pub(super) next_count: Time,
}

impl Memory {
    pub(super) fn new(abstains_until: Time) -> Memory {
        Memory {
            office: Office::Follower,
            term: 0,
            has_voted: false,
            is_asking: false,
            supporters: Nodes::default(),
            leader: None,
            heard: Time::ZERO,
            stamp: Time::ZERO,
            told_at: Time::ZERO,
            patient_until: Time::ZERO,
            next_look: Time::NEVER,
            abstains_until,
            dead: Nodes::default(),
            judged: Nodes::default(),
            word_stands: false,
            told: Nodes::default(),
            next_beat: None,
            answers: Vec::new(),
            ranked: Vec::new(),
            next_count: Time::NEVER,
        }
    }
}

/// A set of nodes, in the order of their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Nodes(Vec<NodeId>);

impl Nodes {
    /// Adds a node. False if it was there already.
    pub(super) fn add(&mut self, node: NodeId) -> bool {
        let place = self.0.binary_search(&node);
        place.map_err(|place| self.0.insert(place, node)).is_err()
    }

    /// Takes a node out. False if it was not there.
    pub(super) fn remove(&mut self, node: NodeId) -> bool {
        let place = self.0.binary_search(&node);
        place.map(|place| self.0.remove(place)).is_ok()
    }

    pub(super) fn contains(&self, node: NodeId) -> bool {
        self.0.binary_search(&node).is_ok()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn as_slice(&self) -> &[NodeId] {
        &self.0
    }
}
