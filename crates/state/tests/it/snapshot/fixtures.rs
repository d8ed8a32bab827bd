//! Snapshots that a release has written. What they say stays as it is, whatever is written later.
//!
//! A fixture is a folder of `fixtures/state/v1/snapshots` with two texts: `file.hex` has the bytes of
//! the file (`length LENGTH`, then `OFFSET HEX`, 32 bytes a line where they are not all zero),
//! `expected.txt` what a reader finds.
#![expect(clippy::disallowed_methods, reason = "the tests look at files of their own")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use forebay_state::snapshot::{Compression, Reader, Writer};
use forebay_state::value::check_value;
use forebay_store::ErrorKind;

use super::rig::{head, small, written};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/state/v1/snapshots")
}

fn names() -> Vec<String> {
    let entries = fs::read_dir(folder()).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn text(name: &str, file: &str) -> String {
    fs::read_to_string(folder().join(name).join(file)).unwrap()
}

fn expand(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in text.lines() {
        let (word, rest) = line.split_once(' ').unwrap();
        if word == "length" {
            bytes.resize(rest.parse().unwrap(), 0);
            continue;
        }
        let at = usize::from_str_radix(word, 16).unwrap();
        for (byte, pair) in bytes[at..].iter_mut().zip(rest.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
        }
    }
    bytes
}

fn pack(bytes: &[u8]) -> String {
    let mut text = format!("length {}\n", bytes.len());
    let lines = bytes.chunks(32).enumerate();
    for (at, line) in lines.filter(|(_, line)| line.iter().any(|byte| *byte != 0)) {
        writeln!(text, "{:08x} {}", at * 32, hex(line)).unwrap();
    }
    text
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// All that a reader finds, as text; long values by their length.
fn reading(bytes: &[u8]) -> String {
    let mut text = String::new();
    let told = Reader::open(bytes).and_then(|mut reader| {
        writeln!(text, "{:?}", reader.head()).unwrap();
        let totals = reader.read_all(|entry| {
            let (key, length) = (hex(entry.key), entry.value.len());
            let value = if length < 100 { hex(entry.value) } else { format!("{length} bytes") };
            let is_value = check_value(entry.value, entry.dictionary).is_ok();
            writeln!(text, "table {} {key} {value} {is_value}", entry.table).unwrap();
            Ok(())
        })?;
        reader.dictionary().layouts().for_each(|layout| writeln!(text, "{layout:?}").unwrap());
        Ok(totals)
    });
    match told {
        Ok(totals) => writeln!(text, "{totals:?}").unwrap(),
        Err(error) => writeln!(text, "{:?}: {error}", error.kind()).unwrap(),
    }
    text
}

fn with_layouts() -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), &head(), Compression::None).unwrap();
    writer.table(0).unwrap();
    writer.entry(&[0, 9, b'k'], b"kept as it was found").unwrap();
    writer.table(1).unwrap();
    writer.put(b"alice", &Ok::<_, ()>(("Alice", Some(31)))).unwrap();
    writer.put(b"bob", &Err::<(), _>("nobody")).unwrap();
    writer.table(9).unwrap();
    writer.put(&[1], &vec![0_u8; 600_000]).unwrap();
    writer.put(&[2], &1.5).unwrap();
    writer.finish().unwrap().0
}

/// A value whose hop has failed, with the layout that it uses; one of a table that is not there; a
/// table.
fn with_quarantine() -> Vec<u8> {
    let user = [
        &[1, 1, 0xAC, 2, 2, 1, 8][..],
        b"one name",
        &[13, 0, 0, 4],
        b"User",
        &[1, 4],
        b"name",
        &[0xA0, 0x65],
        b"Plato",
    ];
    let mut writer = Writer::new(Vec::new(), &head(), Compression::None).unwrap();
    writer.table(0).unwrap();
    writer.entry(&[0, 1, 0, 0, 0, 2], &user.concat()).unwrap();
    writer.entry(&[0, 9, b'k'], &[1, 3, 7, 7, 0, 0x27]).unwrap();
    writer.table(1).unwrap();
    writer.put(b"alice", &31_u8).unwrap();
    writer.finish().unwrap().0
}

fn flipped(at: usize) -> Vec<u8> {
    let mut bytes = written(&small(), Compression::None);
    bytes[at] ^= 0x10;
    bytes
}

fn made() -> Vec<(&'static str, Vec<u8>)> {
    let plain = written(&small(), Compression::None);
    let cut = plain[..300].to_vec();
    // The head ends at 129, the first block of entries at 197.
    let mut all = vec![
        ("damaged-cut", cut),
        ("damaged-head", flipped(60)),
        ("damaged-header", flipped(129 + 14)),
        ("damaged-payload", flipped(129 + 40)),
        ("damaged-padding", flipped(4000)),
        ("empty", written(&[].into(), Compression::None)),
        ("plain", plain),
        ("with-layouts", with_layouts()),
        ("with-quarantine", with_quarantine()),
    ];
    for kind in [Compression::Lz4, Compression::Zstd].into_iter().filter(|kind| kind.is_there()) {
        let name = if kind == Compression::Lz4 { "with-lz4" } else { "with-zstd" };
        all.push((name, written(&small(), kind)));
    }
    all
}

#[test]
fn every_fixture_is_read_as_when_it_was_written() {
    assert_eq!(names().len(), 11);
    for name in names() {
        let bytes = expand(&text(&name, "file.hex"));
        let is_there = match name.as_str() {
            "with-lz4" => Compression::Lz4.is_there(),
            "with-zstd" => Compression::Zstd.is_there(),
            _ => true,
        };
        if is_there {
            assert_eq!(reading(&bytes), text(&name, "expected.txt"), "{name}");
        } else {
            let read =
                Reader::open(bytes.as_slice()).and_then(|mut file| file.read_all(|_| Ok(())));
            assert_eq!(read.unwrap_err().kind(), ErrorKind::Unsupported, "{name}");
        }
    }
}

/// The writer of today may lay out a snapshot otherwise, but says the same with it.
#[test]
fn the_same_made_again_is_read_as_the_fixtures() {
    for (name, bytes) in made().into_iter().filter(|(name, _)| !name.starts_with("damaged")) {
        let content = |text: &str| {
            let lines = text.lines().filter(|line| !line.starts_with("Totals"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(content(&reading(&bytes)), content(&text(name, "expected.txt")), "{name}");
    }
}

/// How they came into the tree: once, for the first release, with a name of a new folder in the
/// environment. A fixture is never made again, or it would show only what the newest release writes.
#[test]
fn fixtures_are_written_only_where_there_are_none() {
    let asked = std::env::var_os("FOREBAY_NEW_STATE_FIXTURES").map(PathBuf::from);
    let scratch = tempfile::tempdir().unwrap();
    let into = asked.unwrap_or_else(|| scratch.path().join("snapshots"));
    fs::create_dir(&into).expect("the folder must be a new one");
    for (name, bytes) in made() {
        fs::create_dir(into.join(name)).unwrap();
        fs::write(into.join(name).join("file.hex"), pack(&bytes)).unwrap();
        fs::write(into.join(name).join("expected.txt"), reading(&bytes)).unwrap();
        assert_eq!(expand(&pack(&bytes)), bytes, "{name}: packing loses nothing");
    }
}
