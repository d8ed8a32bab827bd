//! Logs as etchdb writes them, written here, for what no fixture is large or odd enough for.

use std::hash::Hasher as _;
use std::sync::Arc;

use twox_hash::xxhash3_64::Hasher;

use super::folder::Folder;

/// One put of version 1; `None` as the value is a delete.
pub(super) type Put<'a> = (u8, &'a [u8], Option<&'a [u8]>);

/// A transaction, from its length to its hash.
pub(super) fn transaction(operations: &[Put<'_>]) -> Vec<u8> {
    let mut content = Vec::new();
    number(operations.len(), &mut content);
    for (collection, key, value) in operations {
        content.extend([u8::from(value.is_none()), *collection]);
        number(key.len(), &mut content);
        content.extend_from_slice(key);
        if let Some(value) = value {
            number(value.len() + 2, &mut content);
            content.extend([1, 0]);
            content.extend_from_slice(value);
        }
    }
    let mut hasher = Hasher::new();
    hasher.write(&content);
    let len = u32::try_from(content.len()).unwrap();
    [&len.to_le_bytes(), content.as_slice(), &hasher.finish().to_le_bytes()].concat()
}

/// A directory with a log of these transactions.
pub(super) fn log(transactions: &[Vec<u8>]) -> Folder {
    let header: &[u8] = b"EWAL\x04\0\0\0\0\0\0\0\0\0\0\0";
    let bytes = [header, &transactions.concat()].concat();
    Folder([("wal.bin".to_owned(), Arc::new(bytes))].into())
}

fn number(mut value: usize, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7F).unwrap() | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap());
}
