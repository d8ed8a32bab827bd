//! Packs in memory.

use forebay_store::ErrorKind;

use super::world::{World, content, object};
use crate::archive::PackBytes;

fn pack() -> Vec<u8> {
    let world = World::new(1);
    let archive = world.open();
    let objects: Vec<_> = (1..4).map(|number| object(number, 100)).collect();
    archive.keep_all(&objects).wait().unwrap();
    let name = world.names("packs").remove(0);
    world.disk.read_live(&World::path("packs"), &name).unwrap()
}

#[test]
fn the_objects_of_a_pack_are_read_without_an_archive() {
    let bytes = pack();
    let pack = PackBytes::parse(bytes.clone()).unwrap();
    let keys: Vec<_> = pack.keys().collect();
    assert_eq!(keys, [1, 2, 3].map(super::rig::key));
    for (key, number) in keys.into_iter().zip(1..) {
        assert_eq!(pack.get::<Vec<u8>>(key).unwrap().unwrap(), content(number, 100));
        let blob = pack.blob(key).unwrap();
        assert!(blob.len() == 228 && blob.ends_with(&content(number, 100)));
        assert_eq!(pack.get::<Vec<u32>>(key).unwrap_err().kind(), ErrorKind::Invalid);
    }
    assert_eq!(pack.get::<Vec<u8>>(super::rig::key(9)).unwrap(), None);
    assert!(pack.blob(super::rig::key(9)).is_none());
}

#[test]
fn a_damaged_pack_is_corrupt_as_a_whole() {
    let good = pack();
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1;
        assert_eq!(PackBytes::parse(bad).unwrap_err().kind(), ErrorKind::Corrupt, "{at}");
    }
}
