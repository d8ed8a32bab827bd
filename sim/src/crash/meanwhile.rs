//! What happens in the middle of a call of the disk: clients begin operations, and the store
//! answers. Neither may have to wait for the disk, so both are done on the spot.

use std::sync::Arc;

use forebay_cache::{Cache, Write};
use forebay_store::Durability;
use forebay_store::seam::Clock;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::power::Power;
use crate::dice::Dice;
use crate::intent::Intent;
use crate::session::{Begun, Session};
use crate::value::{Name, Tagged};
use crate::world::World;

/// Somebody who does not wait for the disk.
pub(crate) struct Meanwhile {
    cache: Cache<Name, Tagged>,
    world: Arc<World>,
    power: Power,
    dice: Dice,
    keys: u64,
    bytes: u64,
    per_mille: u64,
    tags: AtomicU64,
    is_busy: AtomicBool,
    begun: Arc<Mutex<Vec<Begun>>>,
}

impl Meanwhile {
    const WHO: usize = 97;

    /// Acts at so many calls in a thousand. Its values have tags of their own.
    pub(crate) fn new(session: &Session, per_mille: u64, seed: u64, life: u64) -> Self {
        Self {
            cache: session.cache.clone(),
            world: Arc::clone(&session.world),
            power: session.power.clone(),
            dice: Dice::new(seed, 30),
            keys: session.scenario.keys.into(),
            bytes: session.scenario.value_bytes_max,
            per_mille,
            tags: AtomicU64::new((life + 1) << 48),
            is_busy: AtomicBool::new(false),
            begun: Arc::clone(&session.meanwhile),
        }
    }

    /// A call of the disk is under way.
    pub(crate) fn call(&self) {
        if self.power.is_off() || !self.dice.chance(self.per_mille) {
            return;
        }
        if self.is_busy.swap(true, Ordering::SeqCst) {
            return;
        }
        if self.dice.chance(400) {
            self.world.step_outside();
        } else {
            self.begin();
        }
        self.is_busy.store(false, Ordering::SeqCst);
    }

    fn begin(&self) {
        let intent = self.intend();
        let keys = intent.keys();
        self.world.note(&keys, format!("{}> meanwhile {}", Self::WHO, intent.describe()));
        let (tick, now) = (self.world.tick(), self.world.now());
        let asked = intent.ask(&self.cache);
        let (who, bell) = (Self::WHO, self.power.bell());
        // Whether it came after a close is not known here, and it is not looked at.
        self.begun.lock().push(Begun {
            intent,
            begin: tick,
            begin_at: now,
            who,
            floors: Vec::new(),
            is_late: false,
            asked,
            bell,
        });
    }

    fn intend(&self) -> Intent {
        let key = Name::try_from(self.dice.below(self.keys)).unwrap_or(0);
        // Not `Journaled`, see `Ways::Patient`.
        let write = *self.dice.pick(&[
            Write::Behind(Durability::Memory),
            Write::Behind(Durability::Synced),
            Write::Behind(Durability::Stored),
            Write::Through,
        ]);
        let tag = self.tags.fetch_add(1, Ordering::SeqCst);
        let bytes = usize::try_from(self.dice.below(self.bytes)).unwrap_or(0);
        match self.dice.below(10) {
            0..6 => {
                let value = Tagged { tag, bytes, expires_at: None };
                Intent::Put { key, value, write }
            }
            6..8 => Intent::Delete { key, write },
            _ => Intent::Get { key },
        }
    }
}
