//! The end of a state, in order.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Drive, Durability, Error, ErrorKind, Op, Result};

use super::core::{Core, Log};
use super::grave::Grave;
use crate::revision::Revision;
use crate::tables::Tables;

/// How a state was closed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CloseReport {
    /// The last transaction; it is synced, and with it all before it.
    pub revision: Revision,
}

impl<T: Tables> Core<T> {
    /// Takes nothing any more, from now on, and ends when everything is safe.
    pub(crate) fn close(self: &Arc<Self>) -> Op<CloseReport> {
        match self.shut() {
            Ok(()) => Closing::op(self),
            Err(error) => Op::failed(error),
        }
    }

    fn shut(&self) -> Result<()> {
        let mut turn = self.turn.take_when(|desk| !desk.is_blocked)?;
        if std::mem::replace(&mut turn.is_closed, true) {
            return Err(Error::new(ErrorKind::Closed, "the state is closed already"));
        }
        Ok(())
    }

    /// Blocks until everything is synced and shown, and gives the journal back.
    fn finish(&self) -> Result<CloseReport> {
        let Some(log) = &self.log else {
            self.end_watches()?;
            return Ok(self.close_report());
        };
        // Who opens it next must find nobody who still writes snapshots.
        if let Some(keeper) = self.keeper() {
            keeper.stop();
        }
        let last = self.turn.take()?.unshown.read_at(Durability::Synced);
        let settled = self.settle(last);
        let closed = close_journal(log);
        self.end_watches()?;
        both(settled, closed).map(|()| self.close_report())
    }

    /// Tells who watches that nothing comes any more.
    fn end_watches(&self) -> Result<()> {
        // They are told when the turn is over.
        let mut grave = Grave::default();
        self.turn.take()?.recorder.close(&mut grave);
        Ok(())
    }

    fn close_report(&self) -> CloseReport {
        CloseReport { revision: self.front.load().revision() }
    }
}

/// What went wrong with the last transactions, and with the journal.
fn both(settled: Result<()>, closed: Result<()>) -> Result<()> {
    match (settled, closed) {
        (Err(settled), Err(closed)) => {
            let message =
                format!("{settled}; and its journal was not closed in order: {}", closed.chain());
            Err(Error::new(settled.kind(), message).with_source(settled))
        }
        (settled, closed) => settled.and(closed),
    }
}

fn close_journal(log: &Log) -> Result<()> {
    let closed = log.journal.close();
    // What was written by then is all that there will be.
    drop(log.lock.lock().take());
    closed
}

/// The work of closing, for whoever does it first.
struct Closing<T: Tables> {
    core: Arc<Core<T>>,
    /// Until somebody has begun.
    done: Mutex<Option<Done<CloseReport>>>,
}

impl<T: Tables> Closing<T> {
    fn op(core: &Arc<Core<T>>) -> Op<CloseReport> {
        let (done, op) = Op::pending();
        let core = Arc::clone(core);
        op.driven_by(Arc::new(Self { core, done: Mutex::new(Some(done)) }))
    }

    fn take(&self) -> Option<Done<CloseReport>> {
        self.done.lock().take()
    }
}

impl<T: Tables> Drive for Closing<T> {
    fn drive(&self) {
        if let Some(done) = self.take() {
            done.complete(self.core.finish());
        }
    }

    fn start(&self) {
        if let Some(done) = self.take() {
            let core = Arc::clone(&self.core);
            self.core.seams.spawn.run(Box::new(move || done.complete(core.finish())));
        }
    }
}

impl<T: Tables> Drop for Closing<T> {
    fn drop(&mut self) {
        // Nobody waits, and it is to be closed all the same.
        self.start();
    }
}
