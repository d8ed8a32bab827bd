//! The objects: each says what must be in it.

use std::cell::Cell;
use std::fmt;
use std::panic::resume_unwind;

use forebay_pool::{BlobCodec, Error, Object, Sink, Source};
use forebay_store::Result;

thread_local! {
    /// Things that are alive on this thread, and what they weigh.
    static ALIVE: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
    /// Every so manieth value comes back wrong; none, if it is 0.
    static WRONG: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
}

/// What is in a thing: a number of its own, a length, and how its codec fares. All its bytes follow from it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Content(u64);

/// How the codec fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Temper {
    Mild,
    /// It refuses the value.
    Refuses,
    /// It panics.
    Panics,
}

impl Content {
    const LENGTH: u64 = (1 << 20) - 1;

    pub(crate) fn new(number: u64, length: u64, temper: Temper) -> Self {
        let temper = match temper {
            Temper::Mild => 0,
            Temper::Refuses => 1,
            Temper::Panics => 2,
        };
        Self(number << 24 | temper << 20 | length & Self::LENGTH)
    }

    pub(crate) fn length(self) -> u64 {
        self.0 & Self::LENGTH
    }

    /// The same length or less.
    pub(crate) fn number(self) -> u64 {
        self.0 >> 24
    }

    pub(crate) fn temper(self) -> Temper {
        match self.0 >> 20 & 0xf {
            0 => Temper::Mild,
            1 => Temper::Refuses,
            _ => Temper::Panics,
        }
    }

    fn bytes(self) -> Vec<u8> {
        let length = usize::try_from(self.length()).expect("a megabyte at most");
        let mut bytes = Vec::with_capacity(length);
        let mut word = self.0;
        while bytes.len() < length {
            word = (word ^ word >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9).wrapping_add(1);
            // Each four times, so that it can be compressed.
            let left = (length - bytes.len()).min(32);
            bytes.extend_from_slice(&word.to_le_bytes().repeat(4)[..left]);
        }
        bytes
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number(), self.length())?;
        match self.temper() {
            Temper::Mild => Ok(()),
            temper => write!(f, ":{temper:?}"),
        }
    }
}

/// An object.
pub(crate) struct Thing {
    content: Content,
    bytes: Vec<u8>,
}

impl Thing {
    pub(crate) fn new(content: Content) -> Self {
        Self::of(content, content.bytes())
    }

    fn of(content: Content, bytes: Vec<u8>) -> Self {
        let thing = Self { content, bytes };
        ALIVE.with(|alive| alive.set((alive.get().0 + 1, alive.get().1 + thing.weight())));
        thing
    }

    pub(crate) fn content(&self) -> Content {
        self.content
    }

    /// Whether all of it is what it says.
    pub(crate) fn is_whole(&self) -> bool {
        self.bytes == self.content.bytes()
    }

    pub(crate) fn turn_into(&mut self, content: Content) {
        *self = Self::new(content);
    }

    pub(crate) fn weight(&self) -> u64 {
        (size_of::<Self>() + self.heap_bytes()) as u64
    }

    /// How many are alive, and what they weigh.
    pub(crate) fn alive() -> (u64, u64) {
        ALIVE.with(Cell::get)
    }

    /// Those of a play that broke off are forgotten, and one in `wrong` values comes back wrong.
    pub(crate) fn begin(wrong: u64) {
        ALIVE.with(|alive| alive.set((0, 0)));
        WRONG.with(|state| state.set((wrong, 0)));
    }
}

impl Clone for Thing {
    fn clone(&self) -> Self {
        Self::of(self.content, self.bytes.clone())
    }
}

impl Drop for Thing {
    fn drop(&mut self) {
        ALIVE.with(|alive| {
            let (count, bytes) = alive.get();
            // One of a play that broke off may be dropped later.
            alive.set((count.saturating_sub(1), bytes.saturating_sub(self.weight())));
        });
    }
}

impl fmt::Debug for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.content.fmt(f)
    }
}

impl Object for Thing {
    const NAME: &'static str = "thing";
    const CODEC: &'static dyn BlobCodec<Self> = &ThingCodec;

    fn heap_bytes(&self) -> usize {
        self.bytes.capacity()
    }
}

/// Some say how long they will be, some do not; some are read in pieces, some at once.
struct ThingCodec;

impl BlobCodec<Thing> for ThingCodec {
    fn id(&self) -> u16 {
        1001
    }

    fn name(&self) -> &'static str {
        "thing"
    }

    fn length(&self, value: &Thing) -> Option<u64> {
        (!value.content.number().is_multiple_of(3)).then(|| 8 + value.content.length())
    }

    fn encode(&self, value: &Thing, out: &mut dyn Sink) -> Result<()> {
        match value.content.temper() {
            Temper::Mild => {}
            Temper::Refuses => return Err(Error::refused("not this one")),
            // Without the hook: it is meant.
            Temper::Panics => resume_unwind(Box::new("the codec panics, as it is told to")),
        }
        out.put(&value.content.0.to_le_bytes())?;
        value.bytes.chunks(1500).try_for_each(|piece| out.put(piece))
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<Thing>) -> Result<Thing> {
        let mut head = [0; 8];
        from.fill(&mut head)?;
        let content = Content(u64::from_le_bytes(head));
        let mut bytes = vec![0; usize::try_from(content.length()).expect("a megabyte at most")];
        from.fill(&mut bytes)?;
        if comes_back_wrong()
            && let Some(last) = bytes.last_mut()
        {
            *last ^= 1;
        }
        Ok(Thing::of(content, bytes))
    }
}

fn comes_back_wrong() -> bool {
    WRONG.with(|state| {
        let (every, count) = state.get();
        state.set((every, count + 1));
        count.checked_rem(every) == Some(every.saturating_sub(1))
    })
}
