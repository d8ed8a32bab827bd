//! The process that does one thing and ends.

use std::path::PathBuf;

use forebay_measure::memory;

use super::BATCH;
use crate::records::Records;
use crate::subjects::{Kind, Result};
use forebay_measure::clock::now;

/// What a child is for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Child {
    pub(crate) deed: Deed,
    pub(crate) kind: Kind,
    pub(crate) records: usize,
    pub(crate) folder: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Fill,
    Load,
}

impl Deed {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Fill => "fill",
            Self::Load => "load",
        }
    }
}

impl Child {
    /// As the parent has written it.
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Option<Self> {
        let deed = match given.next()?.as_str() {
            "fill" => Deed::Fill,
            "load" => Deed::Load,
            _ => return None,
        };
        let kind = Kind::named(&given.next()?)?;
        let records = given.next()?.parse().ok()?;
        Some(Self { deed, kind, records, folder: given.next()?.into() })
    }

    /// What the parent is to read: nanoseconds and bytes, if there is anything to say.
    pub(crate) fn run(&self) -> Result<String> {
        match self.deed {
            Deed::Fill => {
                self.kind.fill(&self.folder, self.records, BATCH)?;
                Ok(String::new())
            }
            Deed::Load => self.load(),
        }
    }

    fn load(&self) -> Result<String> {
        let mut source = Records::new(0);
        for _ in 0..self.records / 2 {
            source.next();
        }
        let wanted = *source.next();
        let begun = now();
        let loaded = self.kind.load(&self.folder, wanted.key())?;
        let taken = begun.elapsed();
        let memory = memory::peak().ok_or("the system does not tell how much memory it took")?;
        if loaded.value.as_deref() != Some(wanted.value()) {
            return Err("the record that was asked for is not there".into());
        }
        if loaded.records.is_some_and(|records| records != self.records) {
            return Err(format!("{:?} records are there", loaded.records).into());
        }
        // As if it had been killed, so that the next one finds the same.
        std::mem::forget(loaded);
        Ok(format!("{} {memory}\n", taken.as_nanos()))
    }
}
