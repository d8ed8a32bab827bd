//! What is written through the pages is in the file.
#![expect(clippy::disallowed_methods, reason = "a test looks at the file itself")]

use std::fs;
use std::io::Write;
use std::sync::Arc;

use forebay_map::PageWriter;

/// Temporary files may lie where nothing is mapped, as on btrfs; this is memory on every Linux.
#[cfg(target_os = "linux")]
fn file() -> tempfile::NamedTempFile {
    tempfile::NamedTempFile::new_in("/dev/shm").expect("there is memory for it")
}

fn opened(file: &tempfile::NamedTempFile) -> Arc<fs::File> {
    Arc::new(file.reopen().expect("it is there"))
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_written_to_a_page_is_read_from_the_file() {
    let mut file = file();
    file.write_all(&[1; 10_000]).unwrap();
    let mut pages = PageWriter::of(opened(&file)).unwrap();
    assert!(pages.write(b"hello", 4094));
    let read = fs::read(file.path()).unwrap();
    assert_eq!(&read[4093..4100], b"\x01hello\x01");
    assert_eq!(read.len(), 10_000);
}

#[cfg(target_os = "linux")]
#[test]
fn a_write_behind_the_end_is_not_done() {
    let mut file = file();
    file.write_all(&[1; 100]).unwrap();
    let mut pages = PageWriter::of(opened(&file)).unwrap();
    assert!(!pages.write(b"hello", 98));
    assert!(!pages.write(b"hello", u64::MAX - 2));
    assert_eq!(fs::read(file.path()).unwrap(), [1; 100]);
}

#[test]
fn an_empty_file_has_no_pages_and_says_so_in_time() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let wrote = PageWriter::of(opened(&file)).is_ok_and(|mut pages| pages.write(b"x", 0));
    assert!(!wrote);
}

/// The files of the process itself stand for all whose file system is not known to keep blocks.
#[cfg(target_os = "linux")]
#[test]
fn a_file_on_a_file_system_that_may_look_for_new_blocks_is_not_mapped() {
    let file = fs::File::open("/proc/self/status").unwrap();
    let error = PageWriter::of(Arc::new(file)).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::Unsupported, "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn writes_far_apart_all_reach_the_file_and_one_over_the_end_of_a_window_is_left_to_others() {
    const WINDOW: usize = 256 << 10;
    let mut file = file();
    file.write_all(&vec![1; 3 * WINDOW]).unwrap();
    let mut pages = PageWriter::of(opened(&file)).unwrap();
    for offset in [2 * WINDOW, 5, WINDOW - 5, 3 * WINDOW - 5] {
        assert!(pages.write(b"hello", offset as u64));
    }
    assert!(!pages.write(b"hello", WINDOW as u64 - 2));
    let mut expected = vec![1; 3 * WINDOW];
    for offset in [5, WINDOW - 5, 2 * WINDOW, 3 * WINDOW - 5] {
        expected[offset..offset + 5].copy_from_slice(b"hello");
    }
    assert!(fs::read(file.path()).unwrap() == expected);
}
