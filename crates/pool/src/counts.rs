//! What a pool counts while it works.

use std::time::Duration;

use forebay_store::sync::Mutex;

use crate::event::Event;
use crate::transfers::Transfers;

/// What a pool counts while it works. Nothing is counted here where a value is found in memory.
#[derive(Debug, Default)]
pub(crate) struct Counts(Mutex<Counted>);

/// What was counted so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted {
    pub(crate) writes: Transfers,
    pub(crate) loads: Transfers,
    pub(crate) loads_joined: u64,
    pub(crate) evictions: u64,
    pub(crate) evicted: u64,
    pub(crate) rescues: u64,
}

impl Counts {
    pub(crate) fn so_far(&self) -> Counted {
        self.0.lock().clone()
    }

    /// A write has ended, with so many bytes in the medium.
    pub(crate) fn wrote<E>(&self, outcome: &Result<u64, E>, took: Duration) {
        end(&mut self.0.lock().writes, outcome, took);
    }

    /// A load has ended, with so many bytes of the medium.
    pub(crate) fn loaded<E>(&self, outcome: &Result<u64, E>, took: Duration) {
        end(&mut self.0.lock().loads, outcome, took);
    }

    /// Somebody waits for a load that another one has begun.
    pub(crate) fn joined(&self) {
        self.0.lock().loads_joined += 1;
    }

    /// Counts what is told and is no read or write.
    pub(crate) fn told(&self, event: &Event) {
        match event {
            Event::Evicted { bytes } => {
                let mut counted = self.0.lock();
                counted.evictions += 1;
                counted.evicted = counted.evicted.saturating_add(bytes.as_bytes());
            }
            Event::Rescued => self.0.lock().rescues += 1,
            _ => {}
        }
    }
}

fn end<E>(transfers: &mut Transfers, outcome: &Result<u64, E>, took: Duration) {
    match outcome {
        Ok(bytes) => transfers.succeeded(*bytes, took),
        Err(_) => transfers.failed(took),
    }
}
