//! Faults of single calls.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};

use super::rig::{durable_file, write};

#[test]
fn the_nth_call_fails_and_no_other() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", b"old");
    disk.fail(Call::Write, 2, Fault::Error);
    write(&*file, b"1", 0);
    file.read_at(&mut [0; 1], 0).unwrap();
    assert!(file.write_at(b"2", 0).is_err());
    write(&*file, b"3", 0);
}

#[test]
fn every_call_from_the_nth_on_fails_until_it_is_healed() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", b"old");
    disk.fail_from(Call::Sync, 2, Fault::Error);
    let results: Vec<_> = (0..4).map(|_| file.sync().is_ok()).collect();
    assert_eq!(results, [true, false, false, false]);
    disk.heal();
    file.sync().unwrap();
}

#[test]
fn a_failed_write_has_applied_any_part() {
    let mut parts = BTreeSet::new();
    for seed in 0..300 {
        let disk = SimulatedDisk::new(seed);
        let file = durable_file(&disk, "one", &[1; 20]);
        disk.fail(Call::Write, 1, Fault::Error);
        assert!(file.write_at(&[2; 10], 5).is_err());
        let bytes = disk.read_live("a", "one").unwrap();
        assert!(bytes[..5].iter().chain(&bytes[15..]).all(|byte| *byte == 1), "seed {seed}");
        parts.insert(bytes);
    }
    // Eleven beginnings, and later parts besides.
    assert!(parts.len() > 20, "only {} parts", parts.len());
}

#[test]
fn a_short_write_says_how_much_it_took() {
    let mut counts = BTreeSet::new();
    for seed in 0..100 {
        let disk = SimulatedDisk::new(seed);
        let file = durable_file(&disk, "one", b"");
        disk.fail(Call::Write, 1, Fault::Short);
        let count = file.write_at(&[2; 10], 0).unwrap();
        assert_eq!(disk.read_live("a", "one").unwrap(), vec![2; count]);
        counts.insert(count);
    }
    assert_eq!(counts, (1..10).collect());
}

#[test]
fn a_flip_changes_one_bit() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", &[0; 100]);
    disk.fail(Call::Read, 1, Fault::Flip);
    let mut bytes = [0; 100];
    assert_eq!(file.read_at(&mut bytes, 0).unwrap(), 100);
    assert_eq!(bytes.iter().map(|byte| byte.count_ones()).sum::<u32>(), 1);
    assert_eq!(disk.read_live("a", "one").unwrap(), [0; 100], "only the read was wrong");
    disk.fail(Call::Write, 1, Fault::Flip);
    write(&*file, &[0; 100], 0);
    let ones =
        disk.read_live("a", "one").unwrap().iter().map(|byte| byte.count_ones()).sum::<u32>();
    assert_eq!(ones, 1);
}

#[test]
fn a_short_read_gives_some_of_the_bytes() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", b"0123456789");
    disk.fail_from(Call::Read, 1, Fault::Short);
    for _ in 0..50 {
        let mut bytes = [0; 10];
        let count = file.read_at(&mut bytes, 0).unwrap();
        assert!((1..10).contains(&count) && bytes[..count] == b"0123456789"[..count]);
    }
}

#[test]
fn a_failed_change_of_a_name_did_not_happen_unless_the_error_came_after() {
    for (fault, happened) in [(Fault::Error, false), (Fault::ErrorAfter, true)] {
        let disk = SimulatedDisk::new(1);
        durable_file(&disk, "one", b"");
        let directory = disk.directory("a");
        disk.fail(Call::Rename, 1, fault);
        assert!(directory.rename("one", "two").is_err());
        assert_eq!(disk.files("a") == ["two"], happened);
        disk.fail(Call::Create, 1, fault);
        assert!(directory.create("new").is_err());
        assert_eq!(disk.files("a").contains(&"new".to_owned()), happened);
        let left = disk.files("a").pop().unwrap();
        disk.fail(Call::Remove, 1, fault);
        assert!(directory.remove(&left).is_err());
        assert_eq!(!disk.files("a").contains(&left), happened);
    }
}

#[test]
fn every_call_can_fail() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", b"old");
    let directory = disk.directory("a");
    for call in [Call::List, Call::Open, Call::SyncDirectory, Call::Lock, Call::Read, Call::Length]
    {
        disk.fail(call, 1, Fault::Error);
    }
    assert!(directory.list().is_err() && directory.open("one", true).is_err());
    assert!(directory.sync().is_err() && directory.lock("LOCK").is_err());
    assert!(file.read_at(&mut [0], 0).is_err() && file.len().is_err());
    assert!(directory.list().is_ok() && directory.lock("LOCK").is_ok());
}

#[test]
fn a_full_fault_has_the_kind_of_a_full_disk() {
    let disk = SimulatedDisk::new(1);
    disk.fail(Call::Create, 1, Fault::Full);
    let error = disk.directory("a").create("one").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StorageFull);
}

#[test]
fn a_rate_brings_about_as_many_faults_as_it_says() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", b"old");
    disk.set_rate(Call::Write, Fault::Error, 200);
    let failed = (0..1000).filter(|_| file.write_at(b"new", 0).is_err()).count();
    assert!((150..250).contains(&failed), "{failed} of 1000");
    disk.heal();
    assert!((0..100).all(|_| file.write_at(b"new", 0).is_ok()));
}

#[test]
fn a_hook_runs_before_each_call_and_may_use_the_disk() {
    let disk = SimulatedDisk::new(1);
    let calls = Arc::new(AtomicUsize::new(0));
    let (seen, inside) = (Arc::clone(&calls), disk.clone());
    disk.on_call(Box::new(move |call| {
        assert_eq!(inside.files("a").is_empty(), call == Call::Create);
        seen.fetch_add(1, Ordering::Relaxed);
    }));
    durable_file(&disk, "one", b"old");
    assert_eq!(calls.load(Ordering::Relaxed), 4);
    disk.off_call();
}
