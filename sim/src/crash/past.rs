//! What the store keeps beyond a process: what lands of the calls that it left behind, and all that
//! has ever landed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Batch, Edit, ErrorKind, Outcome};

use crate::dice::Dice;
use crate::store::SimStore;
use crate::value::{Name, Tag, Tagged};

type Writes = Arc<Batch<Name, Tagged>>;

/// One write has landed.
#[derive(Clone, Debug)]
pub(crate) struct Landing {
    pub(crate) key: Name,
    /// `None`: a delete.
    pub(crate) tag: Option<Tag>,
    pub(crate) version: u64,
}

/// What outlives a process.
#[derive(Default)]
pub(crate) struct Past {
    flights: Vec<Flight>,
    pub(crate) landings: Vec<Landing>,
    /// The version with which each value came first.
    pub(crate) sent: BTreeMap<Tag, u64>,
    /// What was said of writes that were refused.
    pub(crate) told: Vec<(Name, ErrorKind, String)>,
}

/// A call under way.
struct Flight {
    batch: Writes,
    /// Which of its writes are still to land.
    lands: Vec<bool>,
}

impl Past {
    /// A batch arrives, and will land like this.
    pub(crate) fn begin(&mut self, batch: &Writes, lands: &[bool]) {
        self.flights.push(Flight { batch: Arc::clone(batch), lands: lands.to_vec() });
        for op in &batch.ops {
            if let Edit::Put { value, .. } = &op.edit {
                self.sent.entry(value.tag).or_insert(op.version);
            }
        }
    }

    /// One of its writes has landed.
    pub(crate) fn land(&mut self, batch: &Batch<Name, Tagged>, place: usize) {
        if let Some(flight) = self.flights.iter_mut().find(|each| each.batch.id == batch.id) {
            flight.lands[place] = false;
        }
        let op = &batch.ops[place];
        let tag = match &op.edit {
            Edit::Put { value, .. } => Some(value.tag),
            Edit::Delete => None,
        };
        self.landings.push(Landing { key: op.key, tag, version: op.version });
    }

    /// It is answered.
    pub(crate) fn answered(&mut self, batch: &Writes, outcomes: &[Outcome]) {
        self.flights.retain(|flight| flight.batch.id != batch.id);
        for (op, outcome) in batch.ops.iter().zip(outcomes) {
            if let Outcome::Refused(error) = outcome {
                self.told.push((op.key, error.kind(), error.to_string()));
            }
        }
    }
}

impl SimStore {
    /// Who wrote is no more: any part of what was under way lands now. With `late`, it lands after
    /// a while, as it must not.
    pub(crate) fn outlive(&self, dice: &Dice, late: bool) {
        let flights = std::mem::take(&mut self.inner().state.lock().past.flights);
        let all_or_none = self.inner().capabilities.atomic_batch;
        for flight in flights {
            let all = dice.chance(500);
            let places = (0..flight.lands.len()).filter(|&place| flight.lands[place]);
            for place in places {
                if !(if all_or_none { all } else { dice.chance(500) }) {
                    continue;
                }
                if late {
                    let batch = Arc::clone(&flight.batch);
                    let delay = Duration::from_millis(1 + dice.below(1000));
                    self.after(delay, move |store| store.inner().land(&batch, place));
                } else {
                    self.inner().land(&flight.batch, place);
                }
            }
        }
        let mut state = self.inner().state.lock();
        state.contract = state.contract.heir();
        state.landed.clear();
        state.refusals.forget();
    }

    /// What has landed since the last time that somebody asked.
    pub(crate) fn take_landings(&self) -> Vec<Landing> {
        std::mem::take(&mut self.inner().state.lock().past.landings)
    }

    /// The version with which this value first came.
    pub(crate) fn sent(&self, tag: Tag) -> Option<u64> {
        self.inner().state.lock().past.sent.get(&tag).copied()
    }

    /// Whether a write of `key` was refused with these words.
    pub(crate) fn has_told(&self, key: Name, kind: ErrorKind, text: &str) -> bool {
        let state = self.inner().state.lock();
        state.past.told.iter().any(|told| told.0 == key && told.1 == kind && told.2 == text)
    }
}
