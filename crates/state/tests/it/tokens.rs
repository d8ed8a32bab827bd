//! One table of anything, with keys whose code can be made to panic.

use std::cell::Cell;
use std::cmp::Ordering;
use std::sync::Arc;

use forebay_state::key::{KeyBytes, KeyReader, Place, Shape};
use forebay_state::{Key, State, Table};
use forebay_store::Result;
use serde::{Deserialize, Serialize};

std::thread_local! {
    static PANICS: Cell<u32> = const { Cell::new(0) };
    static DROP_PANICS: Cell<bool> = const { Cell::new(false) };
}

/// Lets the next comparisons and clones of keys on this thread panic.
pub(crate) fn let_keys_panic(times: u32) {
    PANICS.set(times);
}

/// Lets the next key that is dropped on this thread panic, or none; says whether one was still to do so.
pub(crate) fn let_a_drop_panic(panics: bool) -> bool {
    DROP_PANICS.replace(panics)
}

#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Fragile(pub(crate) u64);

fn may_panic() {
    if let Some(left) = PANICS.get().checked_sub(1) {
        PANICS.set(left);
        panic!("code of a key panics");
    }
}

impl Clone for Fragile {
    fn clone(&self) -> Self {
        may_panic();
        Self(self.0)
    }
}

impl Drop for Fragile {
    fn drop(&mut self) {
        assert!(!DROP_PANICS.take(), "a key panics when it is dropped");
    }
}

impl Ord for Fragile {
    fn cmp(&self, other: &Self) -> Ordering {
        may_panic();
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Fragile {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Key for Fragile {
    type Tail = <u64 as Key>::Tail;

    const SHAPE: Shape = u64::SHAPE;

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        self.0.encode(place, out);
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        u64::decode(bytes, place).map(Self)
    }
}

/// Something whose life can be watched from outside. On disk nothing is left of it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Token {
    #[serde(skip)]
    pub(crate) life: Arc<()>,
}

#[derive(State, Clone)]
pub(crate) struct Tokens {
    #[table(id = 1)]
    pub(crate) tokens: Table<Fragile, Token>,
}
