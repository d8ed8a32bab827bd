//! From a snapshot to tables.

use std::io;
use std::sync::Arc;

use forebay_store::Result;
use forebay_store::seam::Spawn;

use super::footer::Totals;
use super::loading::Loading;
use super::reader::Reader;
use crate::migration::Values;
use crate::quarantine::{QUARANTINE, Quarantine};
use crate::tables::Tables;

/// What was loaded.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) totals: Totals,
    /// Entries of retired tables, which were passed over.
    pub(crate) retired: u64,
}

/// Fills empty tables with everything that is in a snapshot. Jobs of `spawn` may make values of its blocks
/// meanwhile. After an error the tables are worth nothing.
///
/// # Errors
///
/// `Corrupt` if the snapshot is damaged; `Invalid` if it was written for other tables.
pub(crate) fn load<T: Tables, R: io::Read>(
    (tables, quarantine): (&mut T, &mut Quarantine),
    values: &mut Values<T>,
    reader: &mut Reader<R>,
    spawn: &Arc<dyn Spawn>,
) -> Result<Loaded> {
    let mut loading = Loading::begin(reader, (quarantine, values), spawn)?;
    let mut loaded = Loaded::default();
    while let Some(id) = loading.table()? {
        if T::CATALOG.table(id).is_some() {
            tables.visit(&mut loading)?;
        } else if id == QUARANTINE {
            loaded.retired += loading.held()?;
        } else if T::CATALOG.is_retired(id) {
            loaded.retired += loading.pass()?;
        } else {
            loading.unknown(id)?;
        }
    }
    loaded.totals = loading.totals();
    Ok(loaded)
}
