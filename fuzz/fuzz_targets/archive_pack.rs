//! A pack of whatever bytes: it is read to its end or it is corrupt, and what is found in it is found again.
#![no_main]

use forebay_pool::PackBytes;
use forebay_store::ErrorKind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match PackBytes::parse(bytes.to_vec()) {
        Ok(pack) => {
            for key in pack.keys() {
                let blob = pack.blob(key).expect("its key is there");
                assert!(blob.len() >= 128);
                // Whatever type it has, it is an object or an error.
                let _ = pack.get::<Vec<u8>>(key);
                let _ = pack.get::<String>(key);
            }
        }
        Err(error) => assert!(matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Unsupported)),
    }
});
