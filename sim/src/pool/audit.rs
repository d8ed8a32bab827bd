//! What must be true after each step, when the world is quiet, and at the end.

use std::time::Duration;

use forebay_pool::Stats;
use forebay_store::Moment;
use forebay_store::seam::Clock;

use super::panics;
use super::scene::Scene;
use super::thing::{Content, Temper, Thing};
use super::ways::Spill;

/// What was true at first, and since when somebody waits for nothing.
pub(crate) struct Audit {
    first: Stats,
    /// What an object takes beside its value.
    slot: u64,
    stuck: Option<(Moment, u64)>,
}

impl Audit {
    /// Whoever waits while nobody holds anything is answered within this.
    const SOON: Duration = Duration::from_millis(500);

    pub(crate) fn new(scene: &Scene) -> Self {
        let first = scene.pool.stats();
        let one = scene.pool.try_insert(Thing::new(Content::new(0, 0, Temper::Mild)));
        let slot = scene.pool.stats().own.as_bytes() - first.own.as_bytes();
        drop(one);
        Self { first, slot, stuck: None }
    }

    /// After each step.
    pub(crate) fn look(&self, scene: &Scene) {
        for panic in panics::heard() {
            scene.violate(format!("a panic that nobody meant: {panic}"));
        }
        let stats = scene.pool.stats();
        Self::look_at_values(scene, &stats);
        // What an archive knows of its manifests is the pool's own, too.
        let is_plain = scene.archive.is_none();
        let first = if is_plain { self.first.own.as_bytes() } else { 0 };
        let slots = stats.own.as_bytes().checked_sub(first);
        let are_slots = slots.is_some_and(|slots| {
            let is_even = !is_plain || slots.is_multiple_of(self.slot);
            is_even && slots >= stats.objects.all() * self.slot
        });
        if !are_slots {
            scene.violate(format!("the pool's own bytes are not those of the slots: {stats:?}"));
        }
    }

    /// The books of the values are the sum over those that are alive.
    fn look_at_values(scene: &Scene, stats: &Stats) {
        let (resident, (_, alive)) = (stats.resident.as_bytes(), Thing::alive());
        let counts = &scene.counts;
        if counts.lent.get() == 0 {
            let are_settled = counts.offered.get() == 0 && counts.loose.get() == 0;
            if are_settled && stats.waiting == 0 && resident != alive {
                scene
                    .violate(format!("{alive} bytes are alive, {resident} are counted: {stats:?}"));
            }
        }
        let taken =
            stats.loading.as_bytes() + stats.encoding.as_bytes() + stats.reserved.as_bytes();
        let (taken, budget) = (taken + resident, stats.budget.as_bytes());
        if !scene.ways.may_exceed() && taken > budget {
            scene.violate(format!("{taken} bytes are taken of {budget}: {stats:?}"));
        }
    }

    /// Nothing happens any more but by a timer.
    pub(crate) fn look_at_rest(&mut self, scene: &Scene) {
        let stats = scene.pool.stats();
        let is_stopped =
            stats.loading == self.first.loading && stats.encoding == self.first.encoding;
        if !is_stopped {
            scene.violate(format!("nothing runs, and there are reads or writes: {stats:?}"));
        }
        let objects = &stats.objects;
        let least = if scene.archive.is_some() || scene.counts.is_closed.get() {
            0
        } else {
            objects.saved + objects.spilled + objects.loading
        };
        let most = objects.saved + objects.spilled + objects.loading + objects.lent;
        let (taken, writings) = scene.health.taken();
        let is_left = scene.counts.awaited.get() == 0 && taken > most;
        if taken < least || is_left || writings > 0 {
            scene.violate(format!(
                "{taken} places are taken, and {writings} are being written: {stats:?}"
            ));
        }
        self.look_at_those_who_wait(scene, &stats);
    }

    fn look_at_those_who_wait(&mut self, scene: &Scene, stats: &Stats) {
        let (ways, counts) = (&scene.ways, &scene.counts);
        let is_excused = ways.is_faulty()
            || ways.stubborn
            || ways.spill == Spill::Nowhere
            || counts.held.get() > 0
            || stats.objects.lent > 0
            || stats.waiting == 0;
        if is_excused {
            self.stuck = None;
            return;
        }
        let (now, ended) = (scene.stage.now(), counts.ended.get());
        match self.stuck {
            Some((since, before)) if before == ended => {
                if now.since(since) > Self::SOON {
                    scene.violate(format!("they wait, and nobody holds anything: {stats:?}"));
                }
            }
            _ => self.stuck = Some((now, ended)),
        }
    }

    /// Nobody has anything any more.
    pub(crate) fn look_at_the_end(&self, scene: &Scene) {
        let (stats, first) = (scene.pool.stats(), &self.first);
        for (what, now, before) in [
            ("values", stats.resident, first.resident),
            ("loads", stats.loading, first.loading),
            ("buffers", stats.encoding, first.encoding),
            ("rooms", stats.reserved, first.reserved),
            ("slots", stats.own, first.own),
        ] {
            if now != before {
                scene.violate(format!("bytes of {what} are left: {now}, and not {before}"));
            }
        }
        if stats.waiting + stats.objects.all() > 0 {
            scene.violate(format!("objects are left, or somebody who waits: {stats:?}"));
        }
        let blobs = stats.medium.map_or(0, |medium| medium.blobs);
        if scene.health.taken() != (0, 0) || blobs > 0 {
            let taken = scene.health.taken();
            scene.violate(format!("blobs are left: {blobs}, and {taken:?} places"));
        }
        if Thing::alive().0 > 0 {
            scene.violate(format!("values are left: {:?}", Thing::alive()));
        }
    }
}
