//! Writing behind in the place of nothing that is unstored, so that the store gets each state of a key.
//!
//! Such a write is a modification that looks at nothing: what is not stored yet it waits for in the key's line, and the
//! flusher sends that without waiting for company. While it waits others may still write behind, and it
//! waits for those as well.

use std::sync::Arc;

use forebay_store::{Done, Error, ErrorKind, Key, Op, Result, Value};

use super::held_turn::HeldTurn;
use super::modify::Job;
use crate::engine::pressure::Account;
use crate::engine::shared::Shared;
use crate::engine::trampoline;
use crate::receipt::Receipt;
use crate::table::Held;
use crate::write::{Change, Stamp, Write};

impl<K: Key, V: Value> Shared<K, V> {
    pub(in crate::engine) fn write_uncoalesced(
        self: &Arc<Self>,
        key: K,
        held: Held<V>,
        write: Write,
        account: Account,
    ) -> Op<Receipt> {
        // It runs again if what is there changes meanwhile.
        let change = move |_: Option<&V>, _: Stamp| match &held {
            Held::Value(value) => (Change::Put(value.clone()), ()),
            Held::Tombstone | Held::Absent | Held::Nothing => (Change::Delete, ()),
        };
        self.modify_blind(key, change, (write, account)).map(|written| {
            let unwritten = || Error::unknown("a write was answered without a receipt");
            written?.receipt.ok_or_else(unwritten)
        })
    }

    /// It is this job's turn, and the store does not have all that came before.
    pub(in crate::engine) fn wait_for_store<F, R>(self: &Arc<Self>, mut job: Job<K, V, F, R>)
    where
        F: FnMut(Option<&V>, Stamp) -> (Change<V>, R) + Send + 'static,
        R: Send + 'static,
    {
        // Nobody waits with room that others wait for.
        job.permit = None;
        // As a write through: who is not to be stored for long is told so at once.
        if let Err(error) = self.may_wait_for_store(job.n) {
            return job.end(Err(error));
        }
        job.runs += 1;
        let (n, at) = (job.n, job.turn.as_ref().map(HeldTurn::at));
        let shared = Arc::clone(self);
        let waiter = Done::call(move |stored: Result<()>| {
            trampoline::run(move || match stored {
                Err(error) if error.kind() == ErrorKind::Closed => job.end(Err(error)),
                // What was refused is in quarantine: that is as far as it comes. A journal that has failed is found again.
                Ok(()) | Err(_) => shared.take_turn(job),
            });
        });
        self.step(n, |shard, effects| {
            let unstored = at.and_then(|at| Some((at, shard.unstored_version(at)?)));
            match unstored {
                Some((at, version)) => shard.wait_stored(at, version, waiter, effects),
                None => effects.answer(waiter, Ok(())),
            }
        });
    }

    fn may_wait_for_store(&self, n: usize) -> Result<()> {
        self.cells[n].lock.look().check_open()?;
        self.refuse_without_journal()?;
        self.refuse_while_paused()?;
        self.refuse_in_drill(Write::Through)
    }
}
