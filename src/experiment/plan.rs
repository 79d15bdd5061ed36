//! What a sweep does: its cells, which of them share their traffic, and the units of work that follow.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::forecast::Judged;
use super::parts::{Shard, Unit};
use super::{Forecast, Hearing, Simulation};
use crate::document::{Document, NamedFile, Stock};
use crate::engine::digest::Digest;
use crate::scenario::Scenario;
use crate::scenario::sweep::{Axis, Sweep};

/// Everything that a sweep does, without the scenarios themselves: these are read when they are needed, so that a
/// hundred thousand cells fit into the memory of a few.
pub struct Plan {
    base: Document,
    stock: Stock,
    sweep: Sweep,
    cells: Vec<Cell>,
    groups: Vec<Group>,
    /// The numbers of cells, group by group.
    members: Vec<u32>,
    files: Vec<NamedFile>,
}

/// One cell.
#[derive(Clone, Copy, Debug)]
struct Cell {
    /// Its place in the product of all axes.
    place: u64,
    group: u32,
    /// Its place among the cells of the group.
    seat: u32,
}

/// Cells that differ only in how the same arrivals are judged, so that one simulation of the traffic serves them
/// all.
#[derive(Clone, Debug)]
struct Group {
    /// Their places in [`Plan::members`].
    members: Range<usize>,
    replications: u32,
    forecast: Forecast,
}

/// What is learnt of a place when its scenario is read for the first time.
struct Survey {
    place: u64,
    traffic: Traffic,
    replications: u32,
    cost: (Forecast, Judged),
}

/// What was learnt of all places so far.
#[derive(Default)]
struct Surveyed {
    surveys: Vec<Survey>,
    /// Of each file that is named, the first place that names it, and as which of its files.
    files: BTreeMap<String, (u64, usize, NamedFile)>,
    /// What is wrong from this place on.
    mistakes: BTreeMap<u64, String>,
}

impl Surveyed {
    fn add(&mut self, survey: Survey, files: Vec<NamedFile>) {
        for (number, file) in files.into_iter().enumerate() {
            let here = (survey.place, number);
            if self.files.get(&file.name).is_none_or(|(place, number, _)| here < (*place, *number)) {
                self.files.insert(file.name.clone(), (survey.place, number, file));
            }
        }
        self.surveys.push(survey);
    }
}

/// What tells the traffic of a cell from that of others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Traffic {
    /// It is that of all cells with this digest.
    Shared(Digest),
    /// It is that of the cell at this place alone.
    Own(u64),
}

/// Places that a thread surveys in one go.
const STRIDE: u64 = 64;

impl Plan {
    /// Plans a sweep over `base`. All its cells are read, so that a mistake in any is found before anything is
    /// begun.
    pub fn new(base: Document, stock: Stock, sweep: Sweep, threads: usize) -> Result<Plan, String> {
        let mut plan = Plan::empty(base, stock, sweep);
        let surveys = plan.survey(threads)?;
        plan.sweep.cells(&plan.base, &plan.stock).check_conditions(!surveys.is_empty())?;
        plan.arrange(surveys);
        Ok(plan)
    }

    /// Plans these places of a sweep alone, in rising order. Those of which the scenario is not valid are left out,
    /// and come back with what is wrong with them: whoever searches may well ask for what cannot be.
    pub fn of_places(
        base: Document,
        stock: Stock,
        sweep: Sweep,
        places: &[u64],
    ) -> (Plan, Vec<(u64, String)>) {
        let mut plan = Plan::empty(base, stock, sweep);
        let (mut found, mut refused) = (Surveyed::default(), Vec::new());
        for place in places {
            match plan.survey_one(*place) {
                Ok(Some((survey, files))) => found.add(survey, files),
                Ok(None) => {}
                Err(page) => refused.push((*place, page)),
            }
        }
        let surveys = plan.take_files(found);
        plan.arrange(surveys);
        (plan, refused)
    }

    fn empty(base: Document, stock: Stock, sweep: Sweep) -> Plan {
        Plan {
            base,
            stock,
            sweep,
            cells: Vec::new(),
            groups: Vec::new(),
            members: Vec::new(),
            files: Vec::new(),
        }
    }

    /// Reads the scenarios of all places on several threads, and finds the files that they name. The first mistake in
    /// the order of places is told.
    fn survey(&mut self, threads: usize) -> Result<Vec<Survey>, String> {
        let mut found = self.survey_all(threads);
        if let Some((_, mistake)) = found.mistakes.pop_first() {
            return Err(mistake);
        }
        Ok(self.take_files(found))
    }

    /// Notes the files that were found, and gives the surveys in the order of their places. From here on the files are
    /// what they were: whoever changes one while a sweep goes on changes nothing of it.
    fn take_files(&mut self, found: Surveyed) -> Vec<Survey> {
        let mut files: Vec<_> = found.files.into_values().collect();
        files.sort_unstable_by_key(|(place, number, _)| (*place, *number));
        self.files = files.into_iter().map(|(.., file)| file).collect();
        let mut surveys = found.surveys;
        surveys.sort_unstable_by_key(|survey| survey.place);
        self.stock = Stock::held(self.files.clone());
        surveys
    }

    fn survey_all(&self, threads: usize) -> Surveyed {
        let (next, failed) = (AtomicU64::new(0), AtomicBool::new(false));
        let found = Mutex::new(Surveyed::default());
        std::thread::scope(|scope| {
            let work = || {
                while !failed.load(Ordering::Relaxed) {
                    let first = next.fetch_add(STRIDE, Ordering::Relaxed);
                    if first >= self.sweep.places() {
                        return;
                    }
                    let places = first..(first + STRIDE).min(self.sweep.places());
                    let surveys = places.map(|place| self.survey_one(place));
                    match surveys.collect::<Result<Vec<_>, String>>() {
                        Ok(surveys) => {
                            let mut found = lock(&found);
                            surveys
                                .into_iter()
                                .flatten()
                                .for_each(|(survey, files)| found.add(survey, files));
                        }
                        Err(mistake) => {
                            failed.store(true, Ordering::Relaxed);
                            lock(&found).mistakes.insert(first, mistake);
                        }
                    }
                }
            };
            let workers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            work();
            for worker in workers {
                worker.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause));
            }
        });
        found.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn survey_one(&self, place: u64) -> Result<Option<(Survey, Vec<NamedFile>)>, String> {
        let Some(scenario) = self.sweep.scenario(&self.base, &self.stock, place)? else { return Ok(None) };
        // Where no axis is about judging, no two cells have the same traffic.
        let may_share = self.sweep.axes().iter().any(Axis::judges_only);
        let traffic = if may_share { scenario.traffic() } else { None };
        let survey = Survey {
            place,
            traffic: traffic.map_or(Traffic::Own(place), |text| Traffic::Shared(Digest::of_text(&text))),
            replications: scenario.replications,
            cost: Forecast::alone(&Simulation { scenario: &scenario, by_second: false }),
        };
        Ok(Some((survey, scenario.files)))
    }

    /// Puts those together that share their traffic.
    fn arrange(&mut self, surveys: Vec<Survey>) {
        let traffic = |cell: &u32| surveys[*cell as usize].traffic;
        let mut by_traffic: Vec<u32> = (0..surveys.len() as u32).collect();
        by_traffic.sort_unstable_by_key(|cell| (traffic(cell), *cell));
        // In the order of their first cells, so that the work goes on in the order of the cells.
        let alike = by_traffic.chunk_by(|one, other| traffic(one) == traffic(other));
        let mut groups: Vec<&[u32]> = alike.flat_map(|cells| cells.chunks(Hearing::MOST_JUDGES)).collect();
        groups.sort_unstable_by_key(|cells| cells[0]);
        self.groups.reserve_exact(groups.len());
        self.members.reserve_exact(surveys.len());
        self.cells = surveys.iter().map(|survey| Cell { place: survey.place, group: 0, seat: 0 }).collect();
        for (group, cells) in (0..).zip(groups) {
            for (seat, cell) in (0..).zip(cells) {
                let Cell { group: of, seat: at, .. } = &mut self.cells[*cell as usize];
                (*of, *at) = (group, seat);
            }
            let surveys = cells.iter().map(|cell| &surveys[*cell as usize]);
            let forecast = Forecast::together(surveys.clone().map(|survey| survey.cost));
            let replications = surveys.map(|survey| survey.replications).max().unwrap_or(0);
            let start = self.members.len();
            self.members.extend(cells);
            self.groups.push(Group { members: start..self.members.len(), replications, forecast });
        }
    }

    /// How many cells there are.
    pub fn cells(&self) -> u32 {
        self.cells.len() as u32
    }

    /// How many groups of cells that share their traffic.
    pub fn groups(&self) -> u32 {
        self.groups.len() as u32
    }

    /// The swept keys, in the order of their columns.
    pub fn columns(&self) -> Vec<String> {
        self.sweep.columns()
    }

    /// The axes, in the order of their columns.
    pub fn axes(&self) -> &[Axis] {
        self.sweep.axes()
    }

    /// What a cell has in these columns.
    pub fn labels(&self, cell: u32) -> Vec<String> {
        self.sweep.labels(self.cells[cell as usize].place)
    }

    /// The scenario of a cell.
    pub fn scenario(&self, cell: u32) -> Result<Scenario, String> {
        let document = self.sweep.document(&self.base, self.cells[cell as usize].place)?;
        Scenario::read(&document, self.stock.clone())
    }

    /// The place of a cell in the product of all axes.
    pub fn place(&self, cell: u32) -> u64 {
        self.cells[cell as usize].place
    }

    /// The cells of a group, in order.
    pub fn members(&self, group: u32) -> &[u32] {
        &self.members[self.groups[group as usize].members.clone()]
    }

    /// Of which group a cell is, and which of its members.
    pub fn seat(&self, cell: u32) -> (u32, usize) {
        let Cell { group, seat, .. } = self.cells[cell as usize];
        (group, seat as usize)
    }

    /// How many runs each cell of a group has.
    pub fn replications(&self, group: u32) -> u32 {
        self.groups[group as usize].replications
    }

    /// What one run of a group costs.
    pub fn forecast(&self, group: u32) -> &Forecast {
        &self.groups[group as usize].forecast
    }

    /// All units that the scenarios themselves ask for, in order.
    pub fn units(&self) -> impl Iterator<Item = Unit> + '_ {
        (0..self.groups()).flat_map(|group| {
            (0..self.replications(group)).map(move |replication| Unit { group, replication })
        })
    }

    /// Which of so many shards does a unit. Where it depends on the results of a cell how many runs it has,
    /// `together`, all its runs are in one shard.
    pub fn shard_of(&self, unit: Unit, of: u32, together: bool) -> Shard {
        let Unit { group, replication } = unit;
        let turn = match together {
            true => u64::from(group),
            false => u64::from(group) * u64::from(self.replications(group)) + u64::from(replication),
        };
        Shard { number: (turn % u64::from(of)) as u32 + 1, of }
    }

    /// The files that the scenarios name, each once.
    pub fn files(&self) -> &[NamedFile] {
        &self.files
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Whoever panicked while holding it is told of elsewhere.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[cfg(test)]
mod tests;
