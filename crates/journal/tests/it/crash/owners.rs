//! One owner for one directory (G14).

use forebay_journal::disk::simulated::Ending;
use forebay_journal::{Damage, Journal};
use forebay_store::ErrorKind;

use super::rig::Rig;

#[test]
fn a_second_owner_is_refused_and_told_who_the_first_is() {
    let mut rig = Rig::new(1);
    rig.open().unwrap();
    let before = rig.disk.changes();
    let second = Journal::open(rig.disk.directory("a"), rig.settings(), |_, _| Ok(()));
    let error = second.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("owned by this process"), "{error}");
    assert_eq!(rig.disk.changes(), before + 1, "it did no more than ask for the lock");
    rig.append(&[5]).unwrap();
}

#[test]
fn the_lock_is_free_after_a_kill_a_drop_and_a_close() {
    let mut rig = Rig::new(1);
    rig.open().unwrap();
    rig.append(&[5]).unwrap();
    rig.end(Ending::Kill);
    rig.open().unwrap();
    rig.append(&[5]).unwrap();
    rig.drop_journal();
    rig.open().unwrap();
    rig.close().unwrap();
    rig.open().unwrap();
}

#[test]
fn the_lock_is_free_after_an_open_that_was_refused() {
    let mut rig = Rig::new(1);
    rig.open().unwrap();
    rig.close().unwrap();
    assert!(rig.disk.flip_bit("a", "journal", 16 * 8));
    for _ in 0..2 {
        let error = Journal::open(rig.disk.directory("a"), rig.settings(), |_, _| Ok(()));
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.downcast_ref::<Damage>().unwrap().file, "journal");
    }
}
