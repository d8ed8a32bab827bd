//! Keys and values to bytes and back, whatever their types.

use forebay_store::{Codec, Key, Result, Value};

use super::record::LABEL;

/// The two codecs of a cache behind one face.
pub(crate) trait Coder<K, V>: Send + Sync {
    fn encode_key(&self, key: &K, bytes: &mut Vec<u8>) -> Result<()>;
    fn encode_value(&self, value: &V, bytes: &mut Vec<u8>) -> Result<()>;
    fn decode_key(&self, bytes: &[u8]) -> Result<K>;
    fn decode_value(&self, bytes: &[u8]) -> Result<V>;
    /// What a journal is marked with, so that another cache's is noticed.
    fn label(&self) -> String;
}

impl<K: Key, V: Value, C: Codec<K> + Codec<V>> Coder<K, V> for C {
    fn encode_key(&self, key: &K, bytes: &mut Vec<u8>) -> Result<()> {
        self.encode_into(key, bytes)
    }

    fn encode_value(&self, value: &V, bytes: &mut Vec<u8>) -> Result<()> {
        self.encode_into(value, bytes)
    }

    fn decode_key(&self, bytes: &[u8]) -> Result<K> {
        self.decode(bytes)
    }

    fn decode_value(&self, bytes: &[u8]) -> Result<V> {
        self.decode(bytes)
    }

    fn label(&self) -> String {
        format!("{LABEL}, {} to {}", Codec::<K>::name(self), Codec::<V>::name(self))
    }
}
