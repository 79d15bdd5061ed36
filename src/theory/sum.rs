//! A sum that tells its terms: in words, and with their numbers.

use crate::figures::seconds;

/// A sum of lengths of time, in seconds. Terms of zero go without saying.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sum {
    words: String,
    numbers: String,
    value: f64,
}

impl Sum {
    /// A sum that begins with this.
    pub(super) fn of(words: &str, value: f64) -> Sum {
        Sum::default().plus(words, value)
    }

    /// One term more.
    pub(super) fn plus(self, words: &str, value: f64) -> Sum {
        self.term(words, value, 1.0)
    }

    /// One term less.
    pub(super) fn minus(self, words: &str, value: f64) -> Sum {
        self.term(words, value, -1.0)
    }

    fn term(mut self, words: &str, value: f64, sign: f64) -> Sum {
        if value == 0.0 {
            return self;
        }
        let joint = match (self.words.is_empty(), sign < 0.0) {
            (true, false) => "",
            (true, true) => "−",
            (false, false) => " + ",
            (false, true) => " − ",
        };
        for (text, part) in [(&mut self.words, words), (&mut self.numbers, &seconds(value))] {
            text.push_str(joint);
            text.push_str(part);
        }
        self.value += sign * value;
        self
    }

    /// What comes out.
    pub(super) fn value(&self) -> f64 {
        self.value
    }

    /// Its terms in words.
    pub(super) fn words(&self) -> &str {
        &self.words
    }

    /// Its terms in numbers.
    pub(super) fn numbers(&self) -> &str {
        &self.numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_told_as_they_are_added() {
        let sum = Sum::of("silence", 15.0).plus("delay", 0.1).plus("look", 0.0).minus("interval", 5.0);
        assert_eq!((sum.words(), sum.numbers()), ("silence + delay − interval", "15 s + 100 ms − 5 s"));
        assert!((sum.value() - 10.1).abs() < 1e-12);
    }
}
