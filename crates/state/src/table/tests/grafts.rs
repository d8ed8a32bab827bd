//! What is left when a table takes over what another one has.

use std::cell::Cell;
use std::sync::Arc;

use forebay_store::Result;

use crate::commit::Grave;
use crate::key::{Key, KeyBytes, KeyReader, Place, Shape};
use crate::table::change::Change;
use crate::table::entry::Entry;
use crate::table::{Table, TableChanges};

std::thread_local! {
    static DROPPED: Cell<u64> = const { Cell::new(0) };
}

/// A key that counts how many of it are dropped.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Counted(u64);

impl Drop for Counted {
    fn drop(&mut self) {
        DROPPED.set(DROPPED.get() + 1);
    }
}

impl Key for Counted {
    type Tail = <u64 as Key>::Tail;

    const SHAPE: Shape = u64::SHAPE;

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        self.0.encode(place, out);
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        u64::decode(bytes, place).map(Self)
    }
}

fn puts(
    table: &Table<Counted, u32>,
    keys: impl Iterator<Item = u64>,
) -> TableChanges<Counted, u32> {
    let mut changes = TableChanges::new(*table.order());
    keys.for_each(|key| changes.add(Change::Put(Arc::new(Entry::new(Counted(key), 0)))));
    changes
}

#[test]
fn no_key_is_dropped_while_a_table_takes_over_what_another_one_has() {
    let (mut table, mut newer) = (Table::new(), Table::new());
    let both = puts(&table, (0..2_000).chain(4_000..6_000));
    let mut grave = Grave::default();
    both.apply(&mut table, &mut grave);
    both.apply(&mut newer, &mut grave);
    // They do not come in their order, so they are a tree with keys of its own.
    let mut row = puts(&table, (2_000..4_000).rev());
    row.apply(&mut newer, &mut grave);
    let before = DROPPED.get();
    row.apply_last(&mut table, Some(&newer), &mut grave);
    let middle = row.touched.iter().nth(1_000).and_then(Change::entry).unwrap();
    assert_eq!(Arc::strong_count(middle), 2, "it was taken over: the row has it, and one leaf");
    assert_eq!((row.weight(), table.len()), (2_000, 6_000), "what is left can be weighed");
    assert_eq!(DROPPED.get(), before, "code of the user would run while others wait");
    drop((row, grave));
    assert!(DROPPED.get() > before);
}
