//! Objects one after the other, read ahead.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use forebay_store::{ByteSize, Drive, Error, Op};

use crate::budget::Purpose;
use crate::handle::{Guard, Handle};
use crate::inner::Inner;
use crate::object::Object;
use crate::slot::Slot;

/// Gives objects one after the other, each once, and reads ahead those that come next.
///
/// What is read ahead is held, and counts: at most as many bytes as [`ahead`](Self::ahead) allows. The scan never waits
/// for them, and while it waits for room for the next object it holds nothing. What it has handed out leaves memory
/// first when memory is short.
pub struct Scan<T: Object> {
    pool: Arc<Inner>,
    left: VecDeque<Handle<T>>,
    /// Those of the first of `left`, with what they take.
    ahead: VecDeque<(Op<Guard<T>>, u64)>,
    ahead_max: u64,
    /// What was handed out last.
    last: Option<Handle<T>>,
}

impl<T: Object> Scan<T> {
    pub(crate) fn of(pool: &Arc<Inner>, handles: Vec<Handle<T>>) -> Self {
        let sixteenth = pool.settings.memory.as_bytes() / 16;
        Self {
            pool: Arc::clone(pool),
            left: handles.into(),
            ahead: VecDeque::new(),
            ahead_max: sixteenth,
            last: None,
        }
    }

    /// How many bytes are read ahead at most. Default: a sixteenth of the pool's memory.
    pub fn ahead(mut self, bytes: ByteSize) -> Self {
        self.ahead_max = bytes.as_bytes();
        self
    }

    /// The next object's value; none after the last. Drop the guard before: it counts while it is held.
    ///
    /// # Errors
    ///
    /// Those of [`Handle::get`]; `Invalid` for an object of another pool. The scan goes on behind it.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation skips this object. A read that has begun is finished.
    #[expect(clippy::should_implement_trait, reason = "it is the asynchronous kind of the same")]
    pub fn next(&mut self) -> Op<Option<Guard<T>>> {
        if let Some(last) = self.last.take() {
            last.slot().used_once();
        }
        let Some(handle) = self.left.pop_front() else { return Op::ready(None) };
        if !self.is_ours(&handle) {
            return Op::failed(Error::invalid("an object of another pool"));
        }
        let ready = self.ahead.pop_front().map(|(next, _)| next);
        let next = ready.or_else(|| self.read_if_room(&handle));
        // Whoever waits for room holds none: nothing is read ahead by then, and nothing is now.
        let is_waiting = next.is_none();
        let next = next.unwrap_or_else(|| handle.get());
        self.last = Some(handle);
        if !is_waiting {
            self.read_ahead();
        }
        next.map(|guard| guard.map(Some))
    }

    /// The value, if it is in memory or there is room for it now.
    fn read_if_room(&self, handle: &Handle<T>) -> Option<Op<Guard<T>>> {
        if let Some(guard) = handle.try_get() {
            return Some(Op::ready(guard));
        }
        let slot = handle.slot();
        let room = self.pool.ledger.take_now(slot.load_bytes(), Purpose::Loading)?;
        let (done, op) = Op::pending();
        slot.get_with(room, done).ok()?;
        Some(op.driven_by(Arc::new(Helping(Arc::clone(slot)))))
    }

    fn is_ours(&self, handle: &Handle<T>) -> bool {
        Arc::ptr_eq(&handle.slot().pool, &self.pool)
    }

    fn read_ahead(&mut self) {
        let mut held: u64 = self.ahead.iter().map(|(_, bytes)| bytes).sum();
        while let Some(handle) = self.left.get(self.ahead.len()) {
            if !self.is_ours(handle) {
                return;
            }
            held += handle.slot().load_bytes();
            if held > self.ahead_max {
                return;
            }
            let Some(op) = self.read_if_room(handle) else { return };
            self.ahead.push_back((op, handle.slot().load_bytes()));
        }
    }
}

/// Who waits for what is read ahead works the queue off.
struct Helping<T: Object>(Arc<Slot<T>>);

impl<T: Object> Drive for Helping<T> {
    fn drive(&self) {
        self.0.help_load();
    }

    fn start(&self) {}
}

impl<T: Object> fmt::Debug for Scan<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan")
            .field("left", &self.left.len())
            .field("ahead", &self.ahead.len())
            .finish_non_exhaustive()
    }
}
