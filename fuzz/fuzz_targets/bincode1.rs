//! Any bytes as bincode 1: a value, or `Corrupt`; and what is a value has these bytes again, as far as they
//! had to be so.
#![no_main]

use std::collections::BTreeMap;

use forebay_pool::{Aligned, Bincode1, BlobCodec, Sink, Source};
use forebay_store::{Error, ErrorKind, Result};
use libfuzzer_sys::fuzz_target;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
enum Value {
    Unit,
    Number(i128, f32, char),
    Many { list: Vec<Value>, next: Option<Box<Value>>, nothing: Vec<()> },
    Text(String, BTreeMap<u16, bool>),
}

struct Given<'a>(&'a [u8], u64);

impl Source for Given<'_> {
    fn length(&self) -> u64 {
        self.1
    }

    fn fill(&mut self, into: &mut [u8]) -> Result<()> {
        let parts = self.0.split_at_checked(into.len());
        let (first, rest) = parts.ok_or_else(|| Error::corrupt("it ends early"))?;
        into.copy_from_slice(first);
        self.0 = rest;
        Ok(())
    }

    fn whole(&mut self) -> Result<Aligned> {
        Ok(Aligned::from(self.0))
    }
}

struct Written(Vec<u8>);

impl Sink for Written {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    comes_back::<Value>(bytes);
    comes_back::<Vec<(Option<u8>, String)>>(bytes);
    comes_back::<Vec<BTreeMap<(), ()>>>(bytes);
});

fn comes_back<T: Serialize + DeserializeOwned>(bytes: &[u8]) {
    let first = match decode::<T>(bytes) {
        Ok(value) => encode(&value),
        Err(error) => return assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}"),
    };
    // A map that came with a key twice, or in another order, has other bytes; from then on they stay.
    let again = decode::<T>(&first).expect("what was written is read");
    assert_eq!(encode(&again), first);
}

fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let length = bytes.len() as u64;
    BlobCodec::<T>::decode(&Bincode1, &mut Given(bytes, length), None)
}

fn encode<T: Serialize + DeserializeOwned>(value: &T) -> Vec<u8> {
    let mut written = Written(Vec::new());
    BlobCodec::<T>::encode(&Bincode1, value, &mut written).expect("any value is written");
    written.0
}
