//! A medium that fails as it is told to, and checks how it is used.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use forebay_store::Result;
use forebay_store::sync::Mutex;

use super::call::{Call, Fault};
use crate::blob::HEAD;
use crate::event::Watcher;
use crate::medium::{Account, Medium, MediumTraits, Place, PlainMemory, Reading, Usage, Writing};
use crate::slot::desk_depth;

/// A medium that fails as it is told to, calls back in the middle of its calls, and checks how it is
/// used: no place is freed twice, or read after it was freed, and no call comes under a lock of a slot.
/// Clones are one medium.
#[derive(Clone)]
pub struct Scripted(Arc<Shared>);

struct Shared {
    medium: Box<dyn Medium>,
    script: Mutex<Script>,
}

#[derive(Default)]
struct Script {
    faults: [VecDeque<Option<Fault>>; Call::ALL],
    counts: [u64; Call::ALL],
    hook: Option<Arc<dyn Fn(Call) + Send + Sync>>,
    /// Places that are sealed and not freed.
    living: HashSet<Place>,
    /// The first time that it was used wrongly.
    misuse: Option<String>,
}

impl Default for Scripted {
    fn default() -> Self {
        Self::over(PlainMemory::default())
    }
}

impl Scripted {
    /// Gives `medium` a script.
    pub fn over(medium: impl Medium) -> Self {
        Self(Arc::new(Shared { medium: Box::new(medium), script: Mutex::default() }))
    }

    /// The next so many calls of this kind fail so.
    pub fn fail(&self, call: Call, times: usize, fault: &Fault) {
        let faults = std::iter::repeat_n(Some(fault.clone()), times);
        self.0.script.lock().faults[call as usize].extend(faults);
    }

    /// The next so many calls of this kind succeed, before what is scripted after this.
    pub fn succeed(&self, call: Call, times: usize) {
        self.0.script.lock().faults[call as usize].extend(std::iter::repeat_n(None, times));
    }

    /// What was scripted and has not happened is forgotten.
    pub fn heal(&self) {
        self.0.script.lock().faults.iter_mut().for_each(VecDeque::clear);
    }

    /// Calls `hook` in the middle of each call: for what happens while the medium works.
    pub fn during(&self, hook: impl Fn(Call) + Send + Sync + 'static) {
        self.0.script.lock().hook = Some(Arc::new(hook));
    }

    /// Calls back no more.
    pub fn undisturbed(&self) {
        let hook = self.0.script.lock().hook.take();
        drop(hook);
    }

    /// Claims that the medium was never used wrongly. It also panics in the wrong call itself, but the caller of a
    /// medium catches that.
    ///
    /// # Panics
    ///
    /// If the medium was used wrongly.
    pub fn assert_used_well(&self) {
        let misuse = self.0.script.lock().misuse.clone();
        assert_eq!(misuse, None, "the medium was used wrongly");
    }

    /// How many calls of this kind there were.
    pub fn count(&self, call: Call) -> u64 {
        self.0.script.lock().counts[call as usize]
    }
}

impl Shared {
    fn enter(&self, call: Call) -> Result<Option<Fault>> {
        desk_depth::assert_none();
        let (hook, fault) = {
            let mut script = self.script.lock();
            script.counts[call as usize] += 1;
            let fault = script.faults[call as usize].pop_front().flatten();
            (script.hook.clone(), fault)
        };
        if let Some(hook) = hook {
            hook(call);
        }
        match fault {
            Some(Fault::Error(error)) => Err(error),
            Some(Fault::Panic) => panic!("the medium panics, as its script says"),
            other => Ok(other),
        }
    }

    fn is_living(&self, place: Place) -> bool {
        self.script.lock().living.contains(&place)
    }

    fn require(&self, is_so: bool, misuse: &str, place: Place) {
        if !is_so {
            let misuse = format!("{misuse}: {place:?}");
            self.script.lock().misuse.get_or_insert_with(|| misuse.clone());
            panic!("{misuse}");
        }
    }
}

impl Medium for Scripted {
    fn traits(&self) -> MediumTraits {
        self.0.medium.traits()
    }

    fn begin(&self, length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        self.0.enter(Call::Begin)?;
        Ok(Box::new(Begun { of: &self.0, writing: self.0.medium.begin(length)? }))
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        self.0.require(self.0.is_living(place), "read after it was freed", place);
        self.0.enter(Call::Reading)?;
        Ok(Box::new(Opened { of: &self.0, place, reading: self.0.medium.reading(place)? }))
    }

    fn free(&self, place: Place) {
        let was_living = self.0.script.lock().living.remove(&place);
        self.0.require(was_living, "freed twice", place);
        // A free cannot fail.
        let _ = self.0.enter(Call::Free);
        self.0.medium.free(place);
    }

    fn usage(&self) -> Usage {
        self.0.medium.usage()
    }

    fn bytes(&self) -> u64 {
        self.0.medium.bytes()
    }

    fn bytes_of(&self, place: Place) -> Option<u64> {
        self.0.medium.bytes_of(place)
    }

    fn is_tight(&self) -> bool {
        self.0.medium.is_tight()
    }

    fn trim(&self) {
        self.0.medium.trim();
    }

    fn watched_by(&self, watcher: Arc<dyn Watcher>) {
        self.0.medium.watched_by(watcher);
    }

    fn counted_in(&self, account: Account) {
        self.0.medium.counted_in(account);
    }
}

struct Begun<'a> {
    of: &'a Shared,
    writing: Box<dyn Writing + 'a>,
}

impl Writing for Begun<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.of.enter(Call::Put)?;
        self.writing.put(bytes)
    }

    fn offset(&self) -> u32 {
        self.writing.offset()
    }

    fn seal(self: Box<Self>, head: &[u8; HEAD]) -> Result<Place> {
        self.of.enter(Call::Seal)?;
        let Self { of, writing } = *self;
        let place = writing.seal(head)?;
        let is_new = of.script.lock().living.insert(place);
        of.require(is_new, "sealed into a living place", place);
        Ok(place)
    }
}

struct Opened<'a> {
    of: &'a Shared,
    place: Place,
    reading: Box<dyn Reading + 'a>,
}

impl Reading for Opened<'_> {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()> {
        let fault = self.of.enter(Call::Read)?;
        self.of.require(self.of.is_living(self.place), "freed while it is read", self.place);
        self.reading.read(at, into)?;
        if let (Some(Fault::Flip), Some(last)) = (fault, into.last_mut()) {
            *last ^= 1;
        }
        Ok(())
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let living = self.0.script.lock().living.len();
        f.debug_struct("Scripted").field("living", &living).finish_non_exhaustive()
    }
}
