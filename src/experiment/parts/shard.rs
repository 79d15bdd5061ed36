//! A share of the work.

use std::fmt;
use std::str::FromStr;

/// One of several equal shares of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    /// Which, from 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
}

/// More shards than this are a slip of the finger.
const MOST: u32 = 100_000;

impl Shard {
    /// All of the work.
    pub const WHOLE: Shard = Shard { number: 1, of: 1 };
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let numbers = text.split_once('/').map(|(number, of)| (whole(number), whole(of)));
        let Some((Some(number), Some(of))) = numbers else {
            return Err("a shard is written number/of, such as 3/16".to_owned());
        };
        match (number, of) {
            (_, 0) => Err("there is at least 1 shard".to_owned()),
            (_, of) if of > MOST => Err(format!("{of} shards are more than {MOST}")),
            (0, of) => Err(format!("shards are counted from 1: the first of {of} is 1/{of}")),
            (number, of) if number > of => Err(format!("of {of} shards, the last is {of}/{of}")),
            (number, of) => Ok(Shard { number, of }),
        }
    }
}

/// Digits only: `+3` and `3.0` are not how anybody names a shard.
fn whole(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_a_number_and_how_many_there_are() {
        for (text, number, of) in
            [("1/1", 1, 1), ("3/16", 3, 16), ("16/16", 16, 16), ("007/100000", 7, 100_000)]
        {
            assert_eq!(text.parse(), Ok(Shard { number, of }), "{text}");
        }
        assert_eq!(Shard { number: 3, of: 16 }.to_string(), "3/16");
    }

    #[test]
    fn anything_else_is_refused_with_what_to_write() {
        let written = "a shard is written number/of, such as 3/16";
        for (text, reason) in [
            ("", written),
            ("3", written),
            ("/", written),
            ("3/", written),
            ("/16", written),
            ("3/16/2", written),
            ("-3/16", written),
            ("+3/16", written),
            ("3.0/16", written),
            (" 3/16", written),
            ("three/16", written),
            ("3/99999999999", written),
            ("1/0", "there is at least 1 shard"),
            ("0/16", "shards are counted from 1: the first of 16 is 1/16"),
            ("17/16", "of 16 shards, the last is 16/16"),
            ("1/100001", "100001 shards are more than 100000"),
        ] {
            assert_eq!(text.parse::<Shard>(), Err(reason.to_owned()), "{text}");
        }
    }
}
