//! `where`: which cells of a sweep are wanted.
//!
//! A condition speaks of paths. Not every cell has every path (`detector.timeout` where the detector is
//! `phi`), and a condition restricts those cells only of which it speaks: what is not there makes a
//! comparison neither true nor false, what is neither stays so through `not`, `and` and `or` unless the other
//! side decides, and a cell is dropped only by a condition that is false.

mod parsing;
mod quantity;
mod words;

use std::ops::Range;

use crate::document::Value;
use quantity::Quantity;

/// A condition that wanted cells fulfil.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    /// The text, and where it was written.
    pub(super) value: Value,
    /// The paths of which it speaks.
    pub(super) paths: Vec<Path>,
    tree: Node,
}

/// A path in a condition.
#[derive(Clone, Debug)]
pub(super) struct Path {
    pub(super) steps: Vec<String>,
    pub(super) part: Range<usize>,
}

/// What is wrong with a part of a condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wrong {
    pub(super) part: Range<usize>,
    pub(super) reason: String,
    pub(super) remedy: Option<String>,
}

/// A part of a condition, and where it stands in the text.
#[derive(Clone, Debug)]
struct Node {
    part: Range<usize>,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Value(Quantity),
    /// The number of a path.
    Path(usize),
    Not(Box<Node>),
    /// `and`, `or`, a comparison, or a calculation.
    Sign(&'static str, Box<[Node; 2]>),
}

/// Where paths lead.
pub(super) trait Ground {
    /// What stands at the end of a path, if there is such a path.
    fn at(&self, steps: &[String]) -> Option<Quantity>;
}

/// What is written in a document.
impl Ground for Value {
    fn at(&self, steps: &[String]) -> Option<Quantity> {
        Value::at(self, steps).map(|value| Quantity::written(&value.kind))
    }
}

/// What a scenario holds, with every default filled in.
impl Ground for toml::Value {
    fn at(&self, steps: &[String]) -> Option<Quantity> {
        let found = steps.iter().try_fold(self, |value, step| match value {
            toml::Value::Table(table) => table.get(step),
            toml::Value::Array(items) => step.parse().ok().and_then(|index: usize| items.get(index)),
            _ => None,
        });
        found.map(Quantity::resolved)
    }
}

impl Condition {
    /// Whether the condition holds, if what is there decides it.
    pub(super) fn judge(&self, ground: &dyn Ground) -> Result<Option<bool>, Wrong> {
        self.truth(&self.tree, ground)
    }

    /// Whether a part that must be true or false is true.
    fn truth(&self, node: &Node, ground: &dyn Ground) -> Result<Option<bool>, Wrong> {
        match self.value(node, ground)? {
            Some(Quantity::Truth(truth)) => Ok(Some(truth)),
            None => Ok(None),
            Some(other) => {
                let reason = format!("this is {}, neither true nor false", other.described());
                Err(Wrong::new(node.part.clone(), reason).with("compare it with something"))
            }
        }
    }

    fn value(&self, node: &Node, ground: &dyn Ground) -> Result<Option<Quantity>, Wrong> {
        let truth = |truth: Option<bool>| Ok(truth.map(Quantity::Truth));
        match &node.what {
            What::Value(value) => Ok(Some(value.clone())),
            What::Path(number) => Ok(ground.at(&self.paths[*number].steps)),
            What::Not(inner) => truth(self.truth(inner, ground)?.map(|truth| !truth)),
            What::Sign(sign @ ("and" | "or"), sides) => {
                // The side that decides alone: one that is false of `and`, one that is true of `or`.
                let decides = Some(*sign == "or");
                let left = self.truth(&sides[0], ground)?;
                if left == decides {
                    return truth(left);
                }
                let right = self.truth(&sides[1], ground)?;
                truth(if right == decides || left.is_some() { right } else { None })
            }
            What::Sign(sign, sides) => {
                let [left, right] = [self.value(&sides[0], ground)?, self.value(&sides[1], ground)?];
                let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
                let are_mixed = matches!(
                    (&left, &right),
                    (Quantity::Length(_), Quantity::Number(_)) | (Quantity::Number(_), Quantity::Length(_))
                );
                let result = match *sign {
                    "+" | "-" | "*" | "/" => left.calculate(sign, &right),
                    _ => left.compare(sign, &right).map(Quantity::Truth),
                };
                result.map(Some).map_err(|reason| {
                    let wrong = Wrong::new(node.part.clone(), reason);
                    if are_mixed { wrong.with("a duration is written with a unit: 5s") } else { wrong }
                })
            }
        }
    }
}

impl Wrong {
    fn new(part: Range<usize>, reason: impl Into<String>) -> Wrong {
        Wrong { part, reason: reason.into(), remedy: None }
    }

    fn with(self, remedy: impl Into<String>) -> Wrong {
        Wrong { remedy: Some(remedy.into()), ..self }
    }

    /// The same, so many bytes further on.
    fn moved(self, by: usize) -> Wrong {
        Wrong { part: self.part.start + by..self.part.end + by, ..self }
    }
}
