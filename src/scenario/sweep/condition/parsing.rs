//! From the words of a condition to its tree.
//!
//! From what binds most to what binds least: `* /`, `+ -`, comparisons, `not`, `and`, `or`.

use std::ops::Range;

use super::quantity::Quantity;
use super::words::{Word, words};
use super::{Condition, Node, Path, What, Wrong};
use crate::document::{Value, printable, steps_of};

/// Parentheses and `not`s within each other that a person could write.
const DEEPEST: usize = 64;

const COMPARISONS: [&str; 6] = ["<", "<=", ">", ">=", "==", "!="];

impl Condition {
    /// Reads the text `text` of `value`.
    pub(in crate::scenario::sweep) fn parse(value: &Value, text: &str) -> Result<Condition, Wrong> {
        let words = words(text)?;
        let mut parser = Parser { words: &words, end: text.len(), paths: Vec::new(), depth: 0 };
        let tree = parser.disjunction()?;
        if let Some((word, part)) = parser.words.first() {
            let reason = format!("`{}` is more than a condition", printable(&text[part.clone()]));
            let wrong = Wrong::new(part.clone(), reason);
            return Err(match word {
                Word::Sign(sign) if COMPARISONS.contains(sign) => {
                    wrong.with("compare two at a time: a < b and b < c")
                }
                _ => wrong.with("put and, or, or a comparison before it"),
            });
        }
        Ok(Condition { value: value.clone(), paths: parser.paths, tree })
    }
}

struct Parser<'a> {
    /// What is not read yet.
    words: &'a [(Word, Range<usize>)],
    /// Where the text ends.
    end: usize,
    paths: Vec<Path>,
    depth: usize,
}

impl Parser<'_> {
    /// The next word, if it is one of these signs.
    fn sign(&mut self, signs: &[&str]) -> Option<&'static str> {
        match self.words {
            [(Word::Sign(sign), _), rest @ ..] if signs.contains(sign) => {
                self.words = rest;
                Some(sign)
            }
            _ => None,
        }
    }

    /// Parts with these signs between them; those to the left come first.
    fn chain(
        &mut self,
        signs: &[&str],
        mut part: impl FnMut(&mut Self) -> Result<Node, Wrong>,
    ) -> Result<Node, Wrong> {
        let mut left = part(self)?;
        while let Some(sign) = self.sign(signs) {
            let right = part(self)?;
            left = joined(left, sign, right);
        }
        Ok(left)
    }

    fn disjunction(&mut self) -> Result<Node, Wrong> {
        self.chain(&["or"], |parser| parser.chain(&["and"], Parser::negation))
    }

    fn negation(&mut self) -> Result<Node, Wrong> {
        let start = self.start();
        match self.sign(&["not"]) {
            Some(_) => self.deeper(|parser| {
                let inner = parser.negation()?;
                Ok(Node { part: start..inner.part.end, what: What::Not(Box::new(inner)) })
            }),
            None => {
                let left = self.sum()?;
                match self.sign(&COMPARISONS) {
                    Some(sign) => Ok(joined(left, sign, self.sum()?)),
                    None => Ok(left),
                }
            }
        }
    }

    fn sum(&mut self) -> Result<Node, Wrong> {
        self.chain(&["+", "-"], |parser| parser.chain(&["*", "/"], Parser::operand))
    }

    /// A value, a path, or anything in parentheses.
    fn operand(&mut self) -> Result<Node, Wrong> {
        let start = self.start();
        if self.sign(&["-"]).is_some() {
            return self.deeper(|parser| {
                let inner = parser.operand()?;
                let less = Node { part: start..start, what: What::Value(Quantity::Number(-1.0)) };
                Ok(joined(less, "*", inner))
            });
        }
        if self.sign(&["("]).is_some() {
            let inner = self.deeper(Parser::disjunction)?;
            let end = self.words.first().map_or(self.end, |(_, part)| part.end);
            return match self.sign(&[")"]) {
                Some(_) => Ok(Node { part: start..end, what: inner.what }),
                None => Err(Wrong::new(start..start + 1, "this parenthesis is not closed").with("write )")),
            };
        }
        let Some(((word, part), rest)) = self.words.split_first() else {
            let reason = "a condition ends where a value is wanted";
            let remedy = "write it like detector.timeout >= 2 * topology.interval";
            return Err(Wrong::new(self.end..self.end, reason).with(remedy));
        };
        let what = match word {
            Word::Value(value) => What::Value(value.clone()),
            Word::Path(path) => {
                let steps = steps_of(path).map_err(|reason| Wrong::new(part.clone(), reason))?;
                self.paths.push(Path { steps, part: part.clone() });
                What::Path(self.paths.len() - 1)
            }
            Word::Sign(sign) => {
                let reason = format!("a value is wanted here, not `{sign}`");
                let remedy = "a value is a path, a number, a duration, or a text in quotes";
                return Err(Wrong::new(part.clone(), reason).with(remedy));
            }
        };
        self.words = rest;
        Ok(Node { part: part.clone(), what })
    }

    /// Where the next word begins.
    fn start(&self) -> usize {
        self.words.first().map_or(self.end, |(_, part)| part.start)
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Result<Node, Wrong>) -> Result<Node, Wrong> {
        if self.depth == DEEPEST {
            return Err(Wrong::new(self.start()..self.end, "too much within each other"));
        }
        self.depth += 1;
        let node = read(self);
        self.depth -= 1;
        node
    }
}

fn joined(left: Node, sign: &'static str, right: Node) -> Node {
    let part = left.part.start..right.part.end;
    Node { part, what: What::Sign(sign, Box::new([left, right])) }
}
