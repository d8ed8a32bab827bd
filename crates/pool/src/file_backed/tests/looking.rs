//! Looking into a place.

use bytes::Bytes;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::{ErrorKind, Raw};

use super::rig::{World, encoded, key, row};
use crate::codec::Bincode1;
use crate::file_backed::Persisted;

#[test]
fn what_is_no_object_is_named_and_left_alone() {
    let world = World::with(3);
    let name = key(1).to_string();
    world.put_at("ff", "notes.txt", b"mine");
    // In another folder than its own, in capitals, with hyphens, and a folder of that name.
    world.put_at("ff", &name, b"");
    world.put_at("4a", &key(2).to_string().to_uppercase(), b"");
    world.put_at("25", "25252525-2525-2525-2525-252525252525", b"");
    world.put_at("4a/4a4a4a4a4a4a4a4a4a4a4a4a4a4a4aff", "deeper", b"");
    world.disk.directory("place").create("README").unwrap();
    world.put_at("AB", "in no folder of the place", b"");
    let before = world.disk.counts();
    let place = world.place();
    assert_eq!(place.keys(), [key(0), key(1), key(2)]);
    let mut strangers = place.strangers().to_vec();
    strangers.sort_unstable();
    assert_eq!(strangers.len(), 7, "{strangers:?}");
    assert_eq!(
        (strangers[0].as_str(), place.strange()),
        ("25/25252525-2525-2525-2525-252525252525", 7)
    );
    assert_eq!(place.read::<Vec<u64>>(key(1), &Bincode1).unwrap(), row(1));
    let after = world.disk.counts();
    assert_eq!((after.writes, after.name_changes), (before.writes, before.name_changes));
}

#[cfg(unix)]
#[test]
#[expect(clippy::disallowed_methods, reason = "these are files of somebody else")]
fn what_is_no_regular_file_is_no_object() {
    let folder = tempfile::tempdir().unwrap();
    let shard = folder.path().join("4a");
    std::fs::create_dir(&shard).unwrap();
    std::fs::write(shard.join(key(2).to_string()), encoded(&row(2))).unwrap();
    let other = format!("4a{}", "0".repeat(30));
    let _socket = std::os::unix::net::UnixListener::bind(shard.join(&other)).unwrap();
    let place = Persisted::open(folder.path()).unwrap();
    assert_eq!((place.keys(), place.strangers()), (&[key(2)][..], &[format!("4a/{other}")][..]));
}

#[test]
fn a_directory_without_one_of_its_folders_is_no_place() {
    let disk = SimulatedDisk::new(1);
    disk.directory("place").create("mine").unwrap();
    let refused = Persisted::open_in(disk.directory("place")).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    let folder = tempfile::tempdir().unwrap();
    let refused = Persisted::open(folder.path().join("not there")).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
}

#[test]
fn what_is_missing_short_or_long_is_told_apart() {
    let world = World::with(0);
    let bytes = encoded(&row(1));
    world.put(1, &bytes);
    world.put(2, &bytes[..bytes.len() - 1]);
    world.put(3, &[&bytes[..], b"x"].concat());
    // As a power cut leaves it between the link and the sync.
    world.put(4, b"");
    let place = world.place();
    let kind =
        |number| place.read::<Vec<u64>>(key(number), &Bincode1).map_err(|error| error.kind());
    assert_eq!(kind(1).unwrap(), row(1));
    assert_eq!([2, 3, 4].map(|number| kind(number).unwrap_err()), [ErrorKind::Corrupt; 3]);
    assert_eq!(kind(9).unwrap_err(), ErrorKind::Invalid);
    assert_eq!(place.read::<Bytes>(key(3), &Raw).unwrap().len(), bytes.len() + 1);
}
