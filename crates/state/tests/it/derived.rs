//! What the derive makes of a struct of tables.

use std::sync::atomic::{AtomicUsize, Ordering};

use forebay_state::{HashTable, Key, State, Table, TableId, TableKind, Tables};

static REBUILT: AtomicUsize = AtomicUsize::new(0);

mod inner {
    use super::{HashTable, State, Table};

    #[derive(State, Clone)]
    #[state(retired(3, 9), after_load = super::rebuild)]
    pub(super) struct BigShop {
        #[table(id = 7, version = 4)]
        pub(super) r#type: Table<String, u64>,
        #[state(skip)]
        pub(super) rebuilt: Vec<usize>,
        #[table(id = 12)]
        pub(super) tags: HashTable<u64, ()>,
        #[table(id = 2, name = "by number")]
        pub(super) orders: Table<(u64, u32), Vec<String>>,
    }
}

use inner::{BigShop, BigShopTx};

fn rebuild(shop: &mut BigShop) {
    shop.rebuilt.push(REBUILT.fetch_add(1, Ordering::Relaxed) + shop.orders.len());
}

#[test]
fn the_catalog_is_what_the_struct_says() {
    let catalog = BigShop::CATALOG;
    assert_eq!(catalog.name(), "big_shop");
    assert_eq!(catalog.retired(), [TableId(3), TableId(9)]);
    let tables = catalog.tables().iter();
    let said: Vec<_> = tables
        .map(|info| (info.id.0, info.name, info.kind, info.key.to_string(), info.version))
        .collect();
    assert_eq!(
        said,
        [
            (7, "type", TableKind::Ordered, "text".to_owned(), 4),
            (12, "tags", TableKind::Hash, "u64".to_owned(), 1),
            (2, "by number", TableKind::Ordered, "(u64,u32)".to_owned(), 1),
        ]
    );
}

#[test]
fn the_name_on_disk_is_the_one_that_is_given() {
    #[derive(State, Clone)]
    #[state(name = "Old Name")]
    struct Renamed {
        #[table(id = 1)]
        table: Table<u8, u8>,
    }
    assert_eq!(Renamed::CATALOG.name(), "Old Name");
    let state = State::<Renamed>::memory();
    state.write(|tx| tx.table.put(1, 2)).unwrap();
    assert_eq!(state.read().table.get(&1), Some(&2));
}

#[test]
fn a_reference_leads_to_its_table() {
    let state = State::<BigShop>::memory();
    state.write(|tx| tx.orders.put((1, 2), vec!["tea".to_owned()])).unwrap();
    let view = state.read();
    assert_eq!(BigShop::ORDERS.of(&view).len(), 1);
    assert!(BigShop::TYPE.of(&view).is_empty());
    assert_eq!((BigShop::TYPE.id(), BigShop::ORDERS.id()), (TableId(7), TableId(2)));
    state.write(|tx| tx.tags.put(7, ())).unwrap();
    assert!(BigShop::TAGS.of(&state.read()).contains(&7));
    assert_eq!(BigShop::ORDERS.info().key, <(u64, u32)>::SHAPE);
}

#[test]
fn what_is_skipped_is_rebuilt_once_and_is_the_same_in_every_view() {
    fn put(tx: &mut BigShopTx<'_>, number: u64) -> forebay_store::Result<()> {
        tx.orders.put((number, 0), Vec::new())
    }
    let state = State::<BigShop>::memory();
    let first = state.read();
    for number in 0..10 {
        state.write(|tx| put(tx, number)).unwrap();
    }
    assert_eq!(first.rebuilt.len(), 1);
    assert_eq!(state.read().rebuilt, first.rebuilt);
}
