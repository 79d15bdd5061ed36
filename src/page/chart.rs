//! What can be drawn. A chart says what is to be seen, in words and numbers; how it looks is the page's own business.

use serde::Serialize;

/// A chart. Whoever cannot see it reads `summary`.
#[derive(Clone, Debug, Serialize)]
pub struct Chart {
    /// What stands above it.
    pub title: String,
    /// What is to be seen, in a sentence, for those who cannot.
    pub summary: String,
    /// What is drawn.
    pub drawing: Drawing,
}

/// The kinds of charts.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Drawing {
    /// Lines over an axis: a distribution beside its closed form, a rate over time, a measure over a swept key.
    Curves {
        /// The horizontal axis.
        x: Axis,
        /// The vertical axis.
        y: Axis,
        /// The lines.
        curves: Vec<Curve>,
        /// Upright lines at places that matter.
        marks: Vec<Mark>,
    },
    /// Bars on top of each other over stretches of time: how many of which sort there were.
    Stacks {
        /// The horizontal axis.
        x: Axis,
        /// The vertical axis.
        y: Axis,
        /// The sorts, in the order in which they lie on top of each other.
        sorts: Vec<String>,
        /// The bars.
        stacks: Vec<Stack>,
    },
    /// What became of nodes, one lane for each, and what others thought of them.
    Lanes {
        /// The horizontal axis.
        x: Axis,
        /// The lanes, from top to bottom.
        lanes: Vec<Lane>,
        /// From when on it is shown.
        from: f64,
        /// Until when.
        until: f64,
    },
    /// Values with their intervals, one below the other.
    Ranges {
        /// The axis of the values.
        x: Axis,
        /// The values, from top to bottom.
        ranges: Vec<Range>,
    },
    /// Coloured fields over two axes of words.
    Fields {
        /// What the columns are, and each of them.
        x: Words,
        /// What the rows are, and each of them.
        y: Words,
        /// What the colours stand for.
        colour: Axis,
        /// The fields; those that are not there stay empty.
        fields: Vec<Field>,
    },
    /// Points over two axes, and the line through those that nothing beats.
    Points {
        /// The horizontal axis.
        x: Axis,
        /// The vertical axis.
        y: Axis,
        /// The points.
        points: Vec<Point>,
    },
}

/// An axis of numbers.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Axis {
    /// What it measures, with its unit: `seconds after the crash`.
    pub label: String,
    /// In what its numbers are, for what is told of single ones.
    pub unit: Unit,
    /// Whether each step is so many times the last one. A logarithmic axis shows no zero: what is zero is drawn at its
    /// upper bound, or not at all.
    pub logarithmic: bool,
}

/// What a number on an axis is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A plain number.
    #[default]
    Number,
    /// Seconds: told as `250 ms`, `12.6 s`, `3 m`.
    Seconds,
    /// A share of one: told in percent.
    Share,
}

/// A line.
#[derive(Clone, Debug, Serialize)]
pub struct Curve {
    /// What it is called in the legend.
    pub name: String,
    /// What it stands for, which decides how it looks.
    pub role: Role,
    /// Whether it goes from place to place in steps.
    pub stepped: bool,
    /// Its places, from left to right.
    pub places: Vec<[f64; 2]>,
    /// Between what the truth lies at 95 %: horizontal place, low, high.
    pub band: Vec<[f64; 3]>,
}

/// What a line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// What was simulated.
    Seen,
    /// What theory says.
    Theory,
}

/// An upright line at a place that matters.
#[derive(Clone, Debug, Serialize)]
pub struct Mark {
    /// Where.
    pub at: f64,
    /// What is there.
    pub label: String,
}

/// Bars on top of each other.
#[derive(Clone, Debug, Serialize)]
pub struct Stack {
    /// Where they begin.
    pub from: f64,
    /// Where they end.
    pub until: f64,
    /// How high each is, in the order of the sorts.
    pub heights: Vec<f64>,
}

/// The lane of a node.
#[derive(Clone, Debug, Serialize)]
pub struct Lane {
    /// Its name.
    pub name: String,
    /// What it was when; at all other times it was up.
    pub states: Vec<State>,
    /// What others thought of it when; at all other times they trusted it.
    pub beliefs: Vec<Belief>,
}

/// A stretch of a node's life that was not as usual.
#[derive(Clone, Debug, Serialize)]
pub struct State {
    /// From when.
    pub from: f64,
    /// Until when.
    pub until: f64,
    /// What it was.
    pub what: Condition,
    /// What there is to say of it.
    pub note: String,
}

/// What a node can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// The process is gone.
    Crashed,
    /// It stands still.
    Paused,
    /// Others cannot reach it, or it cannot reach them.
    Cut,
    /// It is slower than usual, its links lose more, or its clock is wrong.
    Hindered,
}

/// A stretch in which somebody did not trust a node.
#[derive(Clone, Debug, Serialize)]
pub struct Belief {
    /// Who.
    pub observer: String,
    /// From when.
    pub from: f64,
    /// Until when.
    pub until: f64,
    /// Whether it held the node dead; otherwise it suspected it.
    pub dead: bool,
    /// Whether the node was up at its beginning.
    pub wrong: bool,
}

/// A value with its interval.
#[derive(Clone, Debug, Serialize)]
pub struct Range {
    /// What it is called.
    pub name: String,
    /// What it belongs to; those of one group have one colour.
    pub group: String,
    /// The value; nothing where none was seen and only the upper bound is known.
    pub value: Option<f64>,
    /// Above what the truth lies at 95 %.
    pub low: Option<f64>,
    /// Below what it lies.
    pub high: Option<f64>,
    /// What theory says.
    pub theory: Option<f64>,
}

/// An axis of words.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Words {
    /// What they are.
    pub label: String,
    /// Each of them, in order.
    pub words: Vec<String>,
}

/// A coloured field.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// In which column.
    pub column: usize,
    /// In which row.
    pub row: usize,
    /// What decides its colour.
    pub value: f64,
    /// What is written in it.
    pub text: String,
    /// Whether `value` is only known to be an upper bound.
    pub is_bound: bool,
    /// What is told of it to those who ask.
    pub told: String,
}

/// A point, with the intervals of both its values.
#[derive(Clone, Debug, Serialize)]
pub struct Point {
    /// Where, from left to right.
    pub x: f64,
    /// Between what the truth lies.
    pub x_range: Option<[f64; 2]>,
    /// Where, from bottom to top.
    pub y: f64,
    /// Between what the truth lies.
    pub y_range: Option<[f64; 2]>,
    /// Whether `y` is only known to be an upper bound.
    pub is_bound: bool,
    /// What it belongs to; those of one group have one colour and shape.
    pub group: String,
    /// What is told of it to those who ask.
    pub told: String,
    /// Whether nothing beats it in both.
    pub on_front: bool,
    /// What is written beside it; nothing if nothing is.
    pub label: String,
}
