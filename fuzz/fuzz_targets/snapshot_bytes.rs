//! Any bytes as a snapshot: entries in order and an end, or damage that says where.
#![no_main]

use forebay_state::snapshot::{Reader, SnapshotDamage};
use forebay_store::ErrorKind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut last: Option<(u16, Vec<u8>)> = None;
    let mut entries = 0;
    let read = Reader::open(bytes).and_then(|mut reader| {
        reader.read_all(|entry| {
            let this = (entry.table, entry.key.to_vec());
            assert!(last.as_ref().is_none_or(|last| *last < this), "in order, none twice");
            last = Some(this);
            entries += 1;
            Ok(())
        })
    });
    match read {
        Ok(totals) => {
            assert_eq!(totals.entries(), entries);
            assert_eq!(totals.bytes, bytes.len() as u64);
        }
        Err(error) if error.kind() == ErrorKind::Corrupt => {
            let source = std::error::Error::source(&error).expect("it says where");
            let damage = source.downcast_ref::<SnapshotDamage>().expect("it is damage");
            assert!(damage.at <= bytes.len() as u64);
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported),
    }
});
