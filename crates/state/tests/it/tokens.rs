//! One table of anything, with keys whose code can be made to panic.

use std::cell::Cell;
use std::cmp::Ordering;
use std::sync::Arc;

use forebay_state::key::{KeyBytes, KeyReader, Place, Shape};
use forebay_state::{
    Apply, Base, BodyWriter, Catalog, Grave, Key, Revision, Table, TableChanges, TableId,
    TableInfo, TableKind, TableOverlay, TableTx, TableVisitor, Tables, TxContext,
};
use forebay_store::{Error, Result};

std::thread_local! {
    static PANICS: Cell<u32> = const { Cell::new(0) };
}

/// Lets the next comparisons and clones of keys on this thread panic.
pub(crate) fn let_keys_panic(times: u32) {
    PANICS.set(times);
}

#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Fragile(pub(crate) u64);

fn may_panic() {
    if let Some(left) = PANICS.get().checked_sub(1) {
        PANICS.set(left);
        panic!("code of a key panics");
    }
}

impl Clone for Fragile {
    fn clone(&self) -> Self {
        may_panic();
        Self(self.0)
    }
}

impl Ord for Fragile {
    fn cmp(&self, other: &Self) -> Ordering {
        may_panic();
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Fragile {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Key for Fragile {
    type Tail = <u64 as Key>::Tail;

    const SHAPE: Shape = u64::SHAPE;

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        self.0.encode(place, out);
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        u64::decode(bytes, place).map(Self)
    }
}

#[derive(Clone, Default)]
pub(crate) struct Tokens {
    pub(crate) tokens: Table<Fragile, Arc<()>>,
}

pub(crate) struct TokensTx<'t> {
    pub(crate) tokens: TableTx<'t, Fragile, Arc<()>>,
}

impl Tables for Tokens {
    const CATALOG: Catalog = Catalog::new(
        "tokens",
        &[TableInfo {
            id: TableId(1),
            name: "tokens",
            kind: TableKind::Ordered,
            key: Fragile::SHAPE,
            version: 1,
        }],
        &[],
    );

    type Tx<'t> = TokensTx<'t>;
    type Overlay = TableOverlay<Fragile, Arc<()>>;
    type Changes = TableChanges<Fragile, Arc<()>>;
    type Indexes = ();

    fn empty(_seed: u64) -> Self {
        Self::default()
    }

    fn begin<'t>(
        base: Base<'t, Self>,
        accepted: &'t Self::Overlay,
        _context: &'t mut TxContext,
    ) -> TokensTx<'t> {
        TokensTx { tokens: TableTx::begin(&base.tables().tokens, accepted) }
    }

    fn finish(tx: TokensTx<'_>) -> Self::Changes {
        tx.tokens.finish()
    }

    fn accept(overlay: &mut Self::Overlay, changes: &Self::Changes, revision: Revision) {
        overlay.accept(changes, revision);
    }

    fn leave(overlay: &mut Self::Overlay, changes: &Self::Changes, revision: Revision) {
        overlay.leave(changes, revision);
    }

    fn apply(root: Apply<'_, Self>, changes: &Self::Changes, grave: &mut Grave) {
        changes.apply(&mut root.tables.tokens, grave);
    }

    fn encode(_changes: &Self::Changes, _body: &mut BodyWriter<'_>) -> Result<()> {
        Err(Error::unsupported("tokens live in this process only"))
    }

    fn visit<V: TableVisitor>(&mut self, _visitor: &mut V) -> Result<()> {
        Ok(())
    }

    fn weight(changes: &Self::Changes) -> usize {
        changes.weight()
    }

    fn entries(&self) -> usize {
        self.tokens.len()
    }
}
