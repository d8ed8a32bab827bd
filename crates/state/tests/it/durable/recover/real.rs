//! The same on a disk that is one.

use forebay_journal::disk::{Directory, RealDirectory};
use forebay_state::{Mode, State};

use super::scene::{Diary, prefix, told, write};

#[test]
fn a_state_on_a_real_disk_is_recovered() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("diary.state");
    let open = |mode| State::<Diary>::builder(&home).mode(mode).open();
    let state = open(Mode::Strict).unwrap();
    write(&state, 0..6, 10);
    state.snapshot().wait().unwrap();
    write(&state, 6..10, 10);
    state.close().wait().unwrap();
    drop(state);
    let journal = RealDirectory::existing(home.join("journal-00000001")).unwrap();
    for name in journal.list().unwrap() {
        journal.remove(&name).unwrap();
    }
    assert!(open(Mode::Strict).is_err());
    let state = open(Mode::Recover).unwrap();
    assert_eq!((told(&state), prefix(&state)), (vec!["journal"], 6));
    write(&state, 6..8, 10);
    state.close().wait().unwrap();
    drop(state);
    let state = open(Mode::Strict).unwrap();
    assert_eq!(prefix(&state), 8);
    assert!(!state.report().has_loss());
}
