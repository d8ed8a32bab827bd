//! Counted references to a value, and the showcase in which others find it.
//!
//! A value stands on the heap beside its count. These facts make what is done with it sound:
//!
//! 1. **The count is what there is**: at each moment it is the number of all [`Counted`] of the value, and
//!    of all references that showcases have set aside for it. Both are counted before they are there, and
//!    counted down when they are gone; moving one from the one to the other changes no count. So a value
//!    is there as long as anybody has a reference.
//! 2. **A word is owned.** The word of a showcase that is not 0 says where a value is and how many of its
//!    `SET_ASIDE` references were taken; the showcase owns the rest, which is one at least, because the
//!    last one is never taken. Only a successful swap or compare-and-exchange moves references out of a
//!    word, and what it moves is what it finds there in that instant: so it does not matter whether the
//!    word was another one meanwhile, and nobody follows a word's address before that.
//! 3. **Who counts down to 0 is alone.** All others counted down before, with `Release`, and he reads the
//!    count with `Acquire` after that: all that they did with the value has happened before he takes it.
//!    It comes to 0 once, so a value is freed once.
//! 4. **Who has the only reference may change it.** A count of 1, read with `Acquire`, is his own, so no
//!    showcase has any, and a further one is made from his own only, which is borrowed.
//! 5. **What is shown is seen whole**: it is shown with `Release` and taken with `Acquire`, and everything
//!    that changes a word between is a read and a write in one.
//! 6. **An address is a pointer again.** Its provenance is exposed when it is shown, and while a word owns
//!    references the value at its address is the one that was shown.
//! 7. **What is shown lives as long as the showcase may show it**: a value comes in by a shared reference, as into a
//!    cell, so a showcase of values that live long is not one of values that live shorter. Its type says so:
//!    it is invariant, as a `Mutex` is.
//! 8. **The count does not come round**: before it has half of what a `u64` holds the process is ended, as
//!    with an `Arc`.

use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::process::abort;
use std::ptr::{self, NonNull};

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicU64, Ordering};

/// A value that many have, each by a reference that is counted, as with an `Arc`.
pub struct Counted<V> {
    shared: NonNull<Shared<V>>,
    owns: PhantomData<Shared<V>>,
}

struct Shared<V> {
    count: AtomicU64,
    value: V,
}

impl<V> Counted<V> {
    const COUNT_MAX: u64 = u64::MAX / 2;

    /// The first reference to a value.
    pub fn new(value: V) -> Self {
        let shared = Box::leak(Box::new(Shared { count: AtomicU64::new(1), value }));
        Self { shared: NonNull::from(shared), owns: PhantomData }
    }

    /// How many references there are. It is exact as long as nobody makes or drops one.
    pub fn count(this: &Self) -> u64 {
        this.shared().count.load(Ordering::Acquire)
    }

    /// Whether both are of one value.
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        this.shared == other.shared
    }

    /// The value to be changed, if nobody else has it and it is not shown.
    pub fn get_mut(this: &mut Self) -> Option<&mut V> {
        if Self::count(this) != 1 {
            return None;
        }
        // SAFETY: this is the only reference (4), and it is borrowed for as long as the result.
        #[expect(unsafe_code, reason = "the facts at the head of the file")]
        let shared = unsafe { this.shared.as_mut() };
        Some(&mut shared.value)
    }

    /// Lets go of it, and takes the value if nobody else has it: of all who let go at once, one does.
    #[inline]
    pub fn into_inner(this: Self) -> Option<V> {
        let this = ManuallyDrop::new(this);
        // SAFETY: this reference is not used again.
        #[expect(unsafe_code, reason = "the facts at the head of the file")]
        let last = unsafe { give_back(this.shared, 1) };
        last.map(|shared| shared.value)
    }

    #[inline]
    fn shared(&self) -> &Shared<V> {
        // SAFETY: there is a reference, so the value is there (1), and nobody changes it (4).
        #[expect(unsafe_code, reason = "the facts at the head of the file")]
        unsafe {
            self.shared.as_ref()
        }
    }

    /// Counts `more` references, which are there from now on.
    fn add(&self, more: u64) {
        if self.shared().count.fetch_add(more, Ordering::Relaxed) > Self::COUNT_MAX {
            abort();
        }
    }
}

/// Counts references down, and gives what was shared if they were the last.
///
/// # Safety
///
/// The caller owns so many references to it, and has none of them after this.
#[inline]
#[expect(unsafe_code, reason = "the facts at the head of the file")]
unsafe fn give_back<V>(shared: NonNull<Shared<V>>, many: u64) -> Option<Box<Shared<V>>> {
    // SAFETY: the caller has a reference, so it is there (1); after this line nobody may look at it.
    let before = unsafe { &(*shared.as_ptr()).count }.fetch_sub(many, Ordering::Release);
    if before != many {
        return None;
    }
    // SAFETY: it came to 0 by this, so it is there until it is freed here (3).
    let _ = unsafe { &(*shared.as_ptr()).count }.load(Ordering::Acquire);
    // SAFETY: it was a box (`Counted::new`), and nobody has a reference any more (3).
    Some(unsafe { Box::from_raw(shared.as_ptr()) })
}

/// A place where others find a value without a lock.
///
/// Showing and covering may go on beside looking, and beside each other. After [`cover`](Self::cover) no
/// look is given until something is shown again; then [`Counted::count`] says who has the value.
///
/// What is shown has to live as long as everything that may be shown:
///
/// ```compile_fail
/// use forebay_counted::{Counted, Showcase};
///
/// fn show<'a>(showcase: &Showcase<&'a str>, text: &'a str) {
///     showcase.show(&Counted::new(text));
/// }
///
/// let showcase: Showcase<&'static str> = Showcase::new();
/// {
///     let short = String::from("short");
///     show(&showcase, &short);
/// }
/// showcase.look();
/// ```
pub struct Showcase<V> {
    /// The address of what is shown, and in the lower bits how many references were taken. 0: nothing.
    word: AtomicU64,
    /// As a mutex of it: see (7).
    owns: PhantomData<Mutex<Counted<V>>>,
}

/// The lower bits of a word. An address has 48 bits; what lies beyond is not shown.
const TAKEN_BITS: u32 = 16;
const TAKEN_MAX: u64 = SET_ASIDE - 1;
const SET_ASIDE: u64 = 1 << TAKEN_BITS;

impl<V> Showcase<V> {
    /// It shows nothing.
    pub fn new() -> Self {
        Self { word: AtomicU64::new(0), owns: PhantomData }
    }

    /// What is shown. `None` also if so many have looked since it was shown (65,535) that it has to be
    /// shown again.
    #[inline]
    pub fn look(&self) -> Option<Counted<V>> {
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            if word == 0 || word & TAKEN_MAX == TAKEN_MAX {
                return None;
            }
            let taken = self.word.compare_exchange_weak(
                word,
                word + 1,
                Ordering::Acquire,
                Ordering::Relaxed,
            );
            match taken {
                Ok(_) => break,
                Err(now) => word = now,
            }
        }
        // One of the references of the word is this one now (2).
        Some(Counted { shared: Self::shared(word)?, owns: PhantomData })
    }

    /// Shows it from now on, instead of what was shown before.
    pub fn show(&self, value: &Counted<V>) {
        let address = value.shared.as_ptr().expose_provenance() as u64;
        if address > u64::MAX >> TAKEN_BITS {
            self.cover();
            return;
        }
        value.add(SET_ASIDE);
        self.replace(address << TAKEN_BITS);
    }

    /// Shows nothing from now on. Says how many have looked since it was shown.
    pub fn cover(&self) -> u64 {
        if self.word.load(Ordering::Relaxed) == 0 { 0 } else { self.replace(0) }
    }

    fn replace(&self, word: u64) -> u64 {
        let before = self.word.swap(word, Ordering::AcqRel);
        let taken = before & TAKEN_MAX;
        if let Some(shared) = Self::shared(before) {
            // SAFETY: what was not taken of its references was the word's (2), which is not there any more.
            #[expect(unsafe_code, reason = "the facts at the head of the file")]
            let last = unsafe { give_back(shared, SET_ASIDE - taken) };
            drop(last);
        }
        taken
    }

    #[inline]
    fn shared(word: u64) -> Option<NonNull<Shared<V>>> {
        let address = usize::try_from(word >> TAKEN_BITS).ok()?;
        NonNull::new(ptr::with_exposed_provenance_mut(address))
    }
}

impl<V> Deref for Counted<V> {
    type Target = V;

    #[inline]
    fn deref(&self) -> &V {
        &self.shared().value
    }
}

impl<V> Clone for Counted<V> {
    fn clone(&self) -> Self {
        self.add(1);
        Self { shared: self.shared, owns: PhantomData }
    }
}

impl<V> Drop for Counted<V> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: this reference is not used again.
        #[expect(unsafe_code, reason = "the facts at the head of the file")]
        let last = unsafe { give_back(self.shared, 1) };
        drop(last);
    }
}

impl<V> Drop for Showcase<V> {
    fn drop(&mut self) {
        self.cover();
    }
}

impl<V> Default for Showcase<V> {
    fn default() -> Self {
        Self::new()
    }
}

// SAFETY: whoever has a reference may look at the value, and the last one takes it, on any thread: so it has to
// be fit for both, and nothing else is shared but the count.
#[expect(unsafe_code, reason = "the facts at the head of the file")]
unsafe impl<V: Send + Sync> Send for Counted<V> {}
// SAFETY: a reference to this one is as good as one of one's own, by `clone`.
#[expect(unsafe_code, reason = "the facts at the head of the file")]
unsafe impl<V: Send + Sync> Sync for Counted<V> {}
impl<V> Unpin for Counted<V> {}

impl<V: fmt::Debug> fmt::Debug for Counted<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<V> fmt::Debug for Showcase<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Showcase")
    }
}
