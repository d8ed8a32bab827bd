//! What a number takes in memory.

use allocation_counter::measure;

use crate::medium::Place;
use crate::medium::tiers::table::Table;

/// Also when its maps have just grown, which is when they are emptiest.
#[test]
fn a_number_takes_no_more_than_is_counted_for_it() {
    for blobs in [1_000, 3_600, 7_200, 20_000, 57_400] {
        let mut table = Table::new(blobs);
        let taken = measure(|| {
            for file in 0..blobs as u64 {
                assert!(table.announce());
                let number = table.enter(Place { part: 0, file, at: 0, length: 128 }, 128);
                assert!(table.look(number).is_some());
                let _ = table.leave(number);
            }
        });
        let counted = blobs as u64 * Table::NUMBER_BYTES;
        let found = u64::try_from(taken.bytes_current).unwrap();
        assert!(found <= counted, "{found} bytes for {blobs} blobs, and {counted} are counted");
    }
}
