//! From accepted to shown: waiting for the rungs, then showing all that is ready.

use std::sync::Arc;

use forebay_journal::Leader;
use forebay_store::{Done, Durability, Error, ErrorKind, Result};

use super::core::{Core, Log, in_doubt};
use super::grave::Grave;
use super::unshown::Need;
use crate::tables::Tables;

impl<T: Tables> Core<T> {
    /// Waits until a transaction and all before it are at their rungs, and shows them. Who waits does
    /// the work. Who does a sync shows what is ready before he wakes the others, if it is little, or they
    /// would all ask for the turn to do it.
    pub(super) fn settle(&self, need: Need) -> Result<()> {
        let Some(log) = &self.log else { return Ok(()) };
        // What is in it is freed when all are awake.
        let mut settling = Settling { core: self, log, grave: Grave::default() };
        let mut waited = Ok(());
        if need.synced > 0 {
            waited = log.journal.wait_synced_with(need.synced, &mut settling);
        }
        if waited.is_ok() && need.written > need.synced {
            waited = log.journal.wait(need.written, Durability::Journaled);
        }
        self.show(need, waited)
    }

    /// The same on another thread, which answers `done`. It returns at once.
    pub(super) fn settle_soon(self: &Arc<Self>, need: Need, done: Done<()>) {
        let Some(log) = &self.log else { return done.complete(Ok(())) };
        let core = Arc::clone(self);
        if need.synced > 0 {
            let then = move |waited: Result<()>| {
                // What is still to be written is waited for the same way.
                let need = Need { synced: 0, ..need };
                match waited {
                    Ok(()) if need.written > 0 => core.settle_soon(need, done),
                    waited => done.complete(core.show(need, waited)),
                }
            };
            return log.journal.when(need.synced, Durability::Synced).forward(Done::call(then));
        }
        let then = move |waited| done.complete(core.show(need, waited));
        log.journal.when(need.written, Durability::Journaled).forward(Done::call(then));
    }

    /// Shows what is ready, if it is little and nobody has the turn: it may be his who waits for those who are
    /// to be woken. Else each of them sees to it himself.
    fn show_at_once(&self, log: &Log, grave: &mut Grave) {
        // Who waits there for what others have written has no part in this, nor in what the code of a key
        // may wait for.
        if log.is_shared() {
            return;
        }
        self.turn.glance();
        let position = log.journal.position();
        if let Some(mut turn) = self.turn.try_take()
            && turn.has_little_ready(position)
        {
            turn.show_ready(&self.front, position, grave);
        }
    }

    /// Does what would else be done when the sync under way is over, unless somebody has the turn.
    fn work_ahead(&self, log: &Log, last: u64, grave: &mut Grave) {
        // As with what is shown at once.
        if log.is_shared() {
            return;
        }
        if let Some(mut turn) = self.turn.try_take() {
            turn.work_ahead((log.journal.position(), last), grave);
        }
    }

    /// Shows what is ready after a wait; if that went wrong, what is not ready is forgotten.
    fn show(&self, need: Need, waited: Result<()>) -> Result<()> {
        // Of a group that waited together one shows for all.
        if self.front.shown() < need.revision && need.synced > 0 {
            self.turn.approach();
        }
        if self.front.shown() < need.revision {
            self.show_or_fail(need, waited.clone())?;
        }
        if need.is_read { waited } else { Ok(()) }
    }

    fn show_or_fail(&self, need: Need, waited: Result<()>) -> Result<()> {
        let Some(log) = &self.log else { return Ok(()) };
        let mut grave = Grave::default();
        let mut turn = self.turn.take()?;
        let desk = &mut *turn;
        desk.show_ready(&self.front, log.journal.position(), &mut grave);
        if desk.front.revision >= need.revision {
            return Ok(());
        }
        if let Err(cause) = waited {
            desk.fail(cause, &mut grave);
        }
        match desk.failure.get() {
            Some(cause) => Err(in_doubt(cause)),
            None => Err(Error::new(ErrorKind::Aborted, "a transaction was left behind")),
        }
    }
}

/// What the thread that does a sync does besides.
struct Settling<'a, T: Tables> {
    core: &'a Core<T>,
    log: &'a Log,
    grave: Grave,
}

impl<T: Tables> Leader for Settling<'_, T> {
    fn meanwhile(&mut self, last: u64) {
        self.core.work_ahead(self.log, last, &mut self.grave);
    }

    fn first(&mut self) {
        self.core.show_at_once(self.log, &mut self.grave);
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use forebay_cache::Cache;
    use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
    use forebay_journal::{Settings as JournalSettings, SharedJournal};
    use forebay_state_derive::State;
    use forebay_store::MemoryStore;

    use super::*;
    use crate::commit::Receipt;
    use crate::open::{self, Home};
    use crate::revision::Revision;
    use crate::settings::Settings;
    use crate::state::State;
    use crate::table::Table;

    #[derive(State, Clone)]
    #[state(crate = crate)]
    struct Numbers {
        #[table(id = 1)]
        numbers: Table<u64, u64>,
    }

    fn submitted(core: &Arc<Core<Numbers>>, mut numbers: Range<u64>) -> Receipt {
        let ticket = core.submit(Durability::Synced, |tx| {
            numbers.try_for_each(|number| tx.numbers.put(number, number))
        });
        ticket.unwrap().receipt
    }

    fn sync(core: &Core<Numbers>) {
        let last = core.turn().unwrap().unshown.read_at(Durability::Synced);
        core.wait_synced(last.synced).unwrap();
    }

    /// What is shown when somebody has done a sync.
    fn shown_at_once(core: &Core<Numbers>) -> Revision {
        core.show_at_once(core.log.as_ref().unwrap(), &mut Grave::default());
        core.front.shown()
    }

    #[test]
    fn who_does_a_sync_shows_what_is_synced_if_it_is_little_and_nobody_has_the_turn() {
        let home = Home::simulated(SimulatedDisk::new(1), "s");
        let core = Arc::new(open::open::<Numbers>(&home, Settings::default()).unwrap());
        let few = submitted(&core, 0..3);
        assert!(shown_at_once(&core) < few.revision(), "it is not synced");
        sync(&core);
        let turn = core.turn().unwrap();
        assert!(shown_at_once(&core) < few.revision(), "somebody has the turn");
        drop(turn);
        assert_eq!(shown_at_once(&core), few.revision());
        let many = submitted(&core, 0..513);
        sync(&core);
        assert_eq!(shown_at_once(&core), few.revision(), "others would wait for it");
        let last = many.revision();
        many.shown().wait().unwrap();
        assert_eq!(core.front.shown(), last);
    }

    #[derive(State, Clone)]
    #[state(crate = crate)]
    struct Notes {
        #[table(id = 1)]
        notes: Table<u64, String>,
    }

    fn opened() -> (SimulatedDisk, Arc<Core<Notes>>) {
        let disk = SimulatedDisk::new(1);
        let home = Home::simulated(disk.clone(), "s");
        (disk, Arc::new(open::open::<Notes>(&home, Settings::default()).unwrap()))
    }

    /// So many that the device takes a while.
    fn noted(core: &Arc<Core<Notes>>, rung: Durability, mut notes: Range<u64>) -> Receipt {
        let ticket = core.submit(rung, |tx| {
            notes.try_for_each(|number| tx.notes.put(number, format!("{number:060}")))
        });
        ticket.unwrap().receipt
    }

    /// What the thread does that leads a sync, while the device is busy.
    fn work_ahead(core: &Core<Notes>) -> usize {
        let last = core.turn().unwrap().unshown.read_at(Durability::Synced).synced;
        core.work_ahead(core.log.as_ref().unwrap(), last, &mut Grave::default());
        core.turn().unwrap().ahead()
    }

    fn are_shown(core: &Core<Notes>, count: u64) -> bool {
        let view = core.read();
        let notes = view.notes.iter().map(|(key, note)| (*key, note.clone()));
        notes.eq((0..count).map(|number| (number, format!("{number:060}"))))
    }

    #[test]
    fn what_the_device_takes_is_applied_meanwhile_and_seen_when_it_has_it() {
        let (_, core) = opened();
        // Each follows the one before in the back, too.
        for first in (0..10_000).step_by(1_000) {
            let many = noted(&core, Durability::Synced, first..first + 1_000);
            let turn = core.turn().unwrap();
            core.work_ahead(core.log.as_ref().unwrap(), u64::MAX, &mut Grave::default());
            assert_eq!(turn.ahead(), 0, "somebody has the turn");
            drop(turn);
            assert_eq!(work_ahead(&core), 1);
            assert!(are_shown(&core, first), "it is not synced");
            many.shown().wait().unwrap();
            assert!(are_shown(&core, first + 1_000));
            assert_eq!(core.turn().unwrap().ahead(), 0);
        }
    }

    #[test]
    fn what_is_applied_ahead_is_not_seen_with_what_comes_before_it() {
        let (_, core) = opened();
        noted(&core, Durability::Memory, 0..600).shown().wait().unwrap();
        let journaled = noted(&core, Durability::Journaled, 600..1_200);
        let synced = noted(&core, Durability::Synced, 1_200..1_800);
        let last = core.turn().unwrap().unshown.read_at(Durability::Synced).synced;
        // Nothing is written for it to be shown, and all is applied.
        let mut turn = core.turn().unwrap();
        let nothing = forebay_journal::Position::default();
        turn.work_ahead((nothing, last), &mut Grave::default());
        assert_eq!(turn.ahead(), 2);
        drop(turn);
        journaled.shown().wait().unwrap();
        assert!(are_shown(&core, 1_200), "the second is not synced");
        synced.shown().wait().unwrap();
        assert!(are_shown(&core, 1_800));
    }

    #[test]
    fn what_is_ready_is_not_shown_by_the_thread_that_leads_a_sync_before_it_is_done() {
        let (_, core) = opened();
        let journaled = noted(&core, Durability::Journaled, 0..600);
        let last = core.turn().unwrap().unshown.read_at(Durability::Journaled).written;
        let synced = noted(&core, Durability::Synced, 600..1_200);
        core.log.as_ref().unwrap().journal.wait(last, Durability::Journaled).unwrap();
        assert_eq!(work_ahead(&core), 0, "it would be ahead of what is ready");
        assert!(are_shown(&core, 0), "those who watch would hear of it after the sync");
        journaled.shown().wait().unwrap();
        assert!(are_shown(&core, 600));
        synced.shown().wait().unwrap();
        assert!(are_shown(&core, 1_200));
    }

    #[test]
    fn what_is_applied_ahead_of_a_sync_that_fails_is_never_seen() {
        let (disk, core) = opened();
        noted(&core, Durability::Synced, 0..1_000).shown().wait().unwrap();
        let lost = noted(&core, Durability::Synced, 1_000..2_000);
        assert_eq!(work_ahead(&core), 1);
        disk.fail_from(Call::Sync, 1, Fault::Error);
        lost.shown().wait().unwrap_err();
        assert_eq!(core.turn().unwrap().ahead(), 0, "nobody needs it any more");
        assert!(are_shown(&core, 1_000));
    }

    #[test]
    fn no_more_is_applied_ahead_than_a_sync_may_take() {
        let (_, core) = opened();
        let [few, many] =
            [0..1_000, 1_000..6_000].map(|notes| noted(&core, Durability::Synced, notes));
        assert_eq!(work_ahead(&core), 1, "the first alone");
        many.shown().wait().unwrap();
        few.shown().wait().unwrap();
        assert!(are_shown(&core, 6_000));
    }

    #[derive(State, Clone)]
    #[state(crate = crate)]
    struct Marked {
        #[table(id = 1)]
        #[index(by_sum: u64 with sum)]
        #[index(by_product: u64 with product)]
        marks: Table<u64, u64>,
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "an index is given references")]
    fn sum(key: &u64, mark: &u64) -> Option<u64> {
        key.checked_add(*mark)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "an index is given references")]
    fn product(key: &u64, mark: &u64) -> Option<u64> {
        key.checked_mul(*mark)
    }

    #[test]
    fn what_comes_to_indexes_counts_where_others_wait_for_it() {
        for (marks, ahead) in [(1_300, 1), (1_400, 0)] {
            let home = Home::simulated(SimulatedDisk::new(1), "s");
            let core = Arc::new(open::open::<Marked>(&home, Settings::default()).unwrap());
            let ticket = core.submit(Durability::Synced, |tx| {
                (0..marks).try_for_each(|mark| tx.marks.put(mark, mark))
            });
            let last = core.turn().unwrap().unshown.read_at(Durability::Synced).synced;
            core.work_ahead(core.log.as_ref().unwrap(), last, &mut Grave::default());
            assert_eq!(core.turn().unwrap().ahead(), ahead, "of {marks} entries");
            ticket.unwrap().receipt.shown().wait().unwrap();
            assert_eq!(core.read().indexes().by_sum.len() as u64, marks);
        }
    }

    #[test]
    fn what_comes_to_indexes_counts_where_a_writer_shows_what_nobody_waits_for() {
        let home = Home::simulated(SimulatedDisk::new(1), "s");
        let core = Arc::new(open::open::<Marked>(&home, Settings::default()).unwrap());
        let submitted = |mut marks: Range<u64>| {
            let put = |tx: &mut MarkedTx<'_>| marks.try_for_each(|mark| tx.marks.put(mark, mark));
            core.submit(Durability::Journaled, put).unwrap().receipt
        };
        let kept = submitted(0..400);
        let written = core.turn().unwrap().unshown.read_at(Durability::Journaled).written;
        core.log.as_ref().unwrap().journal.wait(written, Durability::Journaled).unwrap();
        assert!(core.front.shown() < kept.revision(), "nobody has waited for it");
        let later = submitted(400..800);
        assert_eq!(core.front.shown(), kept.revision(), "they are 2,400 operations");
        later.shown().wait().unwrap();
    }

    #[test]
    fn who_does_a_sync_shows_nothing_where_others_wait_for_the_journal_too() {
        let disk = SimulatedDisk::new(1);
        let shop = State::<Numbers>::builder(Home::simulated(disk.clone(), "s")).tenant("shop");
        let mail = Cache::builder(MemoryStore::<u64, String>::new());
        let mail = mail.write_behind(forebay_cache::Settings::default()).tenant("mail");
        let settings =
            JournalSettings { segment_bytes: 64 << 10, bytes_max: 1 << 20, ..Default::default() };
        let journal = SharedJournal::in_directory(disk.directory("journal"), settings);
        let (shop, mail) = journal.open((shop, mail)).unwrap();
        let core = shop.core();
        let ticket = core.submit(Durability::Synced, |tx| {
            tx.numbers.put(1, 1)?;
            tx.enlist(&mail)?.put(1, "we have got it".into())
        });
        let both = ticket.unwrap().receipt;
        sync(core);
        assert!(shown_at_once(core) < both.revision(), "those of the cache would wait for it");
        let last = both.revision();
        both.shown().wait().unwrap();
        assert_eq!(core.front.shown(), last);
    }
}
