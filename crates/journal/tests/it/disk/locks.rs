//! The lock of a simulated directory.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::ErrorKind;

#[test]
fn a_lock_ends_with_its_process_however_that_ends() {
    let endings: [fn(&SimulatedDisk); 2] = [SimulatedDisk::kill, SimulatedDisk::power_cut];
    for end in endings {
        let disk = SimulatedDisk::new(1);
        let old = disk.directory("a").lock("LOCK").unwrap();
        end(&disk);
        let directory = disk.directory("a");
        let new = directory.lock("LOCK").unwrap();
        drop(old);
        let error = directory.lock("LOCK").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "what is dropped late frees nothing");
        assert!(error.to_string().ends_with("owned by this process (2)"), "{error}");
        drop(new);
    }
}

#[test]
fn each_directory_has_its_own_lock() {
    let disk = SimulatedDisk::new(1);
    let one = disk.directory("one").lock("LOCK").unwrap();
    let two = disk.directory("two").lock("LOCK");
    assert!(two.is_ok());
    drop(one);
}
