//! The lock, and what a thread has of it while it reads or writes.
//!
//! The number of readers without a seat is in the lowest bits of the lock's word, and `n` below.
//!
//! | word | means | a reader | a writer |
//! |---|---|---|---|
//! | `COUNTED` | free | makes it 1 more | makes it `HELD` |
//! | `COUNTED` and `n` | read | makes it 1 more | adds `WANTED`, waits |
//! | 0 | biased: free, or read from seats | takes its seat, or makes it 1 | makes it `HELD`, waits for the seats |
//! | `n` | biased: read | takes its seat, or makes it `n + 1` | adds `WANTED`, waits |
//! | `WANTED` and any but `HELD` | as without, and a writer waits | waits | as without |
//! | `HELD` | written | waits | waits |
//!
//! A writer that has the lock makes the word `COUNTED` when it is done, and with it a `WANTED` goes; a writer that waits adds it
//! again. A reader that counts itself takes `COUNTED` away when so many have done so since the last write that looking at all
//! seats costs little for each of them. A reader looks at the word twice for its seat, so what it asks for is one comparison:
//! whether nothing but a number is in it.
//!
//! These facts make it sound:
//!
//! 1. **A reader that is counted reads beside readers only.** It makes the word one more from a word without `HELD`, in one
//!    instant. No writer makes a word `HELD` that counts readers, so none writes before this one has counted down.
//! 2. **A writer that holds the word is the only one, and no reader is counted.** It made the word `HELD` from one without
//!    `HELD` and without readers, in one instant; while the word is `HELD` no other thread changes it.
//! 3. **A reader in a seat reads, or leaves, before a writer goes on.** The reader takes its seat, then looks whether the word is
//!    still biased. The writer makes that word `HELD`, then looks at the seats. Between the reader's two is a light barrier, and
//!    between the writer's a heavy one (`barrier.rs`, which says what stands in its place where the system takes it back), so they
//!    do not both miss what the other wrote. If the writer does not find that the reader has taken the seat, the reader finds
//!    `HELD`, or the `COUNTED` of a writer that was done, and it leaves the seat and reads nothing unless the lock was biased again
//!    after that. If not, the writer finds the seat taken, and waits until it is left; or it finds what was written after the
//!    reader had left, by the reader itself or by one that has acquired that, and acquires it.
//! 4. **Beside a word that is `HELD` from one with `COUNTED` no reader in a seat reads.** The writer that made it `HELD` from a
//!    biased one has waited for all of them (3), and a reader that has taken a seat since then leaves it without reading.
//! 5. **A seat is one reader's.** A thread takes the seat of the number that it has leased, which no other thread has meanwhile
//!    (`lease.rs`), and only when it is free. Only the reader that took it leaves it, on the same thread. If that is after the
//!    thread's lease, because what holds the reader is dropped late, the next thread with the number finds the seat taken until it
//!    is left. Where barriers are not light, threads may share a number, and a seat is taken in one instant.
//! 6. **The seats of a lock are always the same.** A reader takes one of them or none, and all of its writers look at all.
//! 7. **A read sees what was written before.** A lock is given back with `Release`. A thread gets it with `Acquire` or more: from
//!    the word, from a seat that is left, or from a biased word, which since the `COUNTED` of a writer was only read and written
//!    in one.
//! 8. **The count does not come round.** Half of it is more than there can be threads; a thread that forgets what it has of a
//!    lock, again and again, waits for ever in the end. So does a writer of a lock of which a seat was forgotten, or of one that
//!    was made in its place: that is no harm to what the lock guards.
//! 9. **A lock turns biased only where its writers have the barrier that they need.** Where readers take light barriers, and the
//!    system has granted no heavy ones, all readers of all locks are counted.
//!
//! Miri and the schedule explorer look at this file with full barriers; what the light and the heavy one promise together has a
//! test of its own in `barrier.rs`.

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr;

use forebay_store::sync::atomic::{AtomicU32, Ordering};

use crate::barrier;
use crate::patience::Patience;
use crate::seats::{Seat, Seats};

const HELD: u32 = 1 << 31;
const WANTED: u32 = 1 << 30;
/// All readers count themselves.
const COUNTED: u32 = 1 << 29;
const READERS: u32 = COUNTED - 1;
/// More readers than there can be threads (8).
const FULL: u32 = 1 << 28;
/// What keeps a reader from counting itself.
const SHUT: u32 = HELD | WANTED | FULL;

/// So many readers count themselves without a write in between before they take seats. A look at all seats costs a
/// writer a microsecond, and the barrier before it some.
const CALM: u32 = if cfg!(any(shuttle, miri)) { 1 } else { 2_000 };

/// A readers-writer lock that does not poison.
///
/// A thread that asks for it while it has it may wait for ever. Readers do not wait for each other. A writer that waits keeps readers
/// out that come later, until another writer is done. There is no line: a thread that waits looks again and again, and each of its
/// looks may come in vain.
#[repr(C)]
pub struct Biased<T> {
    word: AtomicU32,
    /// How many have counted themselves since the last write, more or less.
    calm: AtomicU32,
    seats: Seats,
    value: UnsafeCell<T>,
}

/// Reads what a lock guards, until it is dropped.
#[must_use = "the lock is given back when it is dropped"]
pub struct Reading<'a, T> {
    lock: &'a Biased<T>,
    seat: Option<&'a Seat>,
    /// As with the standard library's: it stays on its thread.
    _stays: PhantomData<*const ()>,
}

/// Reads and writes what a lock guards, until it is dropped.
#[must_use = "the lock is given back when it is dropped"]
pub struct Writing<'a, T> {
    lock: &'a Biased<T>,
    _stays: PhantomData<*const ()>,
}

impl<T> Biased<T> {
    /// A lock around `value`, whose readers may take these seats.
    pub fn new(value: T, seats: &Seats) -> Self {
        let (word, calm) = (AtomicU32::new(COUNTED), AtomicU32::new(0));
        Self { word, calm, seats: seats.clone(), value: UnsafeCell::new(value) }
    }

    /// Locks it for reading from this thread's seat among its seats, if it is free and that is as good as
    /// [`read`](Self::read). Else the caller is to read without. A thread has a seat once it has [asked for a
    /// number](crate::lease).
    ///
    /// The caller brings the seats, because the lock's own are as far away as the lock: a processor that has to find the
    /// lock before it knows where the seat is begins nothing beyond it meanwhile.
    #[inline]
    #[must_use = "the lock is given back when it is dropped"]
    pub fn read_seated<'a>(&'a self, seats: &'a Seats) -> Option<Reading<'a, T>> {
        let seat = self.sit(seats)?;
        Some(Reading { lock: self, seat: Some(seat), _stays: PhantomData })
    }

    /// Locks it for reading.
    #[inline]
    pub fn read(&self) -> Reading<'_, T> {
        if !self.count_in() {
            self.count_in_late();
        }
        Reading { lock: self, seat: None, _stays: PhantomData }
    }

    /// Locks it for writing.
    #[inline]
    pub fn write(&self) -> Writing<'_, T> {
        if !self.hold(COUNTED) {
            self.hold_late();
        }
        // Not for each write: its line is the word's, which is here anyway.
        if self.calm.load(Ordering::Relaxed) != 0 {
            self.calm.store(0, Ordering::Relaxed);
        }
        Writing { lock: self, _stays: PhantomData }
    }

    #[inline]
    fn sit<'a>(&'a self, seats: &'a Seats) -> Option<&'a Seat> {
        // From other seats it would be read beside a writer (6).
        if self.word.load(Ordering::Relaxed) >= COUNTED || !seats.are(&self.seats) {
            return None;
        }
        let seat = seats.take(self.address())?;
        if self.word.load(Ordering::Acquire) < COUNTED {
            return Some(seat);
        }
        seat.leave();
        None
    }

    fn address(&self) -> usize {
        ptr::from_ref(self).addr()
    }

    #[inline]
    fn count_in(&self) -> bool {
        let word = self.word.load(Ordering::Relaxed);
        word & SHUT == 0 && self.count_in_from(word).is_ok()
    }

    /// Counts a reader in if the word is still this one. `Err` has what it is instead.
    #[inline]
    fn count_in_from(&self, word: u32) -> Result<u32, u32> {
        let (success, failure) = (Ordering::AcqRel, Ordering::Relaxed);
        let counted = self.word.compare_exchange(word, word + 1, success, failure);
        if counted.is_ok() && word & COUNTED != 0 {
            // Counts that are lost, or that come after a write, change only when it pays.
            let calm = self.calm.load(Ordering::Relaxed) + 1;
            if calm <= CALM { self.calm.store(calm, Ordering::Relaxed) } else { self.turn_biased() }
        }
        counted
    }

    /// Readers need not be counted from now on, if there may be one more such lock; else they are to ask again after as many
    /// reads. The caller is counted, so nobody writes. What another that asks at the same time is granted is lost.
    #[cold]
    fn turn_biased(&self) {
        self.calm.store(0, Ordering::Relaxed);
        if barrier::may_be_needed() {
            self.word.fetch_and(!COUNTED, Ordering::AcqRel);
        }
    }

    #[cold]
    fn count_in_late(&self) {
        let mut patience = Patience::default();
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            // Another reader has come or gone meanwhile: that is nothing to wait for.
            while word & SHUT == 0 {
                match self.count_in_from(word) {
                    Ok(_) => return,
                    Err(now) => word = now,
                }
            }
            patience.wait();
            word = self.word.load(Ordering::Relaxed);
        }
    }

    /// Holds the lock if its word is still this one, which has neither readers nor `HELD`.
    #[inline]
    fn hold(&self, word: u32) -> bool {
        self.word.compare_exchange(word, HELD, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    #[cold]
    fn hold_late(&self) {
        let mut patience = Patience::ahead();
        loop {
            let word = self.word.load(Ordering::Relaxed);
            if word & (HELD | READERS) == 0 {
                if self.hold(word) {
                    if word & COUNTED == 0 {
                        self.seats.await_leaving(self.address());
                    }
                    return;
                }
            } else if word & (HELD | WANTED) == 0 {
                let order = Ordering::Relaxed;
                let _ = self.word.compare_exchange(word, word | WANTED, order, order);
            }
            patience.wait();
        }
    }
}

impl<T> Deref for Reading<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: nobody writes while this reads (1, 3, 4).
        #[expect(unsafe_code, reason = "the facts at the head of the file")]
        unsafe {
            &*self.lock.value.get()
        }
    }
}

impl<T> Deref for Writing<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this is the only one that reads or writes (2, 3, 4).
        #[expect(unsafe_code, reason = "the facts at the head of the file")]
        unsafe {
            &*self.lock.value.get()
        }
    }
}

impl<T> DerefMut for Writing<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this is the only one that reads or writes (2, 3, 4), and it is borrowed for as long as the result.
        #[expect(unsafe_code, reason = "the facts at the head of the file")]
        unsafe {
            &mut *self.lock.value.get()
        }
    }
}

impl<T> Drop for Reading<'_, T> {
    #[inline]
    fn drop(&mut self) {
        match self.seat {
            Some(seat) => seat.leave(),
            None => {
                self.lock.word.fetch_sub(1, Ordering::Release);
            }
        }
    }
}

impl<T> Drop for Writing<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Nobody else changes it while it is held (2), so nothing is lost.
        self.lock.word.store(COUNTED, Ordering::Release);
    }
}

// SAFETY: whoever has the lock reads what it guards on any thread, several at once (1, 3), or writes it, or moves it
// out of it, alone (2): so it has to be fit for both.
#[expect(unsafe_code, reason = "the facts at the head of the file")]
unsafe impl<T: Send + Sync> Sync for Biased<T> {}

/// It does not wait, because the thread that shows a lock may have it.
impl<T: fmt::Debug> fmt::Debug for Biased<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.count_in() {
            return f.write_str("Biased(<locked>)");
        }
        let read = Reading { lock: self, seat: None, _stays: PhantomData };
        f.debug_tuple("Biased").field(&*read).finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for Reading<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for Writing<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
