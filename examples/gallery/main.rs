//! Pages with every kind of chart, to be looked at while their look is worked on, and opened by the browser test:
//! `cargo run --example gallery FOLDER`. The figures are made up after the manner of real ones.

mod ordinary;
mod unusual;

use std::path::PathBuf;
use std::process::ExitCode;

use hbsim::page::html;

fn main() -> ExitCode {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "target/gallery".to_owned()));
    let pages = [
        ("run", ordinary::run()),
        ("sweep", ordinary::sweep()),
        ("empty", unusual::empty()),
        ("hostile", unusual::hostile()),
        ("huge", unusual::huge()),
    ];
    let written = std::fs::create_dir_all(&folder).and_then(|()| {
        pages
            .iter()
            .try_for_each(|(name, page)| std::fs::write(folder.join(format!("{name}.html")), html(page)))
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "cannot write to {}: {why}", folder.display());
            ExitCode::FAILURE
        }
    }
}
