//! A page of a scan.

/// Where a scan goes on. Its bytes belong to the store that made it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor(pub Vec<u8>);

/// Some entries of a store and where to go on.
///
/// A scan that runs to its end sees every key that is present throughout it at least once. It may
/// or may not see keys that come or go meanwhile. The order is the store's own.
#[derive(Clone, Debug)]
pub struct Page<K, V> {
    /// The entries.
    pub entries: Vec<(K, V)>,
    /// Where to go on; `None` after the last page.
    pub next: Option<Cursor>,
}

impl<K, V> Default for Page<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), next: None }
    }
}
