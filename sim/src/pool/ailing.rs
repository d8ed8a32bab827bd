//! A medium that fares as it is told to.

use std::fmt;
use std::sync::Arc;

use forebay_pool::fault::Call;
use forebay_pool::{HEAD, Linkable, Medium, MediumTraits, Place, Reading, Usage, Writing};
use forebay_store::Result;

use super::health::Health;

/// A medium that fares as its health says. In the middle of its calls others run.
pub(crate) struct Ailing {
    medium: Box<dyn Medium>,
    health: Arc<Health>,
}

impl Ailing {
    pub(crate) fn of(medium: Box<dyn Medium>, health: &Arc<Health>) -> Self {
        Self { medium, health: Arc::clone(health) }
    }
}

impl Drop for Ailing {
    fn drop(&mut self) {
        self.health.end();
    }
}

impl Medium for Ailing {
    fn traits(&self) -> MediumTraits {
        self.medium.traits()
    }

    fn begin(&self, length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        self.health.enter(Call::Begin)?;
        let writing = Some(self.medium.begin(length)?);
        self.health.begun(1);
        Ok(Box::new(Begun { of: &self.health, writing }))
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        self.health.enter(Call::Reading)?;
        let instead = self.health.reading(place);
        match self.medium.reading(instead) {
            Ok(reading) => Ok(Box::new(Opened { of: &self.health, place, reading })),
            Err(error) => {
                self.health.read(place);
                Err(error)
            }
        }
    }

    fn free(&self, place: Place) {
        // It cannot fail.
        let _ = self.health.enter(Call::Free);
        match self.health.freed(place) {
            0 => {}
            1 => self.medium.free(place),
            _ => {
                self.health.freed(place);
                self.medium.free(place);
            }
        }
    }

    fn usage(&self) -> Usage {
        self.medium.usage()
    }

    fn file(&self, place: Place) -> Option<Linkable> {
        self.medium.file(place)
    }
}

struct Begun<'a> {
    of: &'a Health,
    writing: Option<Box<dyn Writing + 'a>>,
}

impl<'a> Begun<'a> {
    fn writing(&mut self) -> &mut Box<dyn Writing + 'a> {
        self.writing.as_mut().expect("it is sealed once")
    }
}

impl Writing for Begun<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.of.enter(Call::Put)?;
        self.writing().put(bytes)
    }

    fn offset(&self) -> u32 {
        self.writing.as_ref().map_or(0, |writing| writing.offset())
    }

    fn seal(mut self: Box<Self>, head: &[u8; HEAD]) -> Result<Place> {
        self.of.enter(Call::Seal)?;
        let writing = self.writing.take().expect("it is sealed once");
        let place = writing.seal(head)?;
        self.of.sealed(place);
        Ok(place)
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        self.of.begun(-1);
    }
}

struct Opened<'a> {
    of: &'a Health,
    place: Place,
    reading: Box<dyn Reading + 'a>,
}

impl Reading for Opened<'_> {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()> {
        let is_flipped = self.of.enter(Call::Read)?;
        self.reading.read(at, into)?;
        if let (true, Some(last)) = (is_flipped, into.last_mut()) {
            *last ^= 1;
        }
        Ok(())
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        self.of.read(self.place);
    }
}

impl fmt::Debug for Ailing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ailing").field("medium", &self.medium).finish_non_exhaustive()
    }
}
