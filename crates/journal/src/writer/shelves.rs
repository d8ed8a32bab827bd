//! The one or two directories of a journal, and which of them is tried first.

use std::io;
use std::sync::Arc;

use forebay_store::Seams;

use super::files::failed;
use super::flight::Flight;
use super::patience::Patience;
use super::shelf::{Held, Shelf};
use crate::disk::{Directories, Directory, Place};

/// The shelves of a journal. With a second one, the first rests for a while after a failure.
#[derive(Debug)]
pub(super) struct Shelves {
    first: Shelf,
    second: Option<Shelf>,
    seams: Seams,
    /// With the first, after it has failed.
    patience: Patience,
}

impl Shelves {
    pub(super) fn new(directories: &Directories, seams: &Seams, flight: &Arc<Flight>) -> Self {
        let shelf = |directory| Shelf::new(directory, &seams.random, flight);
        Self {
            first: shelf(directories.first()),
            second: directories.second().map(shelf),
            seams: seams.clone(),
            patience: Patience::default(),
        }
    }

    /// The shelf at a place; the first one if there is no other.
    pub(super) fn at(&mut self, place: Place) -> &mut Shelf {
        match (place, &mut self.second) {
            (Place::Second, Some(second)) => second,
            _ => &mut self.first,
        }
    }

    pub(super) fn directory(&self, place: Place) -> &dyn Directory {
        match (place, &self.second) {
            (Place::Second, Some(second)) => &*second.directory,
            _ => &*self.first.directory,
        }
    }

    pub(super) fn has_second(&self) -> bool {
        self.second.is_some()
    }

    fn each(&mut self) -> impl Iterator<Item = &mut Shelf> {
        std::iter::once(&mut self.first).chain(&mut self.second)
    }

    /// Where something new is to be tried, the better place first.
    pub(super) fn order(&self) -> &'static [Place] {
        if !self.has_second() {
            return &[Place::First];
        }
        if self.patience.pause(|| self.seams.clock.now()).is_some() {
            return &[Place::Second, Place::First];
        }
        &[Place::First, Place::Second]
    }

    /// Something went wrong at a place.
    pub(super) fn has_failed(&mut self, place: Place, error: &io::Error) {
        if place == Place::First && self.has_second() {
            let error = failed("use the first directory", io::Error::from(error.kind()));
            self.patience.rest(&error, self.seams.clock.now());
        }
    }

    /// A segment was made at a place.
    pub(super) fn has_worked(&mut self, place: Place) {
        if place == Place::First {
            self.patience.forget();
        }
    }

    pub(super) fn tidy(&mut self, held: Held) -> io::Result<()> {
        self.each().try_for_each(|shelf| shelf.tidy(held))
    }

    /// Makes a segment a spare if it is so long, wherever it is. It may be in both: see
    /// [`made`](crate::format::segment::SegmentHeader::made).
    pub(super) fn set_aside(&mut self, number: u64, length: u64) -> io::Result<()> {
        let tried: Vec<_> = self.each().map(|shelf| shelf.set_aside(number, length)).collect();
        if tried.iter().any(|each| matches!(each, Ok(true))) {
            return Ok(());
        }
        tried.into_iter().try_for_each(|each| each.map(drop))
    }
}
