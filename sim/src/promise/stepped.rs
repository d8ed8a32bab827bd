//! A store that is fast, slow and away as a plan says.

use std::fmt;
use std::sync::Arc;

use forebay_store::seam::Clock;
use forebay_store::sync::Mutex;
use forebay_store::{BackingStore, Batch, Capabilities, Done, Error, Moment, Outcome};

use super::ledger::Ledger;
use super::plan::PromisePlan;
use crate::value::Name;
use crate::world::World;

#[derive(Clone)]
pub(super) struct Stepped {
    pub(super) world: Arc<World>,
    pub(super) plan: Arc<PromisePlan>,
    pub(super) ledger: Arc<Mutex<Ledger>>,
    pub(super) calls: Arc<Mutex<Vec<Moment>>>,
}

impl BackingStore<Name, u64> for Stepped {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.concurrency = self.plan.concurrency;
        capabilities.batch_ops_max = self.plan.batch_max;
        capabilities
    }

    fn load(&self, keys: Arc<[Name]>, done: Done<Vec<Option<u64>>>) {
        done.complete(Ok(vec![None; keys.len()]));
    }

    fn apply(&self, batch: Arc<Batch<Name, u64>>, done: Done<Vec<Outcome>>) {
        let now = self.world.now();
        self.calls.lock().push(now);
        {
            let mut ledger = self.ledger.lock();
            ledger.look(now);
            batch.ops.iter().for_each(|op| ledger.took_off(op.key));
        }
        let spell = self.plan.at(now);
        let writes = u32::try_from(batch.ops.len()).unwrap_or(u32::MAX);
        let store = self.clone();
        let answer = move || {
            let outcome = |key: Name| match key {
                _ if spell.is_down => Outcome::Retry(Error::unavailable("away")),
                0 if store.plan.is_sick => Outcome::Retry(Error::unavailable("sick")),
                _ => Outcome::Stored,
            };
            let outcomes: Vec<_> = batch.ops.iter().map(|op| outcome(op.key)).collect();
            {
                let mut ledger = store.ledger.lock();
                ledger.look(store.world.now());
                for (op, outcome) in batch.ops.iter().zip(&outcomes) {
                    ledger.landed(op.key, outcome.is_stored());
                }
            }
            done.complete(Ok(outcomes));
        };
        self.world.after(spell.fixed + spell.each * writes, Box::new(answer));
    }
}

impl fmt::Debug for Stepped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stepped").field("plan", &self.plan).finish_non_exhaustive()
    }
}
