//! Looking at a simulated disk, and damaging it.

use forebay_journal::disk::simulated::{Counts, Remains, SimulatedDisk};

use super::rig::{durable_file, write};

#[test]
fn calls_are_counted_by_kind() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", &[1; 100]);
    file.read_at(&mut [0; 1], 0).unwrap();
    let expected = Counts {
        reads: 1,
        writes: 1,
        bytes_written: 100,
        syncs: 1,
        directory_syncs: 1,
        name_changes: 1,
        ..Counts::default()
    };
    assert_eq!(disk.counts(), expected);
    disk.files("a");
    disk.read_live("a", "one");
    assert_eq!((disk.counts(), disk.steps()), (expected, 5), "looking is no step");
}

#[test]
fn damage_is_durable() {
    let disk = SimulatedDisk::new(1);
    write(&*durable_file(&disk, "one", &[0; 10]), &[0; 10], 10);
    assert!(disk.flip_bit("a", "one", 8 * 3 + 2));
    assert!(disk.truncate("a", "one", 15));
    let mut expected = vec![0; 15];
    expected[3] = 4;
    assert_eq!(disk.read_live("a", "one").unwrap(), expected);
    disk.power_cut_leaving(Remains::Nothing);
    assert_eq!(disk.read_live("a", "one").unwrap(), expected);
}

#[test]
fn what_is_not_there_cannot_be_damaged_or_read() {
    let disk = SimulatedDisk::new(1);
    durable_file(&disk, "one", &[0; 10]);
    assert!(!disk.flip_bit("a", "one", 80) && !disk.flip_bit("a", "two", 0));
    assert!(!disk.truncate("a", "one", 11) && !disk.truncate("a", "two", 0));
    assert_eq!((disk.read_live("a", "two"), disk.read_durable("a", "two")), (None, None));
}
