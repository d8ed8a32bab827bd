//! The journal's reader against segments that nobody wrote on purpose: raw bytes, and frames with
//! right checksums whose fields say anything. It may find records, a torn tail or damage; it may not
//! panic, and what it finds is numbered without gaps.
#![no_main]

use forebay_journal::disk::Directory;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::format::frame::Header;
use forebay_journal::format::identity::{self, Identity, Slot};
use forebay_journal::format::segment::{SegmentHeader, name};
use forebay_journal::format::{BLOCK, checksum};
use libfuzzer_sys::fuzz_target;

const LENGTH: u64 = 4 * BLOCK;

fuzz_target!(|bytes: &[u8]| {
    let Some((mode, rest)) = bytes.split_first() else { return };
    let disk = SimulatedDisk::new(1);
    let directory = disk.directory("a");
    let (first, second) = rest.split_at(rest.len() / 2);
    put(&*directory, identity::NAME, &identity(*mode));
    for (number, bytes) in (1..).zip([first, second]) {
        put(&*directory, &name(number), &segment(*mode, number, bytes));
    }
    let mut due = None;
    let read = forebay_journal::read(directory, |number, _| {
        assert!(due.is_none_or(|due| due == number), "records are numbered without gaps");
        due = Some(number + 1);
        Ok(())
    });
    if let Ok(recovery) = read {
        assert!(due.is_none_or(|due| due == recovery.last + 1), "the last record is the last");
    }
});

fn put(directory: &dyn Directory, name: &str, bytes: &[u8]) {
    let file = directory.create(name).expect("the name is free");
    file.write_at(bytes, 0).expect("the disk has room");
}

fn identity(mode: u8) -> Vec<u8> {
    let mut bytes = Identity { id: [7; 16], label: String::new(), second: None }.encode();
    let slot = Slot {
        counter: 0,
        lowest: 1,
        highest: 2,
        first: 1,
        durable: 0,
        is_clean: mode & 2 != 0,
        second: None,
    };
    bytes.extend(slot.encode());
    bytes.extend(Slot { counter: 1, durable: u64::from(mode >> 4), ..slot }.encode());
    bytes
}

fn segment(mode: u8, number: u64, bytes: &[u8]) -> Vec<u8> {
    let salt = [9; 16];
    let header = SegmentHeader { journal: [7; 16], number, length: LENGTH, salt, made: (0, 0) };
    let mut segment = header.encode();
    if mode & 1 == 0 {
        segment.extend(bytes.iter().take(8 << 10));
    } else {
        frames(bytes, &salt, &mut segment);
    }
    segment.resize(LENGTH as usize, 0);
    segment
}

/// Frames of ten bytes of fuzz each: what the header says, and the body.
fn frames(bytes: &[u8], salt: &[u8; 16], segment: &mut Vec<u8>) {
    for fuzz in bytes.chunks_exact(10).take(100) {
        if fuzz[0] & 1 == 0 {
            segment.resize(segment.len().div_ceil(BLOCK as usize) * BLOCK as usize, 0);
        }
        let body = &fuzz[6..6 + usize::from(fuzz[0] >> 1) % 5];
        let sum = if fuzz[0] & 0x80 == 0 { checksum(body) } else { 0 };
        let header = Header {
            body_checksum: sum,
            length: if fuzz[1] < 250 { body.len() as u32 } else { u32::from(fuzz[1]) << 8 },
            count: u32::from(fuzz[2] % 4),
            first: u64::from(fuzz[3] % 32),
            synced: u64::from(fuzz[4] % 32),
        };
        let offset = segment.len() as u64;
        segment.extend_from_slice(&header.encode(salt, offset));
        segment.extend_from_slice(body);
        if segment.len() as u64 > LENGTH - BLOCK {
            break;
        }
    }
    segment.truncate(LENGTH as usize);
}
