//! The process that does one thing and ends, and how it is started.

use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use forebay_measure::{child, memory, told};

use super::snapshot;
use super::whole::{From, fill, open};
use crate::people::{Person, text};
use crate::subjects::{Kind, Result};
use forebay_measure::clock::{now, pause};

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
    /// Fills a store, and leaves it as if it had been killed.
    Fill(From),
    /// Opens it and gets one record.
    Load,
    /// Fills a store and has it make a snapshot while it is written to.
    Snapshot,
}

impl Deed {
    const ALL: [Self; 4] =
        [Self::Fill(From::Log), Self::Fill(From::Snapshot), Self::Load, Self::Snapshot];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Fill(From::Log) => "fill-log",
            Self::Fill(From::Snapshot) => "fill-snapshot",
            Self::Load => "load",
            Self::Snapshot => "snapshot",
        }
    }
}

impl Child {
    /// As the parent has written it.
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Option<Self> {
        let word = given.next()?;
        let deed = Deed::ALL.into_iter().find(|deed| deed.word() == word)?;
        let label = given.next()?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.label() == label)?;
        let records = given.next()?.parse().ok()?;
        Some(Self { deed, kind, records, folder: given.next()?.into() })
    }

    /// Starts it, and gives back the numbers that it tells. What it says meanwhile is passed on.
    pub(super) fn told(&self, progress: &mut dyn Write) -> Result<Vec<f64>> {
        let records = self.records.to_string();
        let words = [self.deed.word(), self.kind.label(), &records].map(OsStr::new);
        let mut child = child(words.into_iter().chain([self.folder.as_os_str()]))?;
        // Progress is a courtesy; the numbers are worth more than its lines.
        let mut said = |line: &str| {
            let _ = writeln!(progress, "  {:28} {line}", self.kind.name());
        };
        let numbers = told(&mut child, &mut said).map_err(|error| {
            format!("{}, {} {records}: {error}", self.kind.name(), self.deed.word())
        })?;
        let numbers = numbers.split_whitespace().map(str::parse);
        Ok(numbers.collect::<std::result::Result<_, _>>()?)
    }

    /// What the parent is to read: numbers, if there is anything to say.
    pub(crate) fn run(&self) -> Result<String> {
        match self.deed {
            Deed::Fill(from) => self.fill(from),
            Deed::Load => self.load(),
            Deed::Snapshot => self.snapshot(),
        }
    }

    fn fill(&self, from: From) -> Result<String> {
        let mut whole = open(self.kind, &self.folder)?;
        fill(&*whole, self.records, &mut std::io::stderr())?;
        if from == From::Snapshot {
            whole.ask_for_snapshot()?;
            // A store may make it only after another transaction.
            whole.put(vec![(text(0), Person::new(0))])?;
            let begun = now();
            while !whole.has_snapshot() {
                if begun.elapsed() > snapshot::AT_MOST {
                    return Err("it has made no snapshot".into());
                }
                pause(Duration::from_millis(5));
            }
            whole.sync()?;
        }
        // As if it had been killed.
        std::mem::forget(whole);
        Ok(String::new())
    }

    fn load(&self) -> Result<String> {
        let wanted = text(self.records as u64 / 2);
        let begun = now();
        let whole = open(self.kind, &self.folder)?;
        let found = whole.name(&wanted);
        let taken = begun.elapsed();
        let resident = memory::resident().ok_or("the system does not tell its memory")?;
        let peak = memory::peak().ok_or("the system does not tell its memory")?;
        let there = whole.len();
        if found.is_none() || there != self.records {
            return Err(format!("{there} records are there").into());
        }
        // So that the next one finds the same.
        std::mem::forget(whole);
        Ok(format!("{} {peak} {resident}\n", taken.as_nanos()))
    }

    fn snapshot(&self) -> Result<String> {
        let mut whole = open(self.kind, &self.folder)?;
        fill(&*whole, self.records, &mut std::io::stderr())?;
        let taken = snapshot::take(&mut *whole, self.records)?;
        std::mem::forget(whole);
        let snapshot::Snapshot { seconds, pause_before, pause, rate, resident, peak } = taken;
        Ok(format!("{seconds} {pause_before} {pause} {rate} {resident} {peak}\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_what_the_parent_has_written() {
        for deed in Deed::ALL {
            let words = [deed.word(), "etchdb6-log", "1000", "/somewhere"];
            let child = Child::parse(words.into_iter().map(str::to_owned));
            let (kind, folder) = (Kind::Etchdb6Log, PathBuf::from("/somewhere"));
            assert_eq!(child, Some(Child { deed, kind, records: 1000, folder }));
        }
        assert_eq!(Child::parse(["load".to_owned()].into_iter()), None);
    }
}
