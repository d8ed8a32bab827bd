//! A state whose jobs are threads of the explorer.

use std::sync::Arc;

use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::{Remains, SimulatedDisk};
use forebay_state::{Home, State, Table, TableTx};
use forebay_store::seam::manual::{ManualClock, SeededRandom};
use forebay_store::seam::{Job, Spawn};
use forebay_store::{Result, Seams};
use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, Runner, thread};

/// Runs `check` under so many schedules at random, and as many with few changes at chosen places.
pub(crate) fn explore(schedules: usize, check: impl Fn() + Copy + Send + Sync + 'static) {
    let mut config = Config::new();
    // Nodes of trees pass over the stack.
    config.stack_size = 1 << 20;
    Runner::new(RandomScheduler::new(schedules), config.clone()).run(check);
    Runner::new(PctScheduler::new(3, schedules), config).run(check);
}

/// Every job on a thread of the explorer.
struct Threads;

impl Spawn for Threads {
    fn run(&self, job: Job) {
        thread::spawn(job);
    }
}

#[derive(State, Clone)]
pub(crate) struct Counts {
    #[table(id = 1)]
    pub(crate) counts: Table<u32, u64>,
    #[table(id = 2)]
    pub(crate) texts: Table<u32, String>,
}

pub(crate) fn open(disk: &SimulatedDisk) -> State<Counts> {
    open_with(disk, 4 << 20)
}

/// With a journal of so many bytes.
pub(crate) fn open_with(disk: &SimulatedDisk, bytes_max: u64) -> State<Counts> {
    let seams = Seams {
        clock: ManualClock::new(),
        spawn: Arc::new(Threads),
        random: Arc::new(SeededRandom::new(7)),
    };
    let journal =
        JournalSettings { segment_bytes: 64 << 10, bytes_max, ..JournalSettings::default() };
    let home = Home::simulated(disk.clone(), "s");
    State::builder(home).journal(journal).seams(seams).open().unwrap()
}

/// Counts one on; says how many there are.
pub(crate) fn count(counts: &mut TableTx<'_, u32, u64>) -> Result<u64> {
    let next = counts.get(&0).copied().unwrap_or(0) + 1;
    counts.put(0, next).map(|()| next)
}

pub(crate) fn shown(state: &State<Counts>) -> u64 {
    state.read().counts.get(&0).copied().unwrap_or(0)
}

/// How many are there after a power cut this instant.
pub(crate) fn on_the_device(disk: &SimulatedDisk) -> u64 {
    let cut = disk.copy();
    cut.heal();
    cut.power_cut_leaving(Remains::Nothing);
    shown(&open(&cut))
}
