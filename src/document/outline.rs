//! What a reader asks of a document: which keys there are, of what shape, and what else can be said of them.
//!
//! A schema for editors must be equal to the reader, so it is not written beside it but taken from it: whoever wants
//! one has a document read by complaints that take outlines, and each table that is read leaves a note of all that it
//! was asked for. Ordinary complaints take none, and then a note is never made.

use super::tree::Kind;

/// What a value can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A text; where there is a pattern, one that matches it (a regular expression that every dialect knows).
    Text(Option<&'static str>),
    /// A length of time; whether it must be longer than zero.
    Span {
        /// It must be.
        positive: bool,
    },
    /// So many of something in so long.
    Rate,
    /// A number within bounds.
    Number(Bounds),
    /// A whole number within bounds.
    Whole(Bounds),
    /// True or false.
    Truth,
    /// One of these texts.
    Words(Vec<String>),
    /// A list of so many.
    List {
        /// What each of them is.
        of: Box<Shape>,
        /// The fewest.
        least: usize,
        /// The most, if there is such a number.
        most: Option<usize>,
    },
    /// The table of this name.
    Table(String),
    /// At least one value, each under a name that matches the pattern.
    Named {
        /// A regular expression.
        pattern: &'static str,
        /// What each of them is.
        of: Box<Shape>,
        /// The most of them, if there is such a number.
        most: Option<usize>,
    },
    /// Values that are set, each under the path of a key of a scenario.
    Settings,
    /// Any of these.
    Either(Vec<Shape>),
}

/// How large a number can be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The least that it can be.
    pub least: Option<f64>,
    /// It must be more than this.
    pub above: Option<f64>,
    /// It must be less than this.
    pub below: Option<f64>,
    /// The greatest that it can be.
    pub most: Option<f64>,
}

impl Bounds {
    /// From the one to the other, both included.
    pub const fn within(least: f64, most: f64) -> Bounds {
        Bounds { least: Some(least), above: None, below: None, most: Some(most) }
    }

    /// No less than this.
    pub const fn least(least: f64) -> Bounds {
        Bounds { least: Some(least), above: None, below: None, most: None }
    }

    /// No more than this.
    pub const fn most(most: f64) -> Bounds {
        Bounds { least: None, above: None, below: None, most: Some(most) }
    }

    /// More than this.
    pub const fn above(bound: f64) -> Bounds {
        Bounds { least: None, above: Some(bound), below: None, most: None }
    }

    /// The same bounds, each said once.
    pub fn tight(self) -> Bounds {
        let is_idle = |least: &f64| self.above.is_some_and(|above| above >= *least);
        Bounds { least: self.least.filter(|least| !is_idle(least)), ..self }
    }

    /// What lies within these and the other.
    pub fn and(self, other: Bounds) -> Bounds {
        let either = |one: Option<f64>, other: Option<f64>, choose: fn(f64, f64) -> f64| match (one, other) {
            (Some(one), Some(other)) => Some(choose(one, other)),
            (one, other) => one.or(other),
        };
        Bounds {
            least: either(self.least, other.least, f64::max),
            above: either(self.above, other.above, f64::max),
            below: either(self.below, other.below, f64::min),
            most: either(self.most, other.most, f64::min),
        }
    }
}

impl Shape {
    /// A list of any length of such values.
    pub fn list(self) -> Shape {
        Shape::List { of: Box::new(self), least: 0, most: None }
    }

    /// A list of so many such values.
    pub fn list_of(self, least: usize, most: Option<usize>) -> Shape {
        Shape::List { of: Box::new(self), least, most }
    }

    /// These words.
    pub fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> Shape {
        Shape::Words(words.into_iter().map(str::to_owned).collect())
    }

    /// The same, and its numbers within these bounds too.
    pub fn bounded(self, by: Bounds) -> Shape {
        match self {
            Shape::Number(bounds) => Shape::Number(bounds.and(by)),
            Shape::Whole(bounds) => Shape::Whole(bounds.and(by)),
            Shape::List { of, least, most } => {
                Shape::List { of, least, most: most.or(by.most.map(|most| most as usize)) }
            }
            Shape::Named { pattern, of, most } => {
                Shape::Named { pattern, of, most: most.or(by.most.map(|most| most as usize)) }
            }
            Shape::Either(shapes) => {
                Shape::Either(shapes.into_iter().map(|shape| shape.bounded(by)).collect())
            }
            other => other,
        }
    }
}

/// What was asked of one table in the course of one reading.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Which table it was.
    pub table: String,
    /// Its `kind`, if it was asked for, and one of those that there are was given.
    pub kind: Option<&'static str>,
    /// Whether it was asked for its `kind`.
    pub has_kinds: bool,
    /// The keys that it was asked for, in the order in which they were.
    pub keys: Vec<Asked>,
    /// Sets of keys of which one must be given, whole, and none of the keys of the others.
    pub choices: Vec<&'static [&'static [&'static str]]>,
    /// Keys that mean nothing without another: the key, and the other.
    pub pairs: Vec<(&'static str, &'static str)>,
    /// Keys that must be left out where the table under another is of a certain kind, and else be given: the key, the
    /// other, and the kind.
    pub outcasts: Vec<(&'static str, &'static str, String)>,
}

/// A key that was asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The key.
    pub key: &'static str,
    /// What its value can be, as far as that was said.
    pub shape: Option<Shape>,
    /// Its shape was said by whoever reads the value by itself, and counts more than that of its type.
    exact: bool,
    /// Bounds that hold besides.
    bounds: Bounds,
    /// What stands for it where it is not given, if that can be written down.
    pub default: Option<Kind>,
    /// Whether it was there.
    pub given: bool,
    /// Whether it was missed.
    pub missed: bool,
}

impl Reading {
    pub(super) fn of(table: &str) -> Reading {
        Reading { table: table.to_owned(), ..Reading::default() }
    }

    /// The note about a key, which is made if there is none.
    fn about(&mut self, key: &'static str) -> &mut Asked {
        let place = self.keys.iter().position(|asked| asked.key == key).unwrap_or_else(|| {
            self.keys.push(Asked {
                key,
                shape: None,
                exact: false,
                bounds: Bounds::default(),
                default: None,
                given: false,
                missed: false,
            });
            self.keys.len() - 1
        });
        &mut self.keys[place]
    }

    pub(super) fn asked(&mut self, key: &'static str, given: bool) {
        self.about(key).given = given;
    }

    pub(super) fn typed(&mut self, key: &'static str, shape: Shape) {
        let asked = self.about(key);
        if !asked.exact {
            asked.shape = Some(shape);
        }
    }

    pub(super) fn shaped(&mut self, key: &'static str, shape: Shape) {
        let asked = self.about(key);
        (asked.shape, asked.exact) = (Some(shape), true);
    }

    pub(super) fn bounded(&mut self, key: &'static str, by: Bounds) {
        let asked = self.about(key);
        asked.bounds = asked.bounds.and(by);
    }

    pub(super) fn defaults(&mut self, key: &'static str, default: Option<Kind>) {
        self.about(key).default = default;
    }

    pub(super) fn missed(&mut self, key: &'static str) {
        self.about(key).missed = true;
    }

    /// The note when all was asked: shapes within their bounds.
    pub(super) fn finished(mut self) -> Reading {
        for asked in &mut self.keys {
            asked.shape = asked.shape.take().map(|shape| shape.bounded(asked.bounds));
        }
        self
    }
}
