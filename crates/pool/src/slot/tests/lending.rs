//! Who wants to change a value that others have to do with.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{ErrorKind, Op, Result};

use super::{object, pool, stored};
use crate::budget::{Purpose, is_foreign};
use crate::codec::{BlobCodec, Sink, Source};
use crate::fault::{Call, Scripted};
use crate::handle::Handle;
use crate::object::Object;
use crate::slot::{Lent, Swap};

/// Asks for the value while it is being written, and does `then`.
fn asked_while_written(
    handle: &Handle<Vec<u8>>,
    medium: &Scripted,
    then: impl Fn() + Send + Sync + 'static,
) -> Op<Lent<Vec<u8>>> {
    let asked = Arc::new(Mutex::new(None));
    let (slot, kept) = (Arc::downgrade(handle.slot()), Arc::clone(&asked));
    medium.during(move |call| {
        let Some(slot) = slot.upgrade().filter(|_| call == Call::Put) else { return };
        let (done, op) = Op::pending();
        slot.step(|desk, effects| desk.lend(done, slot.handles(), effects));
        let was_ready = op.is_ready();
        *kept.lock() = Some((op, was_ready));
        then();
    });
    stored(handle).begin_write(false).unwrap().work.run();
    medium.undisturbed();
    let (op, was_ready) = asked.lock().take().unwrap();
    assert!(!was_ready, "he waits until it is written");
    op
}

#[test]
fn what_is_being_written_is_lent_when_that_has_ended() {
    let (pool, medium) = pool();
    let handle = object(&pool, 1);
    let lent = asked_while_written(&handle, &medium, || ());
    assert_eq!(*lent.wait().unwrap().value(), vec![1; 1000]);
}

#[test]
fn what_is_shared_when_it_is_written_is_not_lent() {
    let (pool, medium) = pool();
    let handle = object(&pool, 1);
    let (weak, shared) = (handle.downgrade(), Arc::new(Mutex::new(None)));
    let other = Arc::clone(&shared);
    let lent = asked_while_written(&handle, &medium, move || *other.lock() = weak.upgrade());
    assert_eq!(lent.wait().err().unwrap().kind(), ErrorKind::Refused);
    assert_eq!(*shared.lock().take().unwrap().get().wait().unwrap(), vec![1; 1000]);
}

#[test]
fn the_end_of_a_load_that_was_cut_off_is_not_that_of_the_next() {
    let (pool, medium) = pool();
    let handle = object(&pool, 1);
    assert!(handle.evict().wait().unwrap());
    let slot = Arc::clone(handle.slot());
    let (done, first) = Op::pending();
    let old = slot.step(|desk, effects| desk.read(done, effects)).unwrap();
    let (waiting, next) = (Mutex::new(Some((handle, first))), Arc::new(Mutex::new(None)));
    let begun = Arc::clone(&next);
    medium.during(move |call| {
        if call != Call::Reading {
            return;
        }
        let Some((mut handle, first)) = waiting.lock().take() else { return };
        drop(first);
        handle.replace(vec![2; 1000]).wait().unwrap();
        assert!(handle.evict().wait().unwrap());
        let (done, second) = Op::pending();
        let load = handle.slot().step(|desk, effects| desk.read(done, effects)).unwrap();
        *begun.lock() = Some((second, load, handle));
    });
    slot.load(old, true);
    medium.undisturbed();
    let (second, load, _handle) = next.lock().take().unwrap();
    assert!(!second.is_ready(), "what was read is the old value");
    slot.load(load, true);
    assert_eq!(*second.wait().unwrap(), vec![2; 1000]);
}

/// Notes whether its end is known to be code of users.
struct Ending(Arc<Mutex<Option<bool>>>);

impl Drop for Ending {
    fn drop(&mut self) {
        *self.0.lock() = Some(is_foreign());
        panic!("as it always does");
    }
}

struct Never;

impl BlobCodec<Ending> for Never {
    fn id(&self) -> u16 {
        1050
    }

    fn name(&self) -> &'static str {
        "never"
    }

    fn encode(&self, _value: &Ending, _out: &mut dyn Sink) -> Result<()> {
        Ok(())
    }

    fn decode(&self, _from: &mut dyn Source, _scrap: Option<Ending>) -> Result<Ending> {
        Ok(Ending(Arc::default()))
    }
}

impl Object for Ending {
    const NAME: &'static str = "ending";
    const CODEC: &'static dyn BlobCodec<Self> = &Never;

    fn heap_bytes(&self) -> usize {
        0
    }
}

#[test]
fn a_value_that_comes_while_another_is_lent_ends_as_code_of_users() {
    let (pool, _) = pool();
    let handle = pool.try_insert(Ending(Arc::default())).unwrap();
    let lent = handle.slot().lend_now().unwrap();
    let room = pool.inner().ledger.take_now(8, Purpose::Resident).unwrap();
    let ended = Arc::default();
    let swap = handle.slot().swap(Ending(Arc::clone(&ended)), room, 8);
    assert!(matches!(swap, Swap::Refused(error) if error.kind() == ErrorKind::Busy));
    assert_eq!(*ended.lock(), Some(true));
    drop(lent);
}
