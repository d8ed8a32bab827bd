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
fn what_is_damaged_is_never_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file_backed.redb");
    let good = std::fs::read(fixture("redb").join("file_backed.redb")).unwrap();
    // A page that nobody uses may have any bytes.
    let mut found_damage = 0;
    for at in (0..good.len()).step_by(good.len() / 300) {
        let mut damaged = good.clone();
        damaged[at] ^= 0xff;
        std::fs::write(&path, &damaged).unwrap();
        let Ok(place) = Persisted::open_redb(&path) else {
            found_damage += 1;
            continue;
        };
        for (key, value) in expected(TEXTS) {
            let read = place.read::<String>(key, &Bincode1);
            assert!(read.is_ok_and(|read| format!("{read:?}") == value), "byte {at}");
        }
    }
    assert!(found_damage > 0);
    let mut damaged = good.clone();
    for (at, _) in good.windows(3).enumerate().filter(|(_, bytes)| bytes == b"ada") {
        damaged[at] ^= 1;
    }
    std::fs::write(&path, &damaged).unwrap();
    assert_eq!(Persisted::open_redb(&path).unwrap_err().kind(), ErrorKind::Corrupt);
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
