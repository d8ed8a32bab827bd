//! What is in one file: live, durable, and on the way from one to the other.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::cut::{Plan, Remains, remains};
use super::dice::Dice;
use super::image::{BLOCK, Image, SECTOR};

/// A file's two images, and the writes that no sync has covered yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    live: Image,
    durable: Image,
    /// In the order in which they were made.
    unsynced: Vec<Write>,
}

/// One write as the device would get it: whole sectors, with what else was in them at that time.
#[derive(Clone, Debug)]
pub(super) struct Write {
    /// Its place among all changes of the disk.
    number: u64,
    pub(super) first_sector: u64,
    pub(super) bytes: Arc<[u8]>,
    /// The length of the file after it.
    pub(super) length: u64,
}

impl Write {
    /// Its sectors, with their numbers.
    pub(super) fn sectors(&self) -> impl Iterator<Item = (u64, &[u8])> {
        (self.first_sector..).zip(self.bytes.chunks(SECTOR))
    }

    fn apply_to(&self, image: &mut Image) {
        image.put(&self.bytes, self.first_sector * SECTOR as u64);
        image.grow(self.length);
    }
}

impl Contents {
    pub(super) fn live(&self) -> &Image {
        &self.live
    }

    pub(super) fn durable(&self) -> &Image {
        &self.durable
    }

    /// Writes to the live image; `number` is the place of the write among all changes.
    pub(super) fn write(&mut self, bytes: &[u8], offset: u64, number: u64) {
        if bytes.is_empty() {
            return;
        }
        let end = offset + bytes.len() as u64;
        self.live.put(bytes, offset);
        self.live.grow(end);
        let first_sector = offset / SECTOR as u64;
        let sectors = end.div_ceil(SECTOR as u64) - first_sector;
        let size = usize::try_from(sectors).expect("it is in memory already") * SECTOR;
        let mut whole = vec![0; size];
        self.live.get(&mut whole, first_sector * SECTOR as u64);
        let length = self.live.len();
        self.unsynced.push(Write { number, first_sector, bytes: whole.into(), length });
    }

    /// A sync that succeeds: it covers the writes up to number `until`.
    pub(super) fn settle(&mut self, until: u64) {
        for write in self.take(until) {
            write.apply_to(&mut self.durable);
        }
    }

    /// A sync that fails: the writes up to number `until` are clean now, wherever they are.
    pub(super) fn fail(&mut self, until: u64, dice: &mut Dice) {
        let lost = self.take(until);
        let plan = Plan::draw(Remains::draw(dice), lost.len(), dice);
        self.durable = remains(&self.durable, &lost, &plan, dice);
    }

    fn take(&mut self, until: u64) -> Vec<Write> {
        let later = self.unsynced.partition_point(|write| write.number <= until);
        self.unsynced.drain(..later).collect()
    }

    /// Reads show what is on the device again, except where a write is on its way.
    pub(super) fn forget_clean(&mut self) {
        let dirty: BTreeSet<u64> = self.unsynced.iter().flat_map(blocks).collect();
        self.live.take_blocks(&self.durable, &dirty);
    }

    /// The power fails, and this is what the plan leaves.
    pub(super) fn cut(&mut self, plan: &Plan, shears: bool, dice: &mut Dice) {
        let mut left = remains(&self.durable, &self.unsynced, plan, dice);
        if plan.has_chance() {
            if dice.coin() {
                super::cut::tear(&mut left, &self.durable, &self.unsynced, dice);
            }
            if shears && dice.coin() {
                super::cut::shear(&mut left, &self.unsynced, dice);
            }
        }
        let length = left.len();
        left.set_len(length);
        *self = Self { live: left.clone(), durable: left, unsynced: Vec::new() };
    }

    /// How many writes no sync has covered yet.
    pub(super) fn unsynced(&self) -> usize {
        self.unsynced.len()
    }

    /// Damages the medium: everything becomes durable, and then both images change alike.
    pub(super) fn damage(&mut self, change: impl Fn(&mut Image)) {
        change(&mut self.live);
        *self = Self { durable: self.live.clone(), live: self.live.clone(), unsynced: Vec::new() };
    }
}

/// The blocks that a write goes to.
pub(super) fn blocks(write: &Write) -> std::ops::RangeInclusive<u64> {
    let per_block = (BLOCK / SECTOR) as u64;
    let last = write.first_sector + (write.bytes.len() / SECTOR) as u64 - 1;
    write.first_sector / per_block..=last / per_block
}
