//! Databases that a real `file_backed` 0.6.14 wrote.
#![expect(clippy::disallowed_methods, reason = "these are files of somebody else")]

use forebay_store::ErrorKind;

use super::rig::{expected, fixture};
use crate::codec::Bincode1;
use crate::file_backed::Persisted;

const TEXTS: &str = include_str!("../../../../../fixtures/file_backed-0.6.14/redb.txt");

#[test]
fn closed_or_not_its_objects_are_read_and_no_byte_is_changed() {
    for name in ["redb", "redb-unclosed"] {
        let file = fixture(name).join("file_backed.redb");
        let before = std::fs::read(&file).unwrap();
        for path in [fixture(name), file.clone()] {
            let place = Persisted::open_redb(path).unwrap();
            let one = |key: &crate::Key| {
                (*key, format!("{:?}", place.read::<String>(*key, &Bincode1).unwrap()))
            };
            let found: Vec<_> = place.keys().iter().map(one).collect();
            assert_eq!(found, expected(TEXTS), "{name}");
            let missing = place.read::<String>(crate::Key::from_bytes([7; 16]), &Bincode1);
            assert_eq!(missing.unwrap_err().kind(), ErrorKind::Invalid);
        }
        assert!(std::fs::read(&file).unwrap() == before, "{name} was changed");
    }
}

#[test]
fn what_is_no_such_database_is_invalid_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine");
    assert_eq!(Persisted::open_redb(&path).unwrap_err().kind(), ErrorKind::Invalid);
    for content in [Vec::new(), vec![7; 100_000]] {
        std::fs::write(&path, &content).unwrap();
        assert_eq!(Persisted::open_redb(&path).unwrap_err().kind(), ErrorKind::Invalid);
        assert_eq!(std::fs::read(&path).unwrap(), content);
    }
    std::fs::remove_file(&path).unwrap();
    drop(redb::Database::create(&path).unwrap());
    assert_eq!(Persisted::open_redb(&path).unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn one_that_a_program_has_open_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file_backed.redb");
    std::fs::copy(fixture("redb").join("file_backed.redb"), &path).unwrap();
    let open = redb::Database::open(&path).unwrap();
    assert_eq!(Persisted::open_redb(&path).unwrap_err().kind(), ErrorKind::Unavailable);
    drop(open);
    let (place, beside) =
        (Persisted::open_redb(&path).unwrap(), Persisted::open_redb(&path).unwrap());
    assert_eq!((place.keys().len(), beside.keys().len()), (3, 3));
}
