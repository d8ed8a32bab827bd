//! Saying again who writes, so that what came before may go.

use forebay_store::{Durability, ErrorKind, Result};

use super::core::Core;
use super::desk::Desk;
use super::grave::Grave;
use super::unshown::Accepted;
use crate::tables::{Base, Tables, TxContext};

impl<T: Tables> Core<T> {
    /// Writes the catalog and all layouts again, and comes back when that is synced and everything
    /// before it is shown. Says the first record of it: a snapshot of what is shown from now on has
    /// all before that record, and whoever reads the journal from there on needs nothing before it.
    ///
    /// It takes the room that is kept for making room, so a full journal does not stop it.
    pub(crate) fn announce(&self) -> Result<u64> {
        let Some(log) = &self.log else { return Ok(0) };
        let mut grave = Grave::default();
        let mut turn = self.turn.take_when(|desk| !desk.is_blocked)?;
        turn.open(&mut grave)?;
        let life = turn.front.revision.life();
        let (first, number) = loop {
            let frame = turn.pen.announcement(&T::CATALOG, life)?;
            let (length, count) = (frame.length(), u64::from(frame.count()));
            match log.journal.append_own(frame) {
                Ok(number) => break (number + 1 - count, number),
                Err(error) if error.kind() == ErrorKind::Busy => {
                    drop(turn);
                    log.journal.make_room_own(length)?;
                    turn = self.turn.take_when(|desk| !desk.is_blocked)?;
                    turn.open(&mut grave)?;
                }
                Err(error) => return Err(error),
            }
        };
        turn.pen.was_taken();
        // It is shown like a transaction that changes nothing, and so moves the number of what is shown
        // beyond itself.
        let changes = nothing(&turn);
        let (revision, rung) = (turn.unshown.next(), Durability::Synced);
        let need = turn.unshown.note(revision, number, rung);
        turn.unshown.push(Accepted { revision, number, rung, changes });
        drop(turn);
        self.settle(need).map(|()| first)
    }
}

fn nothing<T: Tables>(desk: &Desk<T>) -> T::Changes {
    let base = Base::new(&desk.front);
    T::finish(T::begin(base, desk.unshown.overlay(), &mut TxContext::default()))
}

#[cfg(test)]
mod tests {
    use forebay_journal::disk::simulated::SimulatedDisk;
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::open::{Home, Replay, open};
    use crate::settings::Settings;
    use crate::table::Table;

    #[derive(Clone, Serialize, Deserialize)]
    struct Person {
        name: String,
    }

    #[derive(forebay_state_derive::State, Clone)]
    struct Book {
        #[table(id = 1)]
        people: Table<u32, Person>,
    }

    fn put(core: &Core<Book>, id: u32) {
        let put = |tx: &mut BookTx<'_>| tx.people.put(id, Person { name: "a".into() });
        core.write(Durability::Journaled, put).unwrap();
    }

    #[test]
    fn who_reads_from_an_announcement_on_needs_nothing_before_it() {
        let disk = SimulatedDisk::new(1);
        let core = open::<Book>(&Home::simulated(disk.clone(), "s"), Settings::default()).unwrap();
        put(&core, 1);
        let first = core.announce().unwrap();
        assert!(core.turn.take().unwrap().front.number >= first);
        put(&core, 2);
        let mut replay = Replay::new(Book::empty(0));
        forebay_journal::read(disk.directory("s/journal-00000001"), |number, record| {
            if number < first { Ok(()) } else { replay.take(number, record) }
        })
        .unwrap();
        let (book, report, life) = replay.finish();
        let keys: Vec<u32> = book.people.iter().map(|(key, _)| *key).collect();
        assert_eq!((keys, report.transactions, life), (vec![2], 1, 2));
    }
}
