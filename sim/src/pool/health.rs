//! How a medium fares, and which of its places are taken.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use forebay_pool::fault::Call;
use forebay_pool::{Error, Place};
use forebay_store::Result;
use forebay_store::sync::Mutex;

use super::stage::Stage;
use super::ways::{PoolQuirk, PoolWays};
use crate::dice::Dice;

/// How the medium of a play fares, and which of its places are taken.
pub(crate) struct Health {
    pub(crate) stage: Arc<Stage>,
    dice: Dice,
    faults: u64,
    flips: u64,
    breaks_down: bool,
    pub(crate) quirk: PoolQuirk,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Each with its readings.
    taken: HashMap<Place, u32>,
    writings: u32,
    is_down: bool,
    is_healed: bool,
    is_gone: bool,
    frees: u64,
    readings: u64,
}

impl Health {
    pub(crate) fn new(stage: &Arc<Stage>, ways: &PoolWays, seed: u64) -> Arc<Self> {
        Arc::new(Self {
            stage: Arc::clone(stage),
            dice: Dice::new(seed, 61),
            faults: ways.faults,
            flips: ways.flips,
            breaks_down: ways.breaks_down,
            quirk: ways.quirk,
            state: Mutex::default(),
        })
    }

    /// A call comes: others run in its middle, and it may fail. `true`: what it reads gets a wrong bit.
    pub(super) fn enter(&self, call: Call) -> Result<bool> {
        self.stage.meanwhile();
        let is_down = {
            let mut state = self.state.lock();
            if state.is_healed || call == Call::Free {
                return Ok(false);
            }
            if self.breaks_down && self.dice.chance(8) {
                state.is_down = !state.is_down;
                self.stage.note(format!("the medium is down: {}", state.is_down));
            }
            state.is_down
        };
        if is_down {
            return Err(Error::unavailable("the medium is down"));
        }
        if self.dice.chance(self.faults) {
            return Err(self.fault(call));
        }
        Ok(call == Call::Read && self.dice.chance(self.flips))
    }

    fn fault(&self, call: Call) -> Error {
        let is_read = matches!(call, Call::Reading | Call::Read);
        match self.dice.below(5) {
            // Without the hook: it is meant.
            0 => resume_unwind(Box::new("the medium panics, as it is told to")),
            1 | 2 if !is_read => Error::busy("the medium is full", Duration::from_millis(10)),
            _ => Error::unavailable("the medium fails once"),
        }
    }

    /// All goes well from now on.
    pub(crate) fn heal(&self) {
        let mut state = self.state.lock();
        (state.is_healed, state.is_down) = (true, false);
    }

    pub(super) fn begun(&self, by: i32) {
        let mut state = self.state.lock();
        state.writings = state.writings.saturating_add_signed(by);
    }

    pub(super) fn sealed(&self, place: Place) {
        if self.state.lock().taken.insert(place, 0).is_some() {
            self.stage.violate(format!("sealed into a place that is taken: {place:?}"));
        }
    }

    /// A reading begins. Another place, if it is to be of another blob.
    pub(super) fn reading(&self, place: Place) -> Place {
        let mut state = self.state.lock();
        state.readings += 1;
        let is_other = self.quirk == PoolQuirk::ReadsOthers && state.readings.is_multiple_of(5);
        let Some(readings) = state.taken.get_mut(&place) else {
            drop(state);
            self.stage.violate(format!("read after it was given back: {place:?}"));
            return place;
        };
        *readings += 1;
        let other = state.taken.keys().filter(|other| **other != place).min_by_key(|p| p.file);
        other.copied().filter(|_| is_other).unwrap_or(place)
    }

    pub(super) fn read(&self, place: Place) {
        if let Some(readings) = self.state.lock().taken.get_mut(&place) {
            *readings -= 1;
        }
    }

    /// A place is given back. How often that is to be done.
    pub(super) fn freed(&self, place: Place) -> u32 {
        let (readings, frees) = {
            let mut state = self.state.lock();
            state.frees += 1;
            (state.taken.remove(&place), state.frees)
        };
        match readings {
            Some(0) => {}
            Some(_) => self.stage.violate(format!("given back while it is read: {place:?}")),
            None => self.stage.violate(format!("given back twice: {place:?}")),
        }
        match self.quirk {
            PoolQuirk::LeaksPlaces if frees.is_multiple_of(4) => 0,
            PoolQuirk::FreesTwice if frees.is_multiple_of(4) => 2,
            _ => 1,
        }
    }

    /// Places that are taken, and blobs that are being written.
    pub(crate) fn taken(&self) -> (u64, u32) {
        let state = self.state.lock();
        (state.taken.len() as u64, state.writings)
    }

    pub(super) fn end(&self) {
        self.state.lock().is_gone = true;
    }

    /// Whether the medium was dropped.
    pub(crate) fn is_gone(&self) -> bool {
        self.state.lock().is_gone
    }
}
