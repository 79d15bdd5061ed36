//! A program that runs a workload: how it is started, and how its answer is read.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::{Column, Expected, HBSIM, Peer, Script, Size, Workload};
use crate::measure::measured;
use crate::programs::{build_hbsim, folder, python};
use crate::{Failure, this_program};

pub enum Program {
    Hbsim(PathBuf),
    Inside(&'static Peer),
    Python { python: PathBuf, script: &'static Script },
}

/// What one run took and gave.
pub struct Run {
    pub user_s: f64,
    pub peak_bytes: u64,
    /// One for each figure of the workload; none where hbsim has nothing to compare.
    pub figures: Vec<Option<f64>>,
}

impl Run {
    /// How many of the workload's units it has done.
    pub fn units(&self) -> f64 {
        self.figures.first().copied().flatten().unwrap_or(f64::NAN)
    }
}

/// Every program that can be run here; for each that cannot, a line says why.
pub fn programs(workload: &'static Workload) -> Vec<Program> {
    let mut programs = Vec::new();
    match build_hbsim() {
        Ok(path) => programs.push(Program::Hbsim(path)),
        Err(why) => eprintln!("hbsim is left out: {why}"),
    }
    programs.extend(workload.peers.iter().map(Program::Inside));
    let script = &workload.python;
    match python() {
        Ok(python) => programs.push(Program::Python { python, script }),
        Err(why) => eprintln!("{} is left out: {why}", script.name),
    }
    programs
}

impl Program {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hbsim(_) => HBSIM,
            Self::Inside(peer) => peer.name,
            Self::Python { script, .. } => script.name,
        }
    }

    pub fn largest(&self) -> u32 {
        match self {
            Self::Hbsim(_) => u32::MAX,
            Self::Inside(peer) => peer.largest,
            Self::Python { script, .. } => script.largest,
        }
    }

    pub fn run(&self, workload: &Workload, size: Size) -> Result<Run, Failure> {
        let measured = measured(&self.command(workload, size)?)?;
        let figures = self.figures(workload, &measured.output)?;
        Ok(Run { user_s: measured.user_s, peak_bytes: measured.peak_bytes, figures })
    }

    pub fn agrees(&self, workload: &Workload, figures: &[Option<f64>], expected: &[Expected]) -> bool {
        let slack = |column: &Option<Column>| match self {
            Self::Hbsim(_) => column.as_ref().map_or(0.0, |column| column.slack),
            _ => 0.0,
        };
        workload.figures.iter().zip(figures).zip(expected).all(|((of, figure), expected)| {
            figure.is_none_or(|value| expected.agrees(value, slack(&of.hbsim)))
        })
    }

    fn command(&self, workload: &Workload, size: Size) -> Result<Command, Failure> {
        let Size { nodes, seconds, .. } = size;
        let command = match self {
            Self::Hbsim(path) => {
                let mut command = Command::new(path);
                command.arg("run").arg(folder().join(workload.hbsim.file));
                let mut settings = vec![format!("cluster.nodes={nodes}"), format!("duration={seconds}s")];
                settings.extend((workload.hbsim.settings)(size));
                for setting in settings {
                    command.args(["--set", &setting]);
                }
                command.args(["--threads", "1", "--format", "json", "--quiet"]);
                command
            }
            Self::Inside(peer) => {
                let mut command = Command::new(this_program()?);
                command.args([peer.verb, &nodes.to_string(), &seconds.to_string()]);
                command
            }
            Self::Python { python, script } => {
                let mut command = Command::new(python);
                command.arg(folder().join(script.file)).args([nodes.to_string(), seconds.to_string()]);
                command
            }
        };
        Ok(command)
    }

    fn figures(&self, workload: &Workload, output: &str) -> Result<Vec<Option<f64>>, Failure> {
        let answer: Value = serde_json::from_str(output)?;
        let (row, is_hbsim) = match self {
            Self::Hbsim(_) => (answer.get(0).ok_or("hbsim has printed no row")?, true),
            _ => (&answer, false),
        };
        let mut figures = Vec::new();
        for figure in workload.figures {
            let key = match &figure.hbsim {
                Some(column) if is_hbsim => column.name,
                None if is_hbsim => {
                    figures.push(None);
                    continue;
                }
                _ => figure.key,
            };
            let value = row.get(key).ok_or_else(|| format!("{} does not print {key}", self.name()))?;
            // Null stands for the mean of nothing.
            figures.push(Some(value.as_f64().unwrap_or(f64::NAN)));
        }
        Ok(figures)
    }
}
