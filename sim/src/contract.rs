//! The engine's side of the store's contract, checked call by call.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use forebay_store::{Batch, BatchId, Capabilities, Edit, Outcome};

use crate::trace::Broken;
use crate::value::{Name, Tagged};

type Writes = Arc<Batch<Name, Tagged>>;

/// What the engine has asked of the store so far.
pub(crate) struct Contract {
    capabilities: Capabilities,
    flushes_in_flight_max: usize,
    /// Keys with a write under way.
    under_way: HashMap<Name, BatchId>,
    applies: usize,
    loads: usize,
    /// The newest write of each key that was sent, and the batch it was sent in.
    sent: BTreeMap<Name, Sent>,
    /// The newest version of each key that has landed, or may have.
    risen: BTreeMap<Name, u64>,
    batches: HashMap<BatchId, Writes>,
}

struct Sent {
    batch: Writes,
    version: u64,
    /// Its place in the batch.
    place: usize,
    /// The whole batch is to be sent again.
    again: bool,
}

pub(crate) type Complaint = (Broken, Option<Name>, String);

impl Contract {
    pub(crate) fn new(capabilities: Capabilities, flushes_in_flight_max: usize) -> Self {
        Self {
            capabilities,
            flushes_in_flight_max,
            under_way: HashMap::new(),
            applies: 0,
            loads: 0,
            sent: BTreeMap::new(),
            risen: BTreeMap::new(),
            batches: HashMap::new(),
        }
    }

    /// The contract with the next process: nothing is under way.
    pub(crate) fn heir(&self) -> Self {
        Self::new(self.capabilities.clone(), self.flushes_in_flight_max)
    }

    /// A batch arrives.
    pub(crate) fn apply(&mut self, batch: &Writes) -> Vec<Complaint> {
        let mut complaints = Vec::new();
        let mut complain = |broken, key, text: String| complaints.push((broken, key, text));
        self.applies += 1;
        if self.applies > self.capabilities.concurrency.min(self.flushes_in_flight_max) {
            complain(Broken::Contract, None, format!("{} applies at once", self.applies));
        }
        if batch.ops.is_empty() || batch.ops.len() > self.capabilities.batch_ops_max {
            complain(Broken::Contract, None, format!("a batch of {} writes", batch.ops.len()));
        }
        if let Some(before) = self.batches.insert(batch.id, Arc::clone(batch))
            && before.ops != batch.ops
        {
            let text = format!("batch {} had other writes before", batch.id.number);
            complain(Broken::Contract, None, text);
        }
        if let Some(id) = self.repeated(batch)
            && id != batch.id
        {
            let text = format!("batch {} is sent again as {}", id.number, batch.id.number);
            complain(Broken::Contract, None, text);
        }
        for op in &batch.ops {
            if let Some(other) = self.under_way.insert(op.key, batch.id) {
                let text = format!("two writes under way, the other in batch {}", other.number);
                complain(Broken::Contract, Some(op.key), text);
            }
            if let Edit::Put { value, expires_at } = &op.edit
                && value.expires_at != *expires_at
            {
                complain(Broken::Contract, Some(op.key), "sent with another expiry".to_owned());
            }
            if let Some(sent) = self.sent.get(&op.key) {
                let risen = self.risen.get(&op.key).copied().unwrap_or(0);
                if op.version < risen {
                    let text = format!("version {} after {risen}, which may be there", op.version);
                    complain(Broken::Order, Some(op.key), text);
                }
                if op.version == sent.version && op.edit != sent.batch.ops[sent.place].edit {
                    let text = format!("version {} is another write now", op.version);
                    complain(Broken::Order, Some(op.key), text);
                }
            }
        }
        for (place, op) in batch.ops.iter().enumerate() {
            let version = op.version;
            let sent = Sent { batch: Arc::clone(batch), version, place, again: false };
            self.sent.insert(op.key, sent);
        }
        complaints
    }

    /// The id of the earlier batch of which this one is the repetition: the same writes, nothing
    /// else of any of these keys in between, and no write of it settled.
    fn repeated(&self, batch: &Writes) -> Option<BatchId> {
        let first = self.sent.get(&batch.ops.first()?.key)?;
        let same = first.again
            && first.batch.ops == batch.ops
            && batch.ops.iter().all(|op| {
                self.sent.get(&op.key).is_some_and(|sent| sent.batch.id == first.batch.id)
            });
        same.then_some(first.batch.id)
    }

    /// A batch is answered.
    pub(crate) fn applied(&mut self, batch: &Writes, outcomes: &[Outcome]) {
        self.applies -= 1;
        let again =
            outcomes.iter().all(|each| matches!(each, Outcome::Retry(_) | Outcome::Unknown(_)));
        for (op, outcome) in batch.ops.iter().zip(outcomes) {
            self.under_way.remove(&op.key);
            if matches!(outcome, Outcome::Stored | Outcome::Unknown(_)) {
                let risen = self.risen.entry(op.key).or_default();
                *risen = op.version.max(*risen);
            }
            if let Some(sent) = self.sent.get_mut(&op.key) {
                sent.again = again;
            }
        }
    }

    /// A load arrives.
    pub(crate) fn load(&mut self, keys: &[Name]) -> Vec<Complaint> {
        self.loads += 1;
        let mut complaints = Vec::new();
        if self.loads > self.capabilities.concurrency {
            complaints.push((Broken::Contract, None, format!("{} loads at once", self.loads)));
        }
        if keys.is_empty() || keys.len() > self.capabilities.batch_ops_max {
            complaints.push((Broken::Contract, None, format!("a load of {} keys", keys.len())));
        }
        complaints
    }

    /// A load is answered.
    pub(crate) fn loaded(&mut self) {
        self.loads -= 1;
    }

    /// Whether anything is under way.
    pub(crate) fn is_quiet(&self) -> bool {
        self.applies == 0 && self.loads == 0
    }
}
