//! Writing if the key is as it is to be.

use std::sync::Arc;

use forebay_store::{Done, ErrorKind, Key, Op, Result, Value};

use crate::engine::pressure::Account;
use crate::engine::shared::Shared;
use crate::engine::trampoline;
use crate::write::{Change, Modified, Stamp, Write};

impl<K: Key, V: Value> Shared<K, V> {
    /// Puts `value` if what is there `is_met`, and says what was there. Where the store honours conditions it sees to
    /// it, too, if it `has_guard`, that a key which was absent is absent, and one that was present is present.
    pub(crate) fn put_if<F>(
        self: &Arc<Self>,
        key: K,
        value: V,
        is_met: F,
        (write, account): (Write, Account),
        has_guard: bool,
    ) -> Op<Modified<Option<V>>>
    where
        F: Fn(Option<&V>, Stamp) -> bool + Send + Sync + 'static,
    {
        // To the store, what is over by itself may be there.
        let is_guarded = has_guard
            && self.capabilities.conditional
            && self.parts.reading.expire.is_none()
            && write.behind().is_none();
        let is_met = Arc::new(is_met);
        let again = is_guarded.then(|| (Arc::clone(self), key.clone(), Arc::clone(&is_met)));
        let put = move |held: Option<&V>, stamp| {
            let change =
                if is_met(held, stamp) { Change::Put(value.clone()) } else { Change::Keep };
            (change, held.cloned())
        };
        let modified = self.modify_guarded(key, put, (write, account), is_guarded);
        let Some((shared, key, is_met)) = again else { return modified };
        let (done, op) = Op::pending();
        modified.forward(Done::call(move |answer: Result<Modified<Option<V>>>| {
            trampoline::run(move || match answer {
                // Perhaps somebody else has written it in the store.
                Err(error) if error.kind() == ErrorKind::Refused => {
                    shared.invalidate(&key);
                    let look = move |held: Option<&V>, stamp| {
                        (Change::Keep, (is_met(held, stamp), held.cloned()))
                    };
                    let seen = shared.modify(key, look, write, account);
                    seen.forward(Done::mapped(done, |seen| match seen {
                        Ok(Modified { result: (false, result), .. }) => {
                            Ok(Modified { result, receipt: None })
                        }
                        Ok(_) | Err(_) => Err(error),
                    }));
                }
                answer => done.complete(answer),
            });
        }));
        op
    }
}
