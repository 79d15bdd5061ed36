//! Records become tables, files and a report.

mod cells;
mod comparison;
mod course;
mod enclosed;
mod explanation;
mod files;
mod folder;
mod front;
mod histogram;
mod json;
mod judgement;
mod manifest;
mod pages;
mod pairs;
mod predicted;
mod report;
mod rows;
mod sparkline;
mod story;
mod sweep_files;
mod timeline;
mod trace;

use crate::figures as numbers;
pub use crate::figures::{number, seconds, short};
pub use cells::{CellColumns, CellCsv, CellJson, CellRow, CellTable, aligned};
pub use comparison::{
    Cases, Compared, ComparisonManifest, Tested, comparison, write_cases, write_comparison,
    write_differences_csv, write_differences_json,
};
pub use course::Course;
pub use enclosed::Enclosed;
pub use explanation::Explanation;
pub use files::RunFiles;
pub use folder::{Folder, FolderError};
pub use front::{TuneManifest, tuned, write_front_csv, write_front_json, write_tuned};
pub use json::{write_json, write_objects};
pub use judgement::{Judgement, judge};
pub use manifest::Manifest;
pub use pages::{
    ComparisonWords, OneRun, RunPage, SearchWords, Sighted, SweepPage, SweepWords, cases_page, compared_page,
    page_of_settings, search_page, search_verdict,
};
pub use predicted::{Predicted, predicted, predicted_rows};
pub use report::{Lesson, closed_form, lessons, report, told};
pub use rows::{Summary, write_csv, write_rows};
pub use story::{Incident, Story, What};
pub use sweep_files::{SweepFiles, SweepManifest};
pub use timeline::{Choice, Timeline};
pub use trace::{LeftOut, Trace, Traced};
