//! A value that becomes an object.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Drive, Error, Op, Result};

use super::asking::go_on_later;
use super::object_handle::Handle;
use super::offer::{Basket, Offer};
use crate::budget::{Ask, Claim, Press, Purpose, Rank, Room};
use crate::error::Rejected;
use crate::inner::Inner;
use crate::key::Key;
use crate::lanes::Lane;
use crate::object::Object;
use crate::slot::{Slot, foreign, needs_whole, weigh};

/// Offers a value to a pool, which waits for room as it is set to.
pub(crate) fn insert<T: Object>(pool: &Arc<Inner>, value: T) -> Offer<T, Handle<T>> {
    let bytes = match admit(pool, &value) {
        Ok(bytes) => bytes,
        Err(error) => return Offer::rejected(value, error),
    };
    if let Some(room) = pool.ledger.take_now(bytes, Purpose::Resident) {
        return Offer::taken(make(pool, value, room, None));
    }
    let basket: Basket<T> = Arc::new(Mutex::new(Some(value)));
    let (done, op) = Op::pending();
    let done = Mutex::new(Some(done));
    let claim = Arc::new(Insertion {
        pool: Arc::clone(pool),
        basket: Arc::clone(&basket),
        done,
        needs_whole: needs_whole::<T>(),
    });
    pool.ledger.take(Ask {
        bytes,
        purpose: Purpose::Resident,
        rank: Rank::Insert,
        patience: pool.patience(),
        claim: Arc::<Insertion<T>>::clone(&claim),
    });
    if claim.is_answered() {
        press_if_wanted(pool);
    }
    Offer::waiting(op.driven_by(claim), basket)
}

/// Offers a value to a pool that must not wait.
pub(crate) fn try_insert<T: Object>(pool: &Arc<Inner>, value: T) -> Result<Handle<T>, Rejected<T>> {
    let bytes = match admit(pool, &value) {
        Ok(bytes) => bytes,
        Err(error) => return Err(Rejected { given_back: value, error }),
    };
    match pool.ledger.try_take(bytes, Purpose::Resident, Rank::Insert) {
        Ok(room) => Ok(make(pool, value, room, None)),
        Err(error) => {
            pool.dismiss();
            Err(Rejected { given_back: value, error })
        }
    }
}

/// Gives a value to a pool, with the room that it needs.
pub(crate) fn insert_into<T: Object>(
    pool: &Arc<Inner>,
    room: Room,
    value: T,
) -> Result<Handle<T>, Rejected<T>> {
    insert_as(pool, room, None, value)
}

/// The same under a key that it had elsewhere.
pub(crate) fn insert_as<T: Object>(
    pool: &Arc<Inner>,
    mut room: Room,
    key: Option<Key>,
    value: T,
) -> Result<Handle<T>, Rejected<T>> {
    if !Arc::ptr_eq(room.ledger(), &pool.ledger) {
        let error = Error::invalid("a room of another pool");
        return Err(Rejected { given_back: value, error });
    }
    let bytes = match admit(pool, &value) {
        Ok(bytes) => bytes,
        Err(error) => return Err(Rejected { given_back: value, error }),
    };
    room.turn_into(Purpose::Resident);
    let lack = bytes.saturating_sub(room.bytes());
    if lack > 0 {
        // A value is easily a few bytes heavier than its author has reckoned.
        let is_little = lack <= room.bytes() / 64;
        let exceed = || is_little.then(|| pool.ledger.exceed(lack, Purpose::Resident));
        let Some(more) = pool.ledger.take_now(lack, Purpose::Resident).or_else(exceed) else {
            pool.dismiss();
            let error = too_small(bytes, &room);
            return Err(Rejected { given_back: value, error });
        };
        room.join(more);
    }
    room.shrink_to(bytes);
    Ok(make(pool, value, room, key))
}

fn too_small(bytes: u64, room: &Room) -> Error {
    let bytes = forebay_store::ByteSize::bytes(bytes);
    let why = format!("the value weighs {bytes}, and its room has {}", room.size());
    Error::busy(why, std::time::Duration::from_millis(10))
}

/// Counts one more object, and says what it weighs.
fn admit<T: Object>(pool: &Inner, value: &T) -> Result<u64> {
    let bytes = weigh(value)?;
    pool.admit()?;
    Ok(bytes)
}

/// For the one who gives the value, on his thread.
fn make<T: Object>(pool: &Arc<Inner>, value: T, room: Room, key: Option<Key>) -> Handle<T> {
    let handle = Handle::of(Slot::insert_as(pool, value, room, key, needs_whole::<T>()));
    press_if_wanted(pool);
    handle
}

fn press_if_wanted(pool: &Inner) {
    if pool.ledger.wanted() {
        pool.presser.press();
    }
}

/// An insert that asks for room.
struct Insertion<T: Object> {
    pool: Arc<Inner>,
    basket: Basket<T>,
    /// None when it was answered.
    done: Mutex<Option<Done<Handle<T>>>>,
    /// Asked of the codec by who offers the value.
    needs_whole: bool,
}

impl<T: Object> Insertion<T> {
    fn is_answered(&self) -> bool {
        self.done.lock().is_none()
    }
}

impl<T: Object> Claim for Insertion<T> {
    fn is_wanted(&self) -> bool {
        self.done.lock().as_ref().is_some_and(|done| !done.is_abandoned())
    }

    fn answer(self: Arc<Self>, room: Result<Room>) {
        let Some(done) = self.done.lock().take() else { return };
        let handle = room.and_then(|room| {
            // Who has dropped the offer drops the value, too.
            let value = if done.is_abandoned() { None } else { self.basket.lock().take() };
            let value = value.ok_or_else(|| Error::invalid("the offer was dropped"))?;
            Ok(Handle::of(Slot::insert_as(&self.pool, value, room, None, self.needs_whole)))
        });
        if handle.is_err() {
            self.pool.dismiss();
        }
        foreign::caught(|| {
            // The offer was dropped at this moment: its value ends elsewhere.
            if let Err(Ok(handle)) = done.try_complete(handle) {
                go_on_later(&self.pool, move || drop(handle));
            }
        });
        // This may be the thread of anybody who has let go of something.
        if self.pool.ledger.wanted() {
            self.pool.presser.kick();
        }
    }
}

/// Rather than wait for room, who waits writes what is to be evicted.
impl<T: Object> Drive for Insertion<T> {
    fn drive(&self) {
        while self.is_wanted() && self.pool.lanes.help(Lane::Write) {}
    }

    fn start(&self) {}
}

impl<T: Object> Drop for Insertion<T> {
    fn drop(&mut self) {
        let done = self.done.lock().take();
        if done.is_some() {
            self.pool.dismiss();
        }
    }
}
