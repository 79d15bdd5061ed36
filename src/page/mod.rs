//! A page of HTML that one can mail: words, charts and tables in one file that opens without a network. Knows nothing of
//! simulation.

mod assets;
pub mod chart;
mod html;
mod json;
#[cfg(test)]
mod tests;

pub use html::html;

use chart::Chart;

/// A page. All texts are plain texts: whatever stands in them is shown as it is, and never becomes markup.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The title, and the name in a browser's tab.
    pub title: String,
    /// What it is about, in a sentence or two.
    pub subtitle: String,
    /// What came out, in a sentence that can be read aloud.
    pub headline: String,
    /// Facts beside each other: what it is called, and what it is.
    pub facts: Vec<(String, String)>,
    /// What is told, one thing after the other.
    pub sections: Vec<Section>,
    /// What stands at the foot: the command that does it again, the digest.
    pub foot: Vec<String>,
}

/// One thing that is told: words, a chart, the table of what is in the chart.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// Paragraphs before the chart: what it shows, and what to notice.
    pub text: Vec<String>,
    /// The charts, one below the other.
    pub charts: Vec<Chart>,
    /// The same in figures.
    pub table: Option<Table>,
    /// What is said below: what was left out, what an asterisk means.
    pub notes: Vec<String>,
}

/// A table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What its columns are called.
    pub columns: Vec<Column>,
    /// Its rows, each as long as the columns.
    pub rows: Vec<Vec<String>>,
    /// Whether it is folded away until somebody wants to read it; printed, it is always there.
    pub folded: bool,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// What it is called.
    pub name: String,
    /// Whether it holds figures, which are aligned to the right.
    pub is_figures: bool,
}
