//! What an import has found and brought over.

use std::fmt;

use super::damage::Damage;
use super::persisted::Persisted;

/// What an import has found and brought over.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// Objects in the place.
    pub found: u64,
    /// Objects that are in the archive now, and were not before.
    pub taken: u64,
    /// Objects that were there already, and were not read again.
    pub present: u64,
    /// Objects that were read once more from both places, and are the same.
    pub compared: u64,
    /// Objects that were not asked for.
    pub left: u64,
    /// Objects that could not be read, or not be brought over.
    pub damaged: u64,
    /// The first 256 of them.
    pub damages: Vec<Damage>,
    /// Files and folders that are no objects. They were not touched.
    pub strange: u64,
    /// The first 256 of them, by their names in the place.
    pub strangers: Vec<String>,
    /// Bytes that were read.
    pub bytes: u64,
}

impl Report {
    /// So many are named; the count goes on.
    const NAMED: usize = 256;

    pub(super) fn of(place: &Persisted) -> Self {
        let (found, strangers) = (place.keys().len() as u64, place.strangers().to_vec());
        Self { found, strange: place.strange(), strangers, ..Self::default() }
    }

    pub(super) fn damaged(&mut self, damage: Damage) {
        self.damaged += 1;
        if self.damages.len() < Self::NAMED {
            self.damages.push(damage);
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { found, taken, present, compared, left, damaged, strange, bytes, .. } = self;
        write!(
            f,
            "{found} objects: {taken} brought over ({bytes} bytes read), {present} there already"
        )?;
        if *compared > 0 {
            write!(f, ", {compared} compared and the same")?;
        }
        writeln!(f, ", {left} not asked for, {damaged} damaged; {strange} others are no objects")?;
        self.damages.iter().try_for_each(|damage| writeln!(f, "{damage}"))?;
        self.strangers.iter().try_for_each(|name| writeln!(f, "{name}: no object"))
    }
}

/// Why an import refused: the source of its error.
#[derive(Clone, Debug)]
pub struct Refusal(pub Report);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Refusal {}
