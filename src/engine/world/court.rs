//! Many judges, one traffic: a run in which silence is judged by several standards at once.

use super::{Meter, Run, RunOutcome, Standard, World, judge};
use crate::engine::model::{Detector, Topology};
use crate::engine::watch::{Chair, Panel};

/// A run, and those who are to judge it.
pub struct Court<'a, T> {
    run: &'a Run<'a, T>,
    panel: Panel<'a>,
}

impl<'a, T: Topology> Court<'a, T> {
    /// Nobody judges this run yet. Its traffic must not depend on verdicts, and nobody looks on.
    pub fn new(run: &'a Run<'a, T>) -> Court<'a, T> {
        Court { run, panel: Panel::default() }
    }

    /// These judge too, at least one, each by its standard.
    pub fn seat<D: Detector + 'a>(&mut self, standards: &[(Chair, Standard<D>)]) {
        let judges = standards.iter().map(|(chair, standard)| (*chair, judge(self.run, standard)));
        self.panel.seat(judges.collect());
    }

    /// Simulates the run to what came of it for each judge, in the order of their chairs, which are numbered without
    /// a gap; `None` if the meter said to stop.
    pub fn hear(self, meter: &Meter) -> Option<Vec<RunOutcome>> {
        let mut world = World::new(self.run, self.panel);
        world.turn(meter).then(|| world.finish())
    }
}
