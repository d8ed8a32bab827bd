//! A modification that has its turn, and no room for what it has computed.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Key, Result, Value};

use super::modify::Job;
use crate::engine::pressure::{Permit, Room};
use crate::engine::shared::Shared;
use crate::engine::trampoline;
use crate::table::Accept;
use crate::write::{Change, Stamp};

impl<K: Key, V: Value> Shared<K, V> {
    /// Computes it again when there is room. Only the need is kept meanwhile: how many wait is bounded, and
    /// what each has computed may be large.
    pub(in crate::engine) fn modify_when_room<F, R>(
        self: &Arc<Self>,
        mut job: Job<K, V, F, R>,
        need: Room,
    ) where
        F: FnMut(Option<&V>, Stamp) -> (Change<V>, R) + Send + 'static,
        R: Send + 'static,
    {
        let mut asker = self.wait_from_now(&mut job.asker);
        asker.spot = Some(self.spot(job.hash));
        let shared = Arc::clone(self);
        let waiter = waiter_of(job, move |mut job, room: Result<Arc<Permit<K, V>>>| match room {
            Ok(permit) => {
                job.permit = Some(permit);
                shared.take_turn(job);
            }
            Err(error) => job.end(Err(error)),
        });
        let permit = Permit::new(self);
        self.room_or_busy(need, asker, waiter, move |waiter, room| {
            permit.add(room, asker.account);
            waiter.complete(Ok(permit));
        });
    }

    /// Computes it again when there is room in the journal.
    pub(in crate::engine) fn modify_when_journal<F, R>(
        self: &Arc<Self>,
        mut job: Job<K, V, F, R>,
        accept: &Accept<K, V>,
    ) where
        F: FnMut(Option<&V>, Stamp) -> (Change<V>, R) + Send + 'static,
        R: Send + 'static,
    {
        let asker = self.wait_from_now(&mut job.asker);
        let shared = Arc::clone(self);
        let length = self.length_in_journal(accept.frame.as_deref());
        let waiter = waiter_of(job, move |job, room: Result<()>| match room {
            Ok(()) => shared.take_turn(job),
            Err(error) => job.end(Err(error)),
        });
        self.journal_room_or_busy(length, asker, waiter, |waiter| waiter.complete(Ok(())));
    }
}

/// The end of a wait for room. A job whose caller has gone by then is not accepted: it goes on with an error, so that
/// its turn ends.
fn waiter_of<K: Key, V: Value, F, R, T>(
    job: Job<K, V, F, R>,
    go: impl FnOnce(Job<K, V, F, R>, Result<T>) + Send + 'static,
) -> Done<T>
where
    F: Send + 'static,
    R: Send + 'static,
    T: Send + 'static,
{
    let job = Arc::new(Mutex::new(Some(job)));
    let seen = Arc::clone(&job);
    Done::part(
        move |room| {
            let taken = job.lock().take();
            if let Some(job) = taken {
                trampoline::run(move || go(job, room));
            }
        },
        move || seen.lock().as_ref().is_none_or(|job| job.done.is_abandoned()),
    )
}
