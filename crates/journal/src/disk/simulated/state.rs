//! All that a simulated disk is, behind its lock.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::sync::Arc;

use forebay_store::sync::{Mutex, MutexGuard};

use super::contents::Contents;
use super::cut::{Plan, Remains};
use super::dice::Dice;
use super::ending::{Ending, Fuse, too_late};
use super::faults::{Call, Fault, Faults};
use super::folders::Home;
use super::habits::Habits;
use super::moves::Move;
use super::names::{FileNumber, Names};
use super::tally::Counts;

/// What runs before each call.
pub(super) type Hook = Arc<dyn Fn(Call) + Send + Sync>;

/// The disk that all handles share.
pub(super) struct Shared {
    state: Mutex<State>,
    hook: Mutex<Option<Hook>>,
}

/// Everything on the disk and everything that is to happen to it. A clone is an independent disk.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) dice: Dice,
    pub(super) directories: BTreeMap<Home, Names>,
    /// Directories that have other names now, which no sync has covered yet.
    pub(super) moves: Vec<Move>,
    pub(super) files: BTreeMap<FileNumber, Contents>,
    /// Files that were made without a name and have never had one.
    pub(super) nameless: BTreeSet<FileNumber>,
    /// How often each file is open.
    pub(super) open: BTreeMap<FileNumber, usize>,
    /// The file of each lock that is held.
    pub(super) locks: BTreeSet<FileNumber>,
    /// Which process it is that lives; each kill and each power cut begins the next.
    pub(super) process: u64,
    /// The number of the last change, and of the last file.
    pub(super) numbers: u64,
    pub(super) room: u64,
    pub(super) habits: Habits,
    pub(super) faults: Faults,
    pub(super) fuse: Option<Fuse>,
    /// Set once the fuse has burned down, until the ending is carried out.
    pub(super) ending: Option<Ending>,
    pub(super) steps: u64,
    pub(super) changes: u64,
    pub(super) counts: Counts,
}

/// How a call that was let in goes on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turn {
    Plain,
    /// The process ends in the middle of it.
    CutOff(Ending),
    Fault(Fault),
}

impl Shared {
    pub(super) fn new(state: State) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(state), hook: Mutex::new(None) })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    pub(super) fn set_hook(&self, hook: Option<Hook>) {
        *self.hook.lock() = hook;
    }

    /// Begins a call of `process`, if that still lives.
    pub(super) fn begin(
        &self,
        call: Call,
        process: u64,
    ) -> io::Result<(MutexGuard<'_, State>, Turn)> {
        let hook = self.hook.lock().clone();
        if let Some(hook) = hook {
            hook(call);
        }
        let mut state = self.lock();
        let turn = state.turn(call, process)?;
        Ok((state, turn))
    }
}

impl State {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            directories: BTreeMap::new(),
            moves: Vec::new(),
            files: BTreeMap::new(),
            nameless: BTreeSet::new(),
            open: BTreeMap::new(),
            locks: BTreeSet::new(),
            process: 1,
            numbers: 0,
            room: u64::MAX,
            habits: Habits::default(),
            faults: Faults::default(),
            fuse: None,
            ending: None,
            steps: 0,
            changes: 0,
            counts: Counts::default(),
        }
    }

    fn turn(&mut self, call: Call, process: u64) -> io::Result<Turn> {
        if process != self.process {
            return Err(too_late());
        }
        if let Some(ending) = self.ending {
            return Err(ending.error());
        }
        self.steps += 1;
        self.changes += u64::from(call.is_change());
        self.counts.note(call);
        self.ending = self.fuse.as_mut().and_then(|fuse| fuse.burn(call));
        if let Some(ending) = self.ending {
            return Ok(Turn::CutOff(ending));
        }
        let fault = self.faults.next(call, &mut self.dice);
        Ok(fault.map_or(Turn::Plain, Turn::Fault))
    }

    /// Goes on with a call that is done wholly or not at all.
    pub(super) fn carry_out<T>(
        &mut self,
        turn: Turn,
        work: impl FnOnce(&mut Self) -> io::Result<T>,
    ) -> io::Result<T> {
        let (is_done, error) = match turn {
            Turn::Plain => return work(self),
            Turn::CutOff(ending) => (self.dice.coin(), ending.error()),
            Turn::Fault(fault) => (fault == Fault::ErrorAfter, fault.error()),
        };
        if is_done {
            work(self)?;
        }
        Err(error)
    }

    /// The number of the next change, or of the next file.
    pub(super) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    pub(super) fn contents(&mut self, file: FileNumber) -> &mut Contents {
        self.files.entry(file).or_default()
    }

    /// Every open file and every lock dies; the images stay as they are.
    pub(super) fn end_process(&mut self) {
        self.process += 1;
        self.open.clear();
        self.locks.clear();
        self.fuse = None;
        self.ending = None;
        self.let_go();
    }

    /// The power fails; `remains` says how much is left, or else it is drawn for each file.
    pub(super) fn cut(&mut self, remains: Option<Remains>) {
        let of_names = remains.or_else(|| self.draw_extreme());
        let of_bytes = remains.or_else(|| self.draw_extreme());
        if !self.moves.is_empty() {
            self.cut_moves(remains);
        }
        let Self { dice, directories, files, habits, .. } = self;
        for names in directories.values_mut() {
            let remains = of_names.unwrap_or_else(|| Remains::draw(dice));
            names.cut(remains, dice);
        }
        for contents in files.values_mut() {
            let remains = of_bytes.unwrap_or_else(|| Remains::draw(dice));
            let plan = Plan::draw(remains, contents.unsynced(), dice);
            contents.cut(&plan, habits.shorn_blocks, dice);
        }
        self.end_process();
    }

    /// The same extreme for the whole disk comes often: chance alone would hardly ever bring it.
    fn draw_extreme(&mut self) -> Option<Remains> {
        match self.dice.below(5) {
            0 => Some(Remains::Nothing),
            1 => Some(Remains::Everything),
            _ => None,
        }
    }

    /// Frees files that have no name, in no image, and that nobody has open; and folders without one,
    /// with all that is in them.
    pub(super) fn let_go(&mut self) {
        let mut named = self.named_in_any_image();
        loop {
            let before = self.directories.len();
            let is_there = |home: &Home| home.number().is_none_or(|folder| named.contains(&folder));
            self.directories.retain(|home, _| is_there(home));
            if self.directories.len() == before {
                break;
            }
            named = self.named_in_any_image();
        }
        let Self { files, nameless, open, .. } = self;
        files.retain(|file, _| named.contains(file) || open.contains_key(file));
        nameless.retain(|file| files.contains_key(file));
    }

    fn named_in_any_image(&self) -> BTreeSet<FileNumber> {
        self.directories.values().flat_map(Names::files).collect()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("SimulatedDisk")
            .field("process", &state.process)
            .field("steps", &state.steps)
            .field("ending", &state.ending)
            .finish_non_exhaustive()
    }
}
