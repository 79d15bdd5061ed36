//! News that is still to be told.

use std::cmp::Reverse;

use super::speech::Update;
use crate::engine::cluster::NodeId;

/// The most updates that travel with one message: about as many as memberlist fits into a datagram of 1400
/// bytes.
pub(super) const MOST_UPDATES: usize = 32;

/// What a member tells others, each piece a limited number of times. At most one piece about each member:
/// newer news makes older news void.
#[derive(Clone, Debug, Default)]
pub(super) struct Rumors {
    list: Vec<Rumor>,
    /// How many there ever were.
    heard: u32,
}

#[derive(Clone, Copy, Debug)]
struct Rumor {
    update: Update,
    /// How often it was told.
    told: u32,
    /// Its number among all that were ever heard.
    number: u32,
}

impl Rumors {
    /// Whether there is nothing to tell.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// This is to be told from now on.
    pub(super) fn add(&mut self, update: Update) {
        self.heard = self.heard.wrapping_add(1);
        let rumor = Rumor { update, told: 0, number: self.heard };
        match self.list.iter_mut().find(|rumor| rumor.update.member == update.member) {
            Some(older) => *older = rumor,
            None => self.list.push(rumor),
        }
    }

    /// Takes the news for one message: first what was told least, and of that the newest. What was told
    /// `limit` times by then is told no more.
    pub(super) fn tell(&mut self, limit: u32) -> News {
        if self.list.len() > MOST_UPDATES {
            self.list.sort_unstable_by_key(|rumor| (rumor.told, Reverse(rumor.number)));
        }
        let mut news = News { updates: [NOTHING; MOST_UPDATES], count: 0 };
        for (rumor, place) in self.list.iter_mut().zip(&mut news.updates) {
            *place = rumor.update;
            rumor.told += 1;
            news.count += 1;
        }
        self.list.retain(|rumor| rumor.told < limit);
        news
    }
}

/// The news that goes with one message.
pub(super) struct News {
    updates: [Update; MOST_UPDATES],
    count: usize,
}

impl News {
    pub(super) fn updates(&self) -> &[Update] {
        &self.updates[..self.count]
    }
}

const NOTHING: Update =
    Update { member: NodeId(0), from: NodeId(0), standing: super::speech::Standing::Alive, incarnation: 0 };

#[cfg(test)]
mod tests {
    use super::super::speech::Standing;
    use super::*;

    fn update(member: u32, standing: Standing) -> Update {
        Update { member: NodeId(member), from: NodeId(0), standing, incarnation: 0 }
    }

    fn told(rumors: &mut Rumors, limit: u32) -> Vec<u32> {
        rumors.tell(limit).updates().iter().map(|update| update.member.0).collect()
    }

    #[test]
    fn each_piece_is_told_as_often_as_the_limit_says() {
        let mut rumors = Rumors::default();
        rumors.add(update(1, Standing::Suspect));
        assert_eq!(told(&mut rumors, 3), [1]);
        rumors.add(update(2, Standing::Suspect));
        assert_eq!(told(&mut rumors, 3), [1, 2]);
        assert_eq!(told(&mut rumors, 3), [1, 2]);
        assert_eq!(told(&mut rumors, 3), [2], "the first was told three times");
        assert!(rumors.is_empty());
        assert!(told(&mut rumors, 3).is_empty());
    }

    #[test]
    fn newer_news_of_a_member_makes_older_news_void() {
        let mut rumors = Rumors::default();
        rumors.add(update(1, Standing::Suspect));
        rumors.tell(2);
        rumors.add(update(1, Standing::Dead));
        for _ in 0..2 {
            assert_eq!(rumors.tell(2).updates(), [update(1, Standing::Dead)]);
        }
        assert!(rumors.is_empty());
    }

    #[test]
    fn what_was_told_least_comes_first_and_of_that_the_newest() {
        let mut rumors = Rumors::default();
        let all = MOST_UPDATES as u32 + 2;
        (0..all).for_each(|member| rumors.add(update(member, Standing::Dead)));
        let first = told(&mut rumors, 2);
        assert!(first.iter().copied().eq((2..all).rev()), "the newest: {first:?}");
        let second = told(&mut rumors, 2);
        assert_eq!(second[..3], [1, 0, all - 1], "then those that were never told");
    }
}
