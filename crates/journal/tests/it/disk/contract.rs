//! What every directory does when nothing goes wrong, simulated or real.

use std::io::ErrorKind;

use forebay_store::ErrorKind as StoreErrorKind;

use super::rig::{kind, names, on_both, read, write};

#[test]
fn what_was_written_is_read_back_wherever_it_was_written() {
    on_both(|directory| {
        let file = directory.create("one").unwrap();
        assert!(file.is_empty().unwrap());
        write(&*file, b"hello", 0);
        write(&*file, b"world", 9000);
        write(&*file, b"J", 0);
        let mut expected = vec![0; 9005];
        expected[..5].copy_from_slice(b"Jello");
        expected[9000..].copy_from_slice(b"world");
        file.sync().unwrap();
        assert_eq!(file.len().unwrap(), 9005);
        assert_eq!(read(&*directory, "one").unwrap(), expected);
    });
}

#[test]
fn a_file_that_was_filled_is_all_zeros_and_takes_small_writes_anywhere() {
    on_both(|directory| {
        let file = directory.create("one").unwrap();
        let length = (512 << 10) + 4096;
        if !file.fill(length, &|| {}).unwrap() {
            // Then nothing else may be wrong with it.
            return write(&*file, b"hello", 4093);
        }
        assert_eq!(file.len().unwrap(), length);
        write(&*file, b"hello", 4093);
        let mut expected = vec![0; usize::try_from(length).unwrap()];
        expected[4093..4098].copy_from_slice(b"hello");
        assert!(read(&*directory, "one").unwrap() == expected);
    });
}

#[test]
fn a_read_gives_what_there_is_and_nothing_at_the_end() {
    on_both(|directory| {
        let file = directory.create("one").unwrap();
        write(&*file, b"hello", 0);
        let mut bytes = [b'.'; 8];
        assert_eq!(file.read_at(&mut bytes, 2).unwrap(), 3);
        assert_eq!(&bytes[..3], b"llo");
        assert_eq!(file.read_at(&mut bytes, 5).unwrap(), 0);
        assert_eq!(file.read_at(&mut bytes, 1 << 40).unwrap(), 0);
        assert_eq!(file.read_at(&mut [], 0).unwrap(), 0);
    });
}

#[test]
fn all_who_have_a_file_open_see_each_others_writes() {
    on_both(|directory| {
        let one = directory.create("one").unwrap();
        let other = directory.open("one", true).unwrap();
        write(&*one, b"hello", 0);
        write(&*other, b"J", 0);
        let mut bytes = [0; 5];
        assert_eq!(one.read_at(&mut bytes, 0).unwrap(), 5);
        assert_eq!(&bytes, b"Jello");
    });
}

#[test]
fn a_file_that_is_not_opened_to_write_is_not_changed() {
    on_both(|directory| {
        write(&*directory.create("one").unwrap(), b"hello", 0);
        let file = directory.open("one", false).unwrap();
        assert!(file.write_at(b"J", 0).is_err());
        assert_eq!(read(&*directory, "one").unwrap(), b"hello");
    });
}

#[test]
fn a_name_is_created_once() {
    on_both(|directory| {
        write(&*directory.create("one").unwrap(), b"hello", 0);
        assert_eq!(kind(directory.create("one")), ErrorKind::AlreadyExists);
        assert_eq!(read(&*directory, "one").unwrap(), b"hello");
    });
}

#[test]
fn what_has_no_name_is_not_found() {
    on_both(|directory| {
        assert_eq!(kind(directory.open("one", true)), ErrorKind::NotFound);
        assert_eq!(kind(directory.rename("one", "two")), ErrorKind::NotFound);
        assert_eq!(kind(directory.remove("one")), ErrorKind::NotFound);
        assert!(names(&*directory).is_empty());
    });
}

#[test]
fn a_rename_replaces_and_open_files_stay_open() {
    on_both(|directory| {
        let one = directory.create("one").unwrap();
        let two = directory.create("two").unwrap();
        write(&*one, b"1", 0);
        write(&*two, b"2", 0);
        directory.rename("one", "two").unwrap();
        assert_eq!(names(&*directory), ["two"]);
        write(&*one, b"one", 0);
        write(&*two, b"two", 0);
        assert_eq!(read(&*directory, "two").unwrap(), b"one");
        directory.rename("two", "two").unwrap();
        assert_eq!(names(&*directory), ["two"]);
        directory.sync().unwrap();
    });
}

#[test]
fn a_file_without_a_name_is_there_as_long_as_it_is_open() {
    on_both(|directory| {
        let file = directory.create("one").unwrap();
        write(&*file, b"hello", 0);
        directory.remove("one").unwrap();
        directory.sync().unwrap();
        assert_eq!(file.read_at(&mut [0; 9], 0).unwrap(), 5);
    });
}

#[test]
fn a_removed_name_is_free_again() {
    on_both(|directory| {
        write(&*directory.create("one").unwrap(), b"old", 0);
        directory.remove("one").unwrap();
        assert!(names(&*directory).is_empty());
        assert!(directory.create("one").unwrap().is_empty().unwrap());
    });
}

#[test]
fn there_is_one_owner_and_the_next_one_is_told() {
    on_both(|directory| {
        let lock = directory.lock("LOCK").unwrap();
        let error = directory.lock("LOCK").unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        assert!(error.to_string().contains("LOCK is owned by this process ("), "{error}");
        assert_eq!(names(&*directory), ["LOCK"]);
        drop(lock);
        drop(directory.lock("LOCK").unwrap());
    });
}
