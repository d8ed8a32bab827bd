//! What lies behind the end is found wherever it is.

use crate::disk::simulated::SimulatedDisk;
use crate::format::BLOCK;
use crate::format::frame::Header;
use crate::format::segment::SegmentHeader;
use crate::recovery::behind::Behind;
use crate::recovery::walk::Walk;

/// Longer than two pieces.
const LENGTH: u64 = (5 << 19) + 3 * BLOCK;
const FROM: u64 = 3 * BLOCK + 17;

const SEGMENT: SegmentHeader =
    SegmentHeader { journal: [1; 16], number: 1, length: LENGTH, salt: [7; 16], made: (1, 1) };

fn look(put: &[(u64, &[u8])], due: u64) -> Behind {
    let disk = SimulatedDisk::new(1);
    let directory = disk.directory("a");
    let file = directory.create("x").unwrap();
    file.write_at(&vec![0; usize::try_from(LENGTH).unwrap()], 0).unwrap();
    // What is before the place counts for nothing.
    file.write_at(&[1; 17], FROM - 17).unwrap();
    for (at, bytes) in put {
        file.write_at(bytes, *at).unwrap();
    }
    Behind::look(&mut Walk::new(directory.open("x", false).unwrap(), SEGMENT, FROM), due).unwrap()
}

#[test]
fn nothing_but_zeros_is_nothing() {
    let behind = look(&[], 5);
    assert_eq!((behind.witness, behind.dropped, behind.frame, behind.byte), (None, 0, None, None));
}

#[test]
fn a_single_bit_is_found_wherever_it_is() {
    let inside = [0, 1, 255, 256, BLOCK - 1];
    let blocks = (FROM / BLOCK + 1..LENGTH / BLOCK).step_by(61).chain([255, 256, 257, 511, 512]);
    for block in blocks.chain([LENGTH / BLOCK - 1]) {
        for at in inside.map(|inside| block * BLOCK + inside) {
            let behind = look(&[(at, &[0x10])], 5);
            assert_eq!((behind.byte, behind.frame), (Some(at), None), "byte {at}");
        }
    }
    for at in [FROM, FROM + 100, 4 * BLOCK - 1] {
        assert_eq!(look(&[(at, &[1])], 5).byte, Some(at), "in the block where it begins");
    }
}

#[test]
fn a_frame_is_found_behind_any_number_of_zeros() {
    for block in [FROM / BLOCK + 1, 256, 257, 512, LENGTH / BLOCK - 1] {
        let at = block * BLOCK;
        let frame = |synced| {
            Header { body_checksum: 0, length: 0, count: 1, first: 9, synced }
                .encode(&SEGMENT.salt, at)
        };
        let behind = look(&[(at, &frame(4))], 5);
        let found = (behind.witness, behind.dropped, behind.frame, behind.byte);
        assert_eq!(found, (None, 1, Some(at), Some(at)), "at block {block}");
        assert_eq!(look(&[(at, &frame(5))], 5).witness, Some(at), "it tells that 5 was durable");
    }
}
