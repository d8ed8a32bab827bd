//! A snapshot that was written, with some of its bits changed, cut or pieced together otherwise: the
//! same entries where nothing was changed, else damage. Never a wrong value, and never a shorter state.
#![no_main]

use std::collections::BTreeMap;

use forebay_state::snapshot::{Compression, Head, Reader, SnapshotId, Writer};
use forebay_store::ErrorKind;
use libfuzzer_sys::fuzz_target;

type Content = BTreeMap<(u16, Vec<u8>), Vec<u8>>;

fuzz_target!(|bytes: &[u8]| {
    let Some((shape, mutations)) = bytes.split_at_checked(32) else { return };
    let content = grow(shape);
    let written = write(&content, shape);
    let mut file = written.clone();
    for mutation in mutations.chunks_exact(4).take(8) {
        mutate(&mut file, mutation);
    }
    let mut found = Content::new();
    let read = Reader::open(file.as_slice()).and_then(|mut reader| {
        reader.read_all(|entry| {
            found.insert((entry.table, entry.key.to_vec()), entry.value.to_vec());
            Ok(())
        })
    });
    assert!(found.iter().eq(content.iter().take(found.len())), "no entry is wrong");
    match read {
        Ok(_) => assert!(file == written && found == content, "nothing is lost in silence"),
        Err(error) => {
            assert!(file != written, "{error}");
            assert_eq!(error.kind(), ErrorKind::Corrupt);
        }
    }
});

/// Some entries of a few tables, of all lengths.
fn grow(shape: &[u8]) -> Content {
    let entry = |(at, byte): (usize, &u8)| {
        let key = vec![byte % 4; usize::from(byte % 8)];
        let length = if byte % 64 == 63 { 300_000 } else { usize::from(*byte) * 200 };
        ((u16::from(byte / 100), [key, vec![at as u8]].concat()), vec![*byte; length])
    };
    shape.iter().enumerate().map(entry).collect()
}

fn write(content: &Content, shape: &[u8]) -> Vec<u8> {
    let head = Head { id: SnapshotId([shape[0]; 16]), ..Head::default() };
    let kinds = [Compression::None, Compression::Lz4, Compression::Zstd];
    let kind = kinds[usize::from(shape[1] % 3)];
    let kind = if kind.is_there() { kind } else { Compression::None };
    let mut writer = Writer::new(Vec::new(), &head, kind).expect("it is there");
    let mut table = None;
    for ((of, key), value) in content {
        if table != Some(*of) {
            writer.table(*of).expect("they are in order");
            table = Some(*of);
        }
        writer.entry(key, value).expect("they are in order");
    }
    writer.finish().expect("memory takes all").0
}

fn mutate(file: &mut Vec<u8>, mutation: &[u8]) {
    let number = u32::from_le_bytes([mutation[1], mutation[2], mutation[3], 0]) as usize;
    let at = number % file.len().max(1);
    match mutation[0] % 8 {
        0 => file.truncate(at),
        1 => file.extend_from_slice(&vec![0; at % 5000]),
        2 => drop(file.drain(at..(at + 40).min(file.len()))),
        3 => {
            let copied = file[at..(at + 400).min(file.len())].to_vec();
            file.splice(at..at, copied);
        }
        _ => {
            if let Some(byte) = file.get_mut(at) {
                *byte ^= 1 << (mutation[0] >> 5);
            }
        }
    }
}
