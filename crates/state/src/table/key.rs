//! What tables need of a key.

/// A key whose bytes are in its own order.
pub trait Key: Ord + Clone + Send + Sync + 'static {
    /// Lends the bytes of this key as it stands alone.
    fn with_encoded<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R;
}

/// Something that finds a key `K`: it orders as the keys do, and its bytes are those of the key.
pub trait Seek<K>: Ord {
    /// Lends the bytes of the key that is sought.
    fn with_bytes<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R;
}

impl<K: Key> Seek<K> for K {
    fn with_bytes<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        self.with_encoded(read)
    }
}

impl Key for String {
    fn with_encoded<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        read(self.as_bytes())
    }
}

impl Seek<String> for str {
    fn with_bytes<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        read(self.as_bytes())
    }
}

impl Key for u64 {
    fn with_encoded<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        read(&self.to_be_bytes())
    }
}
