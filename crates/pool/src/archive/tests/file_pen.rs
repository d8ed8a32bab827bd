//! How a file is written from front to end.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use forebay_journal::disk::DiskFile;
use forebay_store::sync::Mutex;
use proptest::prelude::*;

use super::rig::{bytes_of, new_file, unsaved};
use crate::archive::file_pen::FilePen;

/// A file that notes what it is told.
#[derive(Debug, Default)]
struct Noted {
    writes: Mutex<Vec<Range<u64>>>,
    begun: Mutex<Vec<Range<u64>>>,
}

impl DiskFile for Noted {
    fn read_at(&self, _bytes: &mut [u8], _offset: u64) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.writes.lock().push(offset..offset + bytes.len() as u64);
        Ok(bytes.len())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn will_be_synced(&self, bytes: Range<u64>) {
        self.begun.lock().push(bytes);
    }

    fn len(&self) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// What a file is told while so much is put, so many bytes at once, behind a head of 128.
fn noted(total: usize, step: usize) -> Arc<Noted> {
    let file = Arc::new(Noted::default());
    let mut pen = FilePen::at(128, Arc::clone(&file) as Arc<dyn DiskFile>, "p");
    let bytes = vec![1; step];
    for at in (0..total).step_by(step) {
        pen.put(&bytes[..step.min(total - at)]).unwrap();
    }
    assert_eq!(pen.end(), 128 + total as u64);
    pen.put_head(&[2; 128]).unwrap();
    file
}

#[test]
fn whatever_is_put_it_is_written_once_and_in_pieces_that_begin_at_multiples_of_their_length() {
    for step in [100, 65_728, 128 << 10, 300_000, 2 << 20] {
        let file = noted(3_000_000, step);
        let mut writes = file.writes.lock();
        assert_eq!(writes.pop(), Some(0..128), "{step}");
        let mut end = 128;
        for write in &*writes {
            assert_eq!(write.start, end, "{step}");
            end = write.end;
        }
        let starts = writes.iter().skip(1).map(|write| write.start);
        assert!(starts.map(|at| at % FilePen::PIECE as u64).all(|off| off == 0), "{step}");
        assert!(writes.len() <= 24, "{step}: {}", writes.len());
    }
}

#[test]
fn the_device_gets_a_long_file_while_the_rest_of_it_is_written() {
    let file = noted(3_000_000, 65_728);
    let begun = file.begun.lock();
    assert_eq!(*begun, [0..1 << 20, 1 << 20..2 << 20]);
    // Of a short one the sync alone is cheaper.
    assert!(noted(1_000_000, 65_728).begun.lock().is_empty());
}

#[test]
fn what_was_put_is_in_the_file() {
    let length = 0..FilePen::PIECE * 3;
    proptest!(ProptestConfig { cases: 40, ..unsaved() }, |(lengths in prop::collection::vec(length, 0..6), seed in any::<u64>())| {
        let (disk, file) = new_file();
        let mut pen = FilePen::at(5, file, "p");
        let mut all = b"heads".to_vec();
        for (number, length) in (seed..).zip(lengths) {
            let bytes = super::world::content(number, length);
            pen.put(&bytes).unwrap();
            all.extend_from_slice(&bytes);
        }
        pen.put_head(b"heads").unwrap();
        prop_assert!(bytes_of(&disk) == all);
    });
}
