//! Counted references to a value, and the showcase in which others find it.
//!
//! A value stands on the heap beside its count. These facts make what is done with it sound:
//!
//! 1. **The count is what there is**: at each moment it is the number of all [`Counted`] of the value, and
//!    of all references that showcases have set aside for it. Both are counted before they are there, and
//!    counted down when they are gone; moving one from the one to the other changes no count. So a value
//!    is there as long as anybody has a reference.
//! 2. **A word is owned.** The word of a showcase that has an address says where a value is, and how many
//!    came to look. Of the `SET_ASIDE` references of the value each of the first `LOOKS_MAX` who came has
//!    taken one; the showcase owns the rest, which is one at least. Who comes finds in one instant the
//!    address and his number, and has a reference by that, or has none: so it does not matter whether the
//!    word was another one before or is after it, and nobody follows a word's address before that.
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
//! 9. **Nor do the looks of a word**, which would change its address: who came too late sets them back to
//!    `LOOKS_MAX`, with which the next one is too late as well. So they are never more than that and the
//!    threads that are between the one and the other in this instant; before these are half a million the
//!    process is ended.

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

/// The count stands before the value, so that a look at the head of a value finds both in one line of the
/// processor's cache. It lies where its address leaves bits free.
#[repr(C, align(16))]
struct Shared<V> {
    count: AtomicU64,
    value: V,
}

/// A value that nobody has a reference to any more. To move it is to move a pointer.
pub struct Last<V>(Box<Shared<V>>);

impl<V> Last<V> {
    /// The value.
    pub fn into_inner(self) -> V {
        self.0.value
    }
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
    pub fn into_inner(this: Self) -> Option<V> {
        Self::let_go(this).map(Last::into_inner)
    }

    /// The same, and the value stays where it is: for those who hardly ever are the last.
    #[inline]
    pub fn let_go(this: Self) -> Option<Last<V>> {
        let this = ManuallyDrop::new(this);
        // SAFETY: this reference is not used again.
        #[expect(unsafe_code, reason = "the facts at the head of the file")]
        let last = unsafe { give_back(this.shared, 1) };
        last.map(Last)
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
    /// The address of what is shown, and in the lower bits how many came to look. Without an address it
    /// shows nothing.
    word: AtomicU64,
    /// As a mutex of it: see (7).
    owns: PhantomData<Mutex<Counted<V>>>,
}

/// An address has 48 bits, what lies beyond is not shown, and the lower ones of them are 0 (`Shared`): so a
/// word has the address that much further up, and these lower bits are free.
const FURTHER_UP: u32 = 16;
const LOOKS: u64 = (1 << (FURTHER_UP + 4)) - 1;
/// So many get what is shown.
const LOOKS_MAX: u64 = SET_ASIDE - 1;
const SET_ASIDE: u64 = 1 << 16;

impl<V> Showcase<V> {
    /// It shows nothing.
    pub fn new() -> Self {
        Self { word: AtomicU64::new(0), owns: PhantomData }
    }

    /// What is shown. `None` also if so many have looked since it was shown (65,535) that it has to be
    /// shown again.
    #[inline]
    pub fn look(&self) -> Option<Counted<V>> {
        let before = self.word.fetch_add(1, Ordering::Acquire);
        let looks = before & LOOKS;
        if looks >= LOOKS_MAX {
            self.came_too_late(looks);
            return None;
        }
        // One of the references of the word is this one now (2).
        Some(Counted { shared: Self::shared(before)?, owns: PhantomData })
    }

    /// Sets the looks back, so that they do not come round (9).
    #[cold]
    fn came_too_late(&self, looks: u64) {
        if looks > LOOKS / 2 {
            abort();
        }
        let mut word = self.word.load(Ordering::Relaxed);
        while word & LOOKS > LOOKS_MAX {
            let back = (word & !LOOKS) | LOOKS_MAX;
            let (success, failure) = (Ordering::Relaxed, Ordering::Relaxed);
            match self.word.compare_exchange_weak(word, back, success, failure) {
                Ok(_) => return,
                Err(now) => word = now,
            }
        }
    }

    /// Shows it from now on, instead of what was shown before.
    pub fn show(&self, value: &Counted<V>) {
        let address = value.shared.as_ptr().expose_provenance() as u64;
        if address > u64::MAX >> FURTHER_UP {
            self.cover();
            return;
        }
        value.add(SET_ASIDE);
        self.replace(address << FURTHER_UP);
    }

    /// Shows nothing from now on. Says how many have found what was shown.
    pub fn cover(&self) -> u64 {
        let shows = |word| Self::shared(word).is_some();
        if shows(self.word.load(Ordering::Relaxed)) { self.replace(0) } else { 0 }
    }

    fn replace(&self, word: u64) -> u64 {
        let before = self.word.swap(word, Ordering::AcqRel);
        let Some(shared) = Self::shared(before) else { return 0 };
        let taken = (before & LOOKS).min(LOOKS_MAX);
        // SAFETY: what was not taken of its references was the word's (2), which is not there any more.
        #[expect(unsafe_code, reason = "the facts at the head of the file")]
        let last = unsafe { give_back(shared, SET_ASIDE - taken) };
        drop(last);
        taken
    }

    #[inline]
    fn shared(word: u64) -> Option<NonNull<Shared<V>>> {
        let address = usize::try_from((word & !LOOKS) >> FURTHER_UP).ok()?;
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

impl<V> fmt::Debug for Last<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Last")
    }
}

impl<V> fmt::Debug for Showcase<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Showcase")
    }
}
