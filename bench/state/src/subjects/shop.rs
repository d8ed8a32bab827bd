//! Forebay's tables, with all that the derive would write.

use forebay_state::{
    Apply, Base, Grave, HashTable, HashTableChanges, HashTableOverlay, HashTableTx, Revision,
    Table, TableChanges, TableOverlay, TableTx, Tables, TxContext,
};

use crate::people::Person;

macro_rules! shop {
    ($shop:ident $tx:ident $overlay:ident $changes:ident,
     $table:ident $table_tx:ident $table_overlay:ident $table_changes:ident) => {
        #[derive(Clone)]
        pub(crate) struct $shop {
            pub(crate) texts: $table<String, Person>,
            pub(crate) numbers: $table<u64, Person>,
        }

        pub(crate) struct $tx<'t> {
            pub(crate) texts: $table_tx<'t, String, Person>,
            pub(crate) numbers: $table_tx<'t, u64, Person>,
        }

        #[derive(Default)]
        pub(crate) struct $overlay {
            texts: $table_overlay<String, Person>,
            numbers: $table_overlay<u64, Person>,
        }

        pub(crate) struct $changes {
            texts: $table_changes<String, Person>,
            numbers: $table_changes<u64, Person>,
        }

        impl Tables for $shop {
            type Tx<'t> = $tx<'t>;
            type Overlay = $overlay;
            type Changes = $changes;
            type Indexes = ();

            fn empty(seed: u64) -> Self {
                Self { texts: $table::empty(seed), numbers: $table::empty(seed) }
            }

            fn begin<'t>(
                base: Base<'t, Self>,
                accepted: &'t $overlay,
                _context: &'t mut TxContext,
            ) -> $tx<'t> {
                let tables = base.tables();
                $tx {
                    texts: $table_tx::begin(&tables.texts, &accepted.texts),
                    numbers: $table_tx::begin(&tables.numbers, &accepted.numbers),
                }
            }

            fn finish(tx: $tx<'_>) -> $changes {
                $changes { texts: tx.texts.finish(), numbers: tx.numbers.finish() }
            }

            fn accept(overlay: &mut $overlay, changes: &$changes, revision: Revision) {
                overlay.texts.accept(&changes.texts, revision);
                overlay.numbers.accept(&changes.numbers, revision);
            }

            fn leave(overlay: &mut $overlay, changes: &$changes, revision: Revision) {
                overlay.texts.leave(&changes.texts, revision);
                overlay.numbers.leave(&changes.numbers, revision);
            }

            fn apply(root: Apply<'_, Self>, changes: &$changes, grave: &mut Grave) {
                changes.texts.apply(&mut root.tables.texts, grave);
                changes.numbers.apply(&mut root.tables.numbers, grave);
            }

            fn weight(changes: &$changes) -> usize {
                changes.texts.weight().saturating_add(changes.numbers.weight())
            }

            fn entries(&self) -> usize {
                self.texts.len() + self.numbers.len()
            }
        }
    };
}

shop!(Shop ShopTx ShopOverlay ShopChanges, Table TableTx TableOverlay TableChanges);
shop!(HashShop HashShopTx HashShopOverlay HashShopChanges,
      HashTable HashTableTx HashTableOverlay HashTableChanges);
