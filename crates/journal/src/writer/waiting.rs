//! Who waits for a rung.

use std::collections::BTreeMap;

use forebay_store::{Done, Error, Result};

use super::tail::in_doubt;

/// Threads are counted, because they wake by themselves; operations are kept, to be answered.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// Threads that wait for the write role or its end.
    pub(super) for_write: usize,
    /// Threads that wait for the sync of an even and of an odd turn.
    pub(super) for_sync: [usize; 2],
    /// Somebody waits for the sync role, and gets it when the sync under way ends.
    pub(super) has_heir: bool,
    written: BTreeMap<(u64, u64), Done<()>>,
    synced: BTreeMap<(u64, u64), Done<()>>,
    /// Up to here somebody has asked for a sync that he will not do himself.
    wanted: u64,
    /// Tells operations apart that wait for the same record.
    count: u64,
    /// A job that syncs for the operations is on its way.
    pub(super) has_sync_job: bool,
    /// A job that writes for the operations is on its way.
    pub(super) has_write_job: bool,
}

/// Answers to give when no lock and no role is held: they may run foreign code.
#[derive(Debug, Default)]
pub(super) struct Answers(Vec<(Done<()>, Result<()>)>);

impl Waiting {
    pub(super) fn add_written(&mut self, sequence: u64, done: Done<()>) {
        self.count += 1;
        self.written.insert((sequence, self.count), done);
    }

    pub(super) fn add_synced(&mut self, sequence: u64, done: Done<()>) {
        self.count += 1;
        self.synced.insert((sequence, self.count), done);
    }

    /// How many operations wait.
    pub(super) fn operations(&self) -> usize {
        self.written.len() + self.synced.len()
    }

    /// An operation asks for a sync.
    pub(super) fn want_synced(&mut self, sequence: u64) {
        self.wanted = self.wanted.max(sequence);
    }

    /// Whether a job is to be begun that syncs for operations, when everything up to `synced` is
    /// synced. The caller begins it.
    pub(super) fn wants_sync_job(&mut self, synced: u64) -> bool {
        self.wanted > synced && !std::mem::replace(&mut self.has_sync_job, true)
    }

    /// Whether a job is to be begun that writes for operations.
    pub(super) fn wants_write_job(&mut self) -> bool {
        !self.written.is_empty() && !std::mem::replace(&mut self.has_write_job, true)
    }

    /// The last record that an operation waits to be written.
    pub(super) fn last_unwritten(&self) -> Option<u64> {
        self.written.last_key_value().map(|((sequence, _), _)| *sequence)
    }

    /// The last record that an operation has asked to be synced.
    pub(super) fn last_wanted(&self) -> u64 {
        self.wanted
    }

    pub(super) fn written(&mut self, written: u64, failed: Option<&Error>) -> Answers {
        take(&mut self.written, written, failed)
    }

    pub(super) fn synced(&mut self, synced: u64, failed: Option<&Error>) -> Answers {
        take(&mut self.synced, synced, failed)
    }
}

fn take(all: &mut BTreeMap<(u64, u64), Done<()>>, upto: u64, failed: Option<&Error>) -> Answers {
    if all.is_empty() {
        return Answers::default();
    }
    let later = all.split_off(&(upto + 1, 0));
    let reached = std::mem::replace(all, later);
    let mut answers: Vec<_> = reached.into_values().map(|done| (done, Ok(()))).collect();
    if let Some(cause) = failed {
        let lost = std::mem::take(all).into_values();
        answers.extend(lost.map(|done| (done, Err(in_doubt(cause)))));
    }
    Answers(answers)
}

impl Answers {
    pub(super) fn give(self) {
        for (done, result) in self.0 {
            done.complete(result);
        }
    }
}
