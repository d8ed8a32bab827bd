//! A blob on its way into one of the tiers.

use std::sync::Arc;

use forebay_store::{Error, ErrorKind, Result};

use super::claim::{Claim, needs};
use super::shared::{Shared, free};
use super::stream::copy;
use super::tiers_medium::{numbered, of_slow};
use crate::blob::{HEAD, of_medium};
use crate::medium::{Place, Writing};
use crate::slot::foreign;

/// A blob on its way into one of the tiers.
pub(super) struct TierWriting<'a> {
    of: &'a Arc<Shared>,
    writing: Box<dyn Writing + 'a>,
    /// It goes into the fast tier.
    claim: Option<Claim<'a>>,
    /// So much of its payload was put.
    put: u64,
}

impl<'a> TierWriting<'a> {
    /// Into the fast tier if it has room and takes it, else into the slow one.
    pub(super) fn begin(of: &'a Arc<Shared>, length: Option<u64>) -> Result<Self> {
        if !of.is_fast_left() {
            let needed = needs(length.unwrap_or(0));
            // What is not taken makes room for those that come later.
            match Claim::of(of, length.unwrap_or(0)) {
                None => of.make_room(needed),
                Some(claim) => match Self::begin_fast(of, claim, length) {
                    Ok(fast) => return Ok(fast),
                    Err(error) if error.kind() == ErrorKind::Busy => of.make_way(needed),
                    Err(_) => {}
                },
            }
        }
        match of.slow.begin(length) {
            Ok(writing) => Ok(Self { of, writing, claim: None, put: 0 }),
            Err(error) => Self::begin_anyhow(of, length).ok_or(error),
        }
    }

    /// The slow tier does not take it.
    fn begin_anyhow(of: &'a Arc<Shared>, length: Option<u64>) -> Option<Self> {
        let claim = of.is_bounded_itself.then(|| Claim::open(of))??;
        Self::begin_fast(of, claim, length).ok()
    }

    /// That it is full is no failure here: nothing is lost.
    fn begin_fast(of: &'a Arc<Shared>, claim: Claim<'a>, length: Option<u64>) -> Result<Self> {
        let writing = of_medium(|| of.fast.begin(length))?;
        Ok(Self { of, writing, claim: Some(claim), put: 0 })
    }

    /// It is longer than the fast tier has room for, so it goes on in the slow one, together with what was
    /// put. If that takes nothing, it stays, as far as the fast tier itself has a bound.
    fn hand_over(&mut self, claim: &mut Claim<'a>, put: u64) -> Result<bool> {
        let (of, length) = (self.of, self.put);
        let slow = match of.slow.begin(None) {
            Err(_) if claim.set_open(put) => return Ok(false),
            slow => slow?,
        };
        let fast = std::mem::replace(&mut self.writing, slow);
        if length == 0 {
            return Ok(true);
        }
        let offset = u64::from(fast.offset());
        let place = of.on_fast(|| fast.seal(&[0; HEAD]))?;
        let _counted = of.count_copied(place);
        let copied =
            of_medium(|| copy(&mut *of.fast.reading(place)?, offset, length, &mut *self.writing));
        free(&*of.fast, place);
        copied.map(|()| true)
    }
}

impl Writing for TierWriting<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let put = self.put.saturating_add(bytes.len() as u64);
        if let Some(mut claim) = self.claim.take()
            && (claim.covers(put) || !self.hand_over(&mut claim, put)?)
        {
            self.claim = Some(claim);
        }
        match &self.claim {
            Some(_) => self.of.on_fast(|| self.writing.put(bytes))?,
            None => self.writing.put(bytes)?,
        }
        self.put = put;
        Ok(())
    }

    fn offset(&self) -> u32 {
        self.writing.offset()
    }

    fn seal(self: Box<Self>, head: &[u8; HEAD]) -> Result<Place> {
        let Self { of, writing, claim, .. } = *self;
        let Some(claim) = claim else {
            let place = of.slow_place(writing.seal(head)?)?;
            of.desk().blobs += 1;
            return Ok(place);
        };
        let offset = writing.offset();
        let place = of.on_fast(|| writing.seal(head))?;
        let number = claim.enter(place, offset);
        // Its place is known to nobody yet: a panic would leave it for ever.
        let _ = foreign::run("a medium", || of.tidy());
        Ok(numbered(number, place.length))
    }
}

impl Shared {
    /// The place of what was written straight to the slow tier.
    fn slow_place(&self, place: Place) -> Result<Place> {
        of_slow(place).ok_or_else(|| {
            self.slow.free(place);
            Error::refused(format!("{place:?} is in too high a part of the slow tier"))
        })
    }
}
