//! A state on a simulated disk beside the model of its promises.

use std::sync::Arc;
use std::time::Duration;

use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::{Ending, Habits, SimulatedDisk};
use forebay_state::snapshot::{SnapshotReport, SnapshotSettings};
use forebay_state::{Builder, Home, State};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Error, ErrorKind, Op, Result};

use super::edits::Edit;
use super::ledger::Ledger;
use super::model::Model;

pub(crate) const SEGMENT: u64 = 64 << 10;

/// All of one run. Everything happens on the thread that asks for it.
pub(crate) struct Rig {
    pub(crate) disk: SimulatedDisk,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) model: Model,
    /// Errors are to be expected: somebody has scripted faults.
    pub(crate) is_faulty: bool,
    /// Says where the run is, for messages.
    pub(crate) place: String,
    pub(crate) segments: u64,
    pub(crate) snapshots: SnapshotSettings,
    pub(crate) room_wait: Duration,
    state: Option<State<Ledger>>,
    /// Transactions that are under way: number, rung, answer.
    pub(crate) pending: Vec<(usize, Durability, Op<()>)>,
    seed: u64,
}

impl Rig {
    pub(crate) fn new(seed: u64) -> Self {
        let disk = SimulatedDisk::new(seed);
        disk.set_habits(Habits {
            shorn_blocks: seed % 4 == 1 || seed % 4 == 3,
            failed_sync_forgets: seed % 4 >= 2,
            sync_keeps_names: seed % 5 == 4,
            ..Habits::default()
        });
        Self {
            disk,
            clock: ManualClock::new(),
            model: Model::new(),
            is_faulty: false,
            place: format!("seed {seed}"),
            segments: 64,
            snapshots: SnapshotSettings::default(),
            room_wait: Duration::from_secs(10),
            state: None,
            pending: Vec::new(),
            seed,
        }
    }

    pub(crate) fn state(&self) -> &State<Ledger> {
        self.state.as_ref().expect("it is open")
    }

    pub(crate) fn builder(&self) -> Builder<Ledger> {
        self.builder_on(&self.disk)
    }

    pub(crate) fn builder_on(&self, disk: &SimulatedDisk) -> Builder<Ledger> {
        let journal = JournalSettings {
            segment_bytes: SEGMENT,
            bytes_max: self.segments * SEGMENT,
            buffer_max: 256 << 10,
            sync_after: Duration::from_millis(100),
            ..JournalSettings::default()
        };
        let seams = self.clock.seams(self.seed ^ disk.steps() << 20);
        State::builder(Home::simulated(disk.clone(), "s"))
            .journal(journal)
            .snapshots(self.snapshots)
            .room_wait(self.room_wait)
            .seams(seams)
    }

    /// Opens the state and checks what is there. The error is one that a fault or an ending explains.
    pub(crate) fn open(&mut self, is_power_cut: bool) -> Result<()> {
        let state = self.builder().open().inspect_err(|error| self.explain(error))?;
        self.model.reopened(&state.read(), is_power_cut, &self.place);
        self.state = Some(state);
        Ok(())
    }

    /// Accepts a transaction; says its number.
    pub(crate) fn submit(&mut self, rung: Durability, edits: &[Edit]) -> Result<usize> {
        let mut next = self.model.newest().clone();
        let submitted = self.state().submit(rung, |tx| {
            edits.iter().try_for_each(|edit| edit.make(tx, &mut next))?;
            assert!(tx.accounts.iter().eq(&next.accounts), "it sees what was accepted");
            assert!(tx.entries.iter().rev().eq(next.entries.iter().rev()), "backward, too");
            Ok(())
        });
        let receipt = submitted.inspect_err(|error| self.explain(error))?.receipt;
        let number = self.model.accept(next, receipt.revision(), rung);
        self.look();
        self.pending.push((number, rung, receipt.shown()));
        Ok(number)
    }

    /// Waits for one of the transactions that are under way.
    pub(crate) fn wait(&mut self, at: usize) -> Result<()> {
        let (number, rung, op) = self.pending.swap_remove(at);
        let shown = op.wait().inspect_err(|error| self.explain(error));
        if shown.is_ok() {
            self.model.acknowledge(number, rung);
        }
        self.look();
        shown
    }

    /// Accepts a transaction and waits for it.
    pub(crate) fn write(&mut self, rung: Durability, edits: &[Edit]) -> Result<()> {
        self.submit(rung, edits)?;
        self.wait(self.pending.len() - 1)
    }

    /// Makes a snapshot, and looks at what it covers.
    pub(crate) fn snapshot(&mut self) -> Result<SnapshotReport> {
        let shown = self.state().revision();
        let report = self.state().snapshot().wait().inspect_err(|error| self.explain(error))?;
        assert!(report.revision >= shown, "{}: it has what was shown", self.place);
        self.look();
        Ok(report)
    }

    /// Collects the answers that have come, and checks what is shown.
    pub(crate) fn look(&mut self) {
        for (number, rung, op) in std::mem::take(&mut self.pending) {
            match op.try_take() {
                Ok(Ok(())) => self.model.acknowledge(number, rung),
                Ok(Err(error)) => self.explain(&error),
                Err(op) => self.pending.push((number, rung, op)),
            }
        }
        let view = self.state().read();
        self.model.seen(&view, &self.place);
    }

    /// The last handle goes, and nobody closes it.
    pub(crate) fn drop_state(&mut self) {
        self.pending.clear();
        self.state = None;
    }

    /// The process ends, as the disk says or else as asked for; says whether the power was cut.
    pub(crate) fn end(&mut self, ending: Ending) -> bool {
        self.drop_state();
        let ending = self.disk.ending().unwrap_or(ending);
        match ending {
            Ending::PowerCut => self.disk.power_cut(),
            Ending::Kill => self.disk.kill(),
        }
        ending == Ending::PowerCut
    }

    fn explain(&self, error: &Error) {
        let is_explained = self.is_faulty || self.disk.ending().is_some();
        assert!(is_explained, "{}: nothing was wrong, and yet: {error:?}", self.place);
        let is_damage = matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Invalid);
        assert!(!is_damage, "{}: nobody has damaged anything: {error}", self.place);
    }
}
