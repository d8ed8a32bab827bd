//! A snapshot of many blocks of an older version: every value goes through its hops once and in order, whoever
//! is there to help.

use std::sync::{Arc, Mutex, PoisonError};

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{TableId, Tables};
use forebay_store::Durability;
use forebay_store::seam::manual::InlineSpawn;

use super::notes::{builder, helpers};

/// The numbers that went through the hop from each version, in the order in which they did.
static HOPS: Mutex<[Vec<u64>; 2]> = Mutex::new([Vec::new(), Vec::new()]);

/// More blocks than may be in memory at once.
const NOTES: u64 = 3000;

mod v1 {
    use forebay_state::{State, Table};

    #[derive(State, Clone)]
    #[state(name = "notes")]
    pub(super) struct Notes {
        #[table(id = 1)]
        pub(super) notes: Table<u64, (u64, String)>,
        #[table(id = 2)]
        pub(super) texts: Table<u64, String>,
    }
}

mod v3 {
    use forebay_state::{Migrations, State, Table};

    use super::passed;

    #[derive(State, Clone)]
    #[state(name = "notes", migrations = migrations)]
    pub(super) struct Notes {
        #[table(id = 1, version = 3)]
        pub(super) notes: Table<u64, (u64, String, u8)>,
        #[table(id = 2)]
        pub(super) texts: Table<u64, String>,
    }

    fn migrations() -> Migrations<Notes> {
        Migrations::new()
            .hop(Notes::NOTES, 1, |(number, text): (u64, String)| {
                passed(1, number);
                Ok((number, text, 2_u8))
            })
            .hop(Notes::NOTES, 2, |(number, text, hops): (u64, String, u8)| {
                passed(2, number);
                Ok((number, text, hops + 1))
            })
    }
}

fn passed(from: usize, number: u64) {
    HOPS.lock().unwrap_or_else(PoisonError::into_inner)[from - 1].push(number);
}

fn text(number: u64) -> String {
    format!("{number} ").repeat(400)
}

#[test]
fn many_blocks_of_an_older_version_are_migrated_in_order_and_once() {
    let disk = SimulatedDisk::new(1);
    let state = builder::<v1::Notes>(&disk, Arc::new(InlineSpawn)).open().unwrap();
    for at in (0..NOTES).step_by(50) {
        let write = |tx: &mut <v1::Notes as Tables>::Tx<'_>| {
            for at in at..at + 50 {
                tx.notes.put(at, (at, text(at)))?;
                tx.texts.put(at, text(at))?;
            }
            Ok(())
        };
        state.write_at(Durability::Journaled, write).unwrap();
    }
    let report = state.snapshot().wait().unwrap();
    assert!(report.totals.blocks > 30, "{report:?}");
    drop(state);
    disk.kill();
    for spawn in helpers() {
        let disk = disk.copy();
        disk.kill();
        let state = builder::<v3::Notes>(&disk, spawn).open().unwrap();
        let view = state.read();
        let all = usize::try_from(NOTES).unwrap();
        assert_eq!((view.notes.len(), view.texts.len()), (all, all));
        for (at, note) in &view.notes {
            assert_eq!(*note, (*at, text(*at), 3));
            assert_eq!(view.texts.get(at), Some(&note.1));
        }
        let migrated: Vec<_> = state.report().migrated.clone().into_iter().collect();
        assert_eq!(migrated, [((TableId(1), 1), NOTES), ((TableId(1), 2), NOTES)]);
        for numbers in std::mem::take(&mut *HOPS.lock().unwrap_or_else(PoisonError::into_inner)) {
            assert!(numbers.into_iter().eq(0..NOTES), "each once, and in order");
        }
    }
}
