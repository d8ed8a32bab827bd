//! The record in the backing store: what decodes encodes to the same bytes, everything else is an
//! error.
#![no_main]

use forebay_server::record::{Record, ServerCodec};
use forebay_store::{Codec, ErrorKind, Result};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let decoded: Result<Record> = ServerCodec.decode(bytes);
    match decoded {
        Ok(record) => assert_eq!(ServerCodec.encode(&record).expect("it was encoded"), bytes),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Corrupt),
    }
});
