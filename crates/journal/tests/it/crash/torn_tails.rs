//! Where a torn tail is said to begin.

use forebay_journal::Recovery;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::format::segment;
use forebay_store::Durability;

use super::rig::Rig;

/// Where the first frame of a segment begins, and what a frame of one record adds to its bytes.
const FIRST: u64 = 4096;
const FRAME: u64 = 40 + 1;

/// A journal whose first frame of one record is synced, or only written like the second one.
fn two_frames(first: Durability) -> Rig {
    let mut rig = Rig::new(0);
    rig.open().unwrap();
    for rung in [first, Durability::Journaled] {
        let last = rig.append(&[100]).unwrap();
        rig.wait(last, rung).unwrap();
    }
    rig
}

/// What is found by the next owner after the first segment was changed.
fn found(rig: &Rig, change: impl FnOnce(&SimulatedDisk, &str)) -> Recovery {
    let disk = rig.disk.copy();
    disk.kill();
    change(&disk, &segment::name(1));
    forebay_journal::read(disk.directory("a"), |_, _| Ok(())).unwrap()
}

#[test]
fn a_torn_tail_begins_where_its_first_frame_does_whatever_of_it_is_wrong() {
    // After a sync the next frame is on a new block, else it follows at once.
    for (first, at) in
        [(Durability::Synced, 2 * FIRST), (Durability::Journaled, FIRST + FRAME + 100)]
    {
        let rig = two_frames(first);
        assert_eq!(found(&rig, |_, _| ()).torn, None);
        for (byte, dropped) in [(5, 0), (30, 0), (50, 1)] {
            let recovery = found(&rig, |disk, name| {
                assert!(disk.flip_bit("a", name, (at + byte) * 8));
            });
            assert_eq!(recovery.torn, Some((segment::name(1), at)), "byte {byte}");
            assert_eq!((recovery.records, recovery.dropped), (1, dropped), "byte {byte}");
        }
    }
}

#[test]
fn bytes_without_a_header_are_a_torn_tail_from_the_first_of_them_on() {
    let rig = two_frames(Durability::Synced);
    let end = 2 * FIRST + FRAME + 100;
    // Of what came behind the last frame only something in the middle has reached the device.
    for at in [end, end + 7, 3 * FIRST, 5 * FIRST + 600] {
        let recovery = found(&rig, |disk, name| {
            let file = disk.directory("a").open(name, true).unwrap();
            assert_eq!(file.write_at(&[9; 30], at).unwrap(), 30);
        });
        assert_eq!(recovery.torn, Some((segment::name(1), at)));
        assert_eq!((recovery.records, recovery.dropped), (2, 0));
    }
}

#[test]
fn what_a_file_holds_of_its_earlier_use_is_no_torn_tail() {
    let mut rig = Rig::new(6);
    rig.open().unwrap();
    for _ in 0..4 {
        rig.make_room(45_100).unwrap();
        let last = rig.append(&[45_000]).unwrap();
        rig.wait(last, Durability::Synced).unwrap();
        rig.retire(last).unwrap();
    }
    let mut reused = 0;
    for _ in 0..6 {
        rig.drop_journal();
        let recovery = rig.open().unwrap();
        assert_eq!((recovery.torn, recovery.dropped), (None, 0));
        let last = rig.append(&[10]).unwrap();
        rig.wait(last, Durability::Synced).unwrap();
        rig.retire(last).unwrap();
        let mut names = rig.disk.files("a");
        names.retain(|name| segment::number(name).is_some());
        let current = names.iter().max().unwrap();
        let bytes = rig.disk.read_live("a", current).unwrap();
        reused += u32::from(bytes[20_000..].iter().any(|byte| *byte != 0));
    }
    assert!(reused > 2, "only {reused} files with something of an earlier use");
}
