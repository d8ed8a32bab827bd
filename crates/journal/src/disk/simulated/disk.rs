//! The disk itself, as a test holds it.

use std::sync::Arc;

use super::cut::Remains;
use super::dice::Dice;
use super::directory::SimulatedDirectory;
use super::ending::{Ending, Fuse};
use super::faults::{Call, Fault, Faults};
use super::habits::Habits;
use super::image::Image;
use super::state::{Shared, State};
use super::tally::Counts;
use crate::disk::Directory;

/// A disk in memory that can tear, reorder, lose, fail, lie and be full. Clones are the same disk.
///
/// What each fault is, and what a log may rely on after it, is written at the top of
/// [this module](super).
#[derive(Clone, Debug)]
pub struct SimulatedDisk(Arc<Shared>);

/// What processes on it see.
impl SimulatedDisk {
    /// An empty disk on which nothing goes wrong but what is asked for. Everything that is left to
    /// chance follows from `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Shared::new(State::new(seed)))
    }

    /// A directory, as the process that lives now sees it. It is there, and durable, from now on, by
    /// itself, whatever its name; but a name such as `a/b` is the folder `b` of the directory `a` while
    /// there is one.
    pub fn directory(&self, name: &str) -> Arc<dyn Directory> {
        let mut state = self.0.lock();
        if state.home(name).is_err() {
            state.named(name);
        }
        let process = state.process;
        Arc::new(SimulatedDirectory { disk: Arc::clone(&self.0), path: name.to_owned(), process })
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.0
    }

    /// An independent disk that is exactly as this one is now, locks and faults to come included,
    /// but for the hook. Nobody has anything open on it, so it begins with a
    /// [`power_cut`](Self::power_cut) or a [`kill`](Self::kill).
    pub fn copy(&self) -> Self {
        Self(Shared::new(self.0.lock().clone()))
    }

    /// From now on everything that is left to chance follows from `seed`.
    pub fn reseed(&self, seed: u64) {
        self.0.lock().dice = Dice::new(seed);
    }
}

/// Endings.
impl SimulatedDisk {
    /// The power fails: all handles and locks die, and of what was not synced, chance decides.
    pub fn power_cut(&self) {
        self.0.lock().cut(None);
    }

    /// The power fails, and `remains` says what is left of what was not synced.
    pub fn power_cut_leaving(&self, remains: Remains) {
        self.0.lock().cut(Some(remains));
    }

    /// The process is killed: all handles and locks die, and everything else stays as it is.
    pub fn kill(&self) {
        self.0.lock().end_process();
    }

    /// Lets `steps` more calls through and cuts off the next one, which may be done in part. Every
    /// call is an error from then on, until the [`power_cut`](Self::power_cut) is carried out.
    pub fn cut_after(&self, steps: u64) {
        self.light(steps, false, Ending::PowerCut);
    }

    /// As [`cut_after`](Self::cut_after), but only calls that change something count.
    pub fn cut_after_change(&self, changes: u64) {
        self.light(changes, true, Ending::PowerCut);
    }

    /// As [`cut_after`](Self::cut_after), for a [`kill`](Self::kill).
    pub fn kill_after(&self, steps: u64) {
        self.light(steps, false, Ending::Kill);
    }

    /// As [`kill_after`](Self::kill_after), but only calls that change something count.
    pub fn kill_after_change(&self, changes: u64) {
        self.light(changes, true, Ending::Kill);
    }

    fn light(&self, left: u64, only_changes: bool, ending: Ending) {
        self.0.lock().fuse = Some(Fuse { left, only_changes, ending });
    }

    /// The ending that has come and is to be carried out.
    pub fn ending(&self) -> Option<Ending> {
        self.0.lock().ending
    }

    /// How many calls there were, of every process.
    pub fn steps(&self) -> u64 {
        self.0.lock().steps
    }

    /// How many of them would change something.
    pub fn changes(&self) -> u64 {
        self.0.lock().changes
    }
}

/// Faults to come.
impl SimulatedDisk {
    /// The `nth` such call from now on goes wrong; 1 is the next.
    pub fn fail(&self, call: Call, nth: u64, fault: Fault) {
        self.0.lock().faults.script(call, nth, fault, false);
    }

    /// The `nth` such call from now on goes wrong, and every later one.
    pub fn fail_from(&self, call: Call, nth: u64, fault: Fault) {
        self.0.lock().faults.script(call, nth, fault, true);
    }

    /// So many in a thousand such calls go wrong in this way.
    pub fn set_rate(&self, call: Call, fault: Fault, per_mille: u32) {
        self.0.lock().faults.set_rate(call, fault, per_mille);
    }

    /// No more faults of calls: forgets those that are scripted, and all rates.
    pub fn heal(&self) {
        self.0.lock().faults = Faults::default();
    }

    /// Sets what kind of disk it is.
    pub fn set_habits(&self, habits: Habits) {
        self.0.lock().habits = habits;
    }

    /// How many bytes the files may take together, in blocks of 4096.
    pub fn set_room(&self, bytes: u64) {
        self.0.lock().room = bytes;
    }

    /// Runs `hook` before each call, in place of the hook before, without holding anything: it may
    /// wait, and it may use this disk.
    pub fn on_call(&self, hook: Box<dyn Fn(Call) + Send + Sync>) {
        self.0.set_hook(Some(Arc::from(hook)));
    }

    /// Runs no hook any more.
    pub fn off_call(&self) {
        self.0.set_hook(None);
    }

    /// Memory is short: reads show what is on the device again, except where a write is unsynced.
    pub fn forget_clean(&self) {
        self.0.lock().files.values_mut().for_each(super::contents::Contents::forget_clean);
    }
}

/// What a test looks at and damages. None of these is a step.
impl SimulatedDisk {
    /// The names in a directory, ascending, or none if there is no such directory.
    pub fn files(&self, directory: &str) -> Vec<String> {
        let mut state = self.0.lock();
        let names = state.names(directory);
        names.map_or_else(|_| Vec::new(), |names| names.live().keys().cloned().collect())
    }

    /// What a process would read.
    pub fn read_live(&self, directory: &str, name: &str) -> Option<Vec<u8>> {
        let mut state = self.0.lock();
        let file = state.find(directory, name).ok()?;
        Some(state.contents(file).live().bytes())
    }

    /// What is there, under that name, after a power cut that leaves nothing of what is unsynced.
    pub fn read_durable(&self, directory: &str, name: &str) -> Option<Vec<u8>> {
        let mut state = self.0.lock();
        let file = state.names(directory).ok()?.find_durable(name)?;
        Some(state.files.get(&file)?.durable().bytes())
    }

    /// Damages a file at rest: its unsynced writes become durable, and then one bit of it is
    /// flipped. Says whether there is such a file and such a bit.
    pub fn flip_bit(&self, directory: &str, name: &str, bit: u64) -> bool {
        self.damage(directory, name, bit / 8 + 1, |image| {
            let mut byte = [0];
            image.get(&mut byte, bit / 8);
            image.put(&[byte[0] ^ (1 << (bit % 8))], bit / 8);
        })
    }

    /// Damages a file at rest: its unsynced writes become durable, and then it is cut to `length`
    /// bytes. Says whether there is such a file and it was that long.
    pub fn truncate(&self, directory: &str, name: &str, length: u64) -> bool {
        self.damage(directory, name, length, |image| image.set_len(length))
    }

    fn damage(&self, directory: &str, name: &str, least: u64, change: impl Fn(&mut Image)) -> bool {
        let mut state = self.0.lock();
        let Ok(file) = state.find(directory, name) else { return false };
        let contents = state.contents(file);
        let is_there = contents.live().len() >= least;
        if is_there {
            contents.damage(change);
        }
        is_there
    }

    /// How many calls there were, by kind.
    pub fn counts(&self) -> Counts {
        self.0.lock().counts
    }
}
