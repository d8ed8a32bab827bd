//! How a process ends, at any step.

use std::io;

use forebay_journal::disk::simulated::{Ending, Remains, SimulatedDisk};

use super::rig::{durable_file, write};

/// A run of a few calls that stops at the first error.
fn run(disk: &SimulatedDisk) -> io::Result<()> {
    let directory = disk.directory("a");
    let lock = directory.lock("LOCK").map_err(io::Error::other)?;
    let file = directory.create("new")?;
    file.write_at(&[1; 1000], 0)?;
    file.sync()?;
    directory.list()?;
    directory.rename("new", "one")?;
    directory.sync()?;
    file.write_at(&[2; 1000], 0)?;
    file.read_at(&mut [0; 10], 0)?;
    file.sync()?;
    assert_eq!(file.len()?, 1000);
    directory.remove("one")?;
    drop(lock);
    Ok(())
}

#[test]
fn everything_dies_with_the_process_and_the_live_image_stays() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", b"old");
    let directory = disk.directory("a");
    write(&*file, b"new", 0);
    directory.create("two").unwrap();
    disk.kill();
    assert!(file.read_at(&mut [0; 1], 0).is_err());
    assert!(file.write_at(b"x", 0).is_err());
    assert!(file.sync().is_err() && file.len().is_err());
    assert!(directory.list().is_err() && directory.create("three").is_err());
    assert!(directory.sync().is_err() && directory.lock("LOCK").is_err());
    assert_eq!(disk.files("a"), ["one", "two"]);
    assert_eq!(disk.read_live("a", "one").unwrap(), b"new");
    assert_eq!(disk.read_durable("a", "one").unwrap(), b"old", "nobody has synced it");
    assert_eq!(disk.directory("a").list().unwrap().len(), 2);
}

#[test]
fn everything_dies_with_the_power() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", b"old");
    disk.power_cut();
    assert!(file.read_at(&mut [0; 1], 0).is_err());
    assert_eq!(disk.read_live("a", "one").unwrap(), b"old");
}

#[test]
fn a_run_can_be_ended_at_each_of_its_steps() {
    let whole = SimulatedDisk::new(1);
    run(&whole).unwrap();
    assert_eq!((whole.steps(), whole.changes()), (12, 9));
    for steps in 0..whole.steps() {
        let disk = SimulatedDisk::new(steps);
        disk.cut_after(steps);
        assert!(run(&disk).is_err(), "{steps}");
        assert_eq!(disk.ending(), Some(Ending::PowerCut));
        assert_eq!(disk.steps(), steps + 1, "the call that is cut off counts");
        assert!(disk.directory("a").list().is_err(), "the power is off");
        disk.power_cut();
        assert_eq!(disk.ending(), None);
        assert!(disk.directory("a").list().is_ok());
    }
    let disk = SimulatedDisk::new(1);
    disk.cut_after(whole.steps());
    run(&disk).unwrap();
}

#[test]
fn a_run_can_be_ended_at_each_of_its_changes() {
    for changes in 0..9 {
        let disk = SimulatedDisk::new(changes);
        disk.kill_after_change(changes);
        assert!(run(&disk).is_err(), "{changes}");
        assert_eq!(disk.ending(), Some(Ending::Kill));
        assert_eq!(disk.changes(), changes + 1);
        disk.kill();
        assert!(disk.directory("a").list().is_ok());
    }
}

#[test]
fn a_call_that_came_back_is_done_after_a_kill_and_the_one_cut_off_may_be_in_part() {
    let (mut parts, mut renamed) = (std::collections::BTreeSet::new(), [false; 2]);
    for seed in 0..200 {
        let disk = SimulatedDisk::new(seed);
        disk.kill_after(2);
        assert!(run(&disk).is_err());
        disk.kill();
        let bytes = disk.read_live("a", "new").unwrap();
        assert!(bytes.iter().all(|byte| *byte == 1));
        parts.insert(bytes.len());

        let disk = SimulatedDisk::new(seed);
        disk.kill_after(5);
        assert!(run(&disk).is_err());
        disk.kill();
        let is_renamed = disk.files("a") == ["LOCK", "one"];
        assert!(is_renamed || disk.files("a") == ["LOCK", "new"]);
        renamed[usize::from(is_renamed)] = true;
    }
    assert!(parts.len() > 50 && renamed == [true; 2], "{} {renamed:?}", parts.len());
}

#[test]
fn unsynced_bytes_that_outlived_a_kill_are_still_unsynced() {
    let disk = SimulatedDisk::new(1);
    write(&*durable_file(&disk, "one", b"old"), b"new", 0);
    disk.kill();
    let copy = disk.copy();
    copy.power_cut_leaving(Remains::Nothing);
    assert_eq!(copy.read_live("a", "one").unwrap(), b"old");
    disk.directory("a").open("one", true).unwrap().sync().unwrap();
    disk.power_cut_leaving(Remains::Nothing);
    assert_eq!(disk.read_live("a", "one").unwrap(), b"new", "a sync covers others' writes");
}
