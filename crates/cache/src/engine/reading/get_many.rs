//! Getting many keys at once: what memory does not have is asked of the store together.

use std::sync::Arc;

use forebay_store::{Key, Op, Value};

use crate::engine::cells::Missed;
use crate::engine::join::join;
use crate::engine::shared::Shared;
use crate::engine::trampoline::caught;
use crate::get::Get;

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn get_many(self: &Arc<Self>, keys: &[K], get: Get) -> Op<Vec<Option<V>>> {
        let mut asking = Asking { shared: self, get, asked: 0, is_new: false };
        let gets: Vec<_> = keys.iter().map(|key| asking.get(key)).collect();
        drop(asking);
        let (done, op) = Op::pending();
        join(gets, move |values| done.complete(values.into_iter().collect()));
        op
    }

    /// Loads these keys together for who has their turns, as what he computes from.
    pub(in crate::engine) fn load_bases(
        self: &Arc<Self>,
        keys: Vec<(usize, u64, K)>,
    ) -> Vec<Op<Option<V>>> {
        let mut asking = Asking { shared: self, get: Get::default(), asked: 0, is_new: false };
        let load = |(n, hash, key): (usize, u64, K)| {
            self.step(n, |shard, _| {
                if let Some(at) = shard.find(hash, &key) {
                    shard.ask_basis(at);
                }
            });
            asking.ask(n, hash, key)
        };
        keys.into_iter().map(load).collect()
    }
}

/// Loads that are asked for one by one and sent together. It sends when it is dropped, so that nobody who
/// shares one of them waits in vain if the code of a key panics before the last.
struct Asking<'a, K: Key, V: Value> {
    shared: &'a Arc<Shared<K, V>>,
    get: Get,
    /// Misses since the last sending. Those who only share a load wait, too.
    asked: usize,
    /// Whether one of them is to be sent.
    is_new: bool,
}

impl<K: Key, V: Value> Asking<'_, K, V> {
    fn get(&mut self, key: &K) -> Op<Option<V>> {
        match self.shared.get_here(key) {
            Ok(op) => op,
            Err(Missed { hash, .. }) => self.ask(self.shared.place(hash), hash, key.clone()),
        }
    }

    fn ask(&mut self, n: usize, hash: u64, key: K) -> Op<Option<V>> {
        let (done, op) = Op::pending();
        self.is_new |= self.shared.ask(n, hash, key, done, self.get);
        self.asked += 1;
        if self.asked >= self.shared.loads.together_max() {
            self.send();
        }
        op
    }

    fn send(&mut self) {
        self.asked = 0;
        if std::mem::take(&mut self.is_new) {
            self.shared.send_gathered();
        }
    }
}

impl<K: Key, V: Value> Drop for Asking<'_, K, V> {
    fn drop(&mut self) {
        // Perhaps while a panic unwinds, which another one must not meet.
        caught(|| self.send());
    }
}
