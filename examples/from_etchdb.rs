//! Moves from etchdb to a state: `cargo run -p forebay-state --features etchdb --example from_etchdb`.
//!
//! It reads a directory that a real etchdb 0.6.1 has written; give it another one as its argument. The
//! structs are those of the program that used etchdb, its maps as tables.
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::path::PathBuf;

use forebay_state::etchdb::Import;
use forebay_state::{State, Table};
use forebay_store::Result;

/// Before, with etchdb:
///
/// ```text
/// #[derive(Replayable, Transactable, ..)]
/// struct Shop {
///     #[etch(collection = 0)] users: BTreeMap<String, u64>,
///     #[etch(collection = 1)] orders: BTreeMap<u64, String>,
/// }
/// ```
#[derive(State, Clone)]
struct Shop {
    #[table(id = 1)]
    users: Table<String, u64>,
    #[table(id = 2)]
    orders: Table<u64, String>,
}

fn main() -> Result<()> {
    let fixture = "../../fixtures/etchdb-0.6.1/shop-compacted";
    let fixture = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(fixture);
    let directory = std::env::args_os().nth(1).map_or_else(fixture, PathBuf::from);

    // `State::open("shop.state")` and `.rung(Durability::Synced)` in a real program.
    let shop = State::<Shop>::memory();
    let report = Import::<Shop>::open(directory)?
        .table(0, |tx| &mut tx.users)
        .table(1, |tx| &mut tx.orders)
        .run(&shop)?;

    print!("{report}");
    for (name, points) in &shop.read().users {
        println!("{name} has {points} points");
    }
    for (number, what) in &shop.read().orders {
        println!("order {number}: {what}");
    }
    Ok(())
}
