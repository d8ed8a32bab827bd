//! A hop: how a value of one version becomes one of the next.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_store::Result;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::quarantine::Cause;
use crate::value::{Dictionary, Drift, Plain, read_value, write_value};

/// Reads a value and writes the next version of it.
pub(super) struct Hop(Box<dyn Run>);

/// A value, in bytes.
#[derive(Clone, Copy)]
pub(super) struct Stored<'v> {
    pub(super) bytes: &'v [u8],
    pub(super) dictionary: &'v Dictionary,
}

/// Where a hop writes to. It is used again for the next value.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) bytes: Vec<u8>,
    /// It learns what hops write, so it stays as long as they run.
    pub(super) dictionary: Dictionary,
}

impl Written {
    pub(super) fn as_stored(&self) -> Stored<'_> {
        Stored { bytes: &self.bytes, dictionary: &self.dictionary }
    }
}

trait Run: Fn(Stored<'_>, &mut Drift, &mut Written) -> Result<()> + Send + Sync {}

impl<F: Fn(Stored<'_>, &mut Drift, &mut Written) -> Result<()> + Send + Sync> Run for F {}

impl Hop {
    /// From a type to a type.
    pub(super) fn typed<A: DeserializeOwned, B: Serialize>(
        change: impl Fn(A) -> Result<B> + Send + Sync + 'static,
    ) -> Self {
        Self(Box::new(move |stored: Stored<'_>, drift: &mut Drift, written: &mut Written| {
            // What the older type does not name is of no use for the change: nothing is noticed.
            let old = read_value(stored.bytes, stored.dictionary, drift)?;
            write_value(&change(old)?, &mut written.dictionary, &mut written.bytes)
        }))
    }

    /// Without types.
    pub(super) fn plain(change: impl Fn(Plain) -> Result<Plain> + Send + Sync + 'static) -> Self {
        Self(Box::new(move |stored: Stored<'_>, _: &mut Drift, written: &mut Written| {
            let new = change(Plain::read(stored.bytes, stored.dictionary)?)?;
            new.write(&mut written.dictionary, &mut written.bytes)
        }))
    }

    /// From bytes to a type.
    pub(super) fn bytes<B: Serialize>(
        change: impl Fn(&[u8]) -> Result<B> + Send + Sync + 'static,
    ) -> Self {
        Self(Box::new(move |stored: Stored<'_>, _: &mut Drift, written: &mut Written| {
            write_value(&change(stored.bytes)?, &mut written.dictionary, &mut written.bytes)
        }))
    }

    /// Runs it, the one from version `from`, on one value; says why that did not go well.
    pub(super) fn run(
        &self,
        from: u16,
        stored: Stored<'_>,
        drift: &mut Drift,
        written: &mut Written,
    ) -> Result<(), Cause> {
        written.bytes.clear();
        // What a panic leaves in there is overwritten by the next value.
        match catch_unwind(AssertUnwindSafe(|| (self.0)(stored, drift, written))) {
            Ok(ran) => ran.map_err(|error| Cause::of_hop(from, &error)),
            Err(panic) => {
                let text = panic.downcast_ref::<&str>().copied();
                let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
                Err(Cause::of_panic(from, text.unwrap_or("it does not say why")))
            }
        }
    }
}

impl fmt::Debug for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hop").finish_non_exhaustive()
    }
}
