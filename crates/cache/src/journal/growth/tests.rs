//! When a checkpoint is due, and how much is in its way.

use super::*;

const SEGMENT: u64 = 100;
const MAX: u64 = 3200;
/// What is kept free while a checkpoint writes.
const KEPT: u64 = SEGMENT;

/// A journal whose last checkpoint appended 600 bytes for what weighs 300 in memory.
fn after_a_checkpoint(bytes_max: u64) -> Growth {
    after_one_of(Live { bytes: 600, weight: 300 }, bytes_max)
}

fn after_one_of(live: Live, bytes_max: u64) -> Growth {
    let growth = Growth::new(SEGMENT, bytes_max);
    growth.came(1000);
    end(&growth, live, live.bytes);
    growth
}

/// A checkpoint was made in a journal that has come so far.
fn end(growth: &Growth, live: Live, reach: u64) {
    let others = Others::default();
    growth.end(growth.begin(others), live, (reach, others));
}

fn at(extent: u64, weight: u64) -> Standing {
    Standing { moment: START, extent, reach: extent, weight, others: Others::default() }
}

const START: Moment = Moment(1);

#[test]
fn a_checkpoint_of_a_short_journal_is_due_when_enough_is_stored_and_that_is_what_is_in_the_way() {
    let growth = after_a_checkpoint(MAX);
    assert!(!growth.is_due(&at(600, 300), true), "nothing has come or gone");
    // 400 more bytes have come, of which all are needed.
    growth.came(400);
    let (extent, weight) = (1000, 500);
    assert!(!growth.is_due(&at(extent, weight), true));
    let in_the_way = growth.in_the_way(&at(extent, weight));
    assert_eq!(in_the_way, 100, "a fifth of what it has taken");
    growth.came(1);
    assert!(!growth.is_due(&at(extent, weight - in_the_way + 1), true));
    assert!(growth.is_due(&at(extent, weight - in_the_way), true));
    assert!(!growth.is_due(&at(extent, weight - in_the_way), false), "it is not short");
    assert_eq!(growth.in_the_way(&at(extent, weight - in_the_way)), 0);
    // What was overwritten takes room, too.
    assert!(growth.is_due(&at(extent, 300), true));
}

#[test]
fn a_checkpoint_that_is_due_never_writes_forward_more_than_is_free() {
    let growth = after_a_checkpoint(MAX);
    growth.came(1200);
    // It has grown by twice of what the last one wrote.
    let extent = 1800;
    let most = (MAX - KEPT - extent) / 2;
    for is_short in [false, true] {
        assert!(growth.is_due(&at(extent, most), is_short));
        assert!(!growth.is_due(&at(extent, most + 1), is_short));
    }
    let spare = MAX / 16 / 2;
    assert_eq!(growth.in_the_way(&at(extent, most + 7)), 7 + spare);
    assert_eq!(growth.in_the_way(&at(MAX, 500)), 500, "in a full one nothing may stay");
    assert!(growth.is_due(&at(MAX, KEPT / 2), true), "what is kept free is for it");
    assert!(!growth.is_due(&at(MAX, KEPT), true));
    assert!(growth.is_worthwhile(&at(MAX, KEPT), 1), "there is no other way");
}

#[test]
fn a_checkpoint_begins_before_it_has_no_room_any_more() {
    let growth = after_one_of(Live { bytes: 1200, weight: 600 }, MAX);
    // The same keys are written over and over, and the store takes none of them.
    let mut begins = Vec::new();
    for extent in (1200..MAX).step_by(usize::try_from(KEPT).unwrap()) {
        growth.came(KEPT);
        begins.extend(growth.is_due(&at(extent, 600), false).then_some(extent));
    }
    assert_eq!(
        begins,
        [1700, 1800, 1900],
        "what is written forward and what is kept fit in until then"
    );
}

#[test]
fn whatever_the_journal_holds_a_checkpoint_begins_while_it_has_room_if_it_lets_go_of_enough() {
    for needed in (0..MAX).step_by(40) {
        let growth = after_one_of(Live { bytes: needed, weight: needed }, MAX);
        let looks = (needed..=MAX).step_by(usize::try_from(KEPT).unwrap());
        let mut is_possible = false;
        let mut begins = false;
        for extent in looks {
            growth.came(KEPT);
            let is_enough = extent - needed >= SEGMENT.max(extent / 5);
            is_possible |= is_enough && extent + needed + KEPT <= MAX;
            begins |= growth.is_due(&at(extent, needed), extent >= MAX / 5 * 4);
        }
        assert_eq!(begins, is_possible, "with {needed} that are needed");
    }
}

#[test]
fn after_a_failed_checkpoint_all_is_in_the_way_and_the_next_waits_for_a_quarter_of_a_segment() {
    let growth = after_a_checkpoint(MAX);
    growth.came(1400);
    assert!(growth.is_due(&at(2000, 20), false));
    growth.call();
    growth.fail(true, Live::default(), (2000, START));
    assert_eq!(growth.in_the_way(&at(2000, 500)), 500);
    assert_eq!(growth.in_the_way(&at(2000, 20)), 20);
    for is_short in [false, true] {
        assert!(!growth.is_due(&at(2000 + SEGMENT / 4 - 1, 20), is_short));
        assert!(growth.is_due(&at(2000 + SEGMENT / 4, 20), is_short));
    }
}

#[test]
fn nothing_is_in_the_way_where_a_checkpoint_is_to_tell() {
    let growth = after_one_of(Live { bytes: 600, weight: 0 }, MAX);
    growth.came(400);
    assert_eq!(growth.in_the_way(&at(1000, 500)), 0);
    assert!(growth.is_due(&at(1000, 500), true));
}

#[test]
fn what_others_fill_puts_nothing_in_the_way() {
    let growth = Growth::new(SEGMENT, 20_000);
    end(&growth, Live { bytes: 20, weight: 10 }, 10_000);
    growth.came(1);
    assert_eq!(growth.in_the_way(&at(10_000, 10)), 0);
    assert!(!growth.is_due(&at(10_000, 0), true), "it is no segment");
}

#[test]
fn what_it_takes_to_store_what_is_in_the_way_does_not_have_all_the_rest_stored_too() {
    let growth = after_one_of(Live { bytes: 600, weight: 600 }, MAX);
    growth.came(2000);
    let (mut extent, mut weight, mut batches) = (2600, 2500, 0);
    while !growth.is_due(&at(extent, weight), true) && weight > 0 {
        weight -= growth.in_the_way(&at(extent, weight)).min(400);
        growth.came(1);
        // However small the batch, a block says that it was stored.
        extent += 20;
        batches += 1;
    }
    assert_eq!((weight, batches), (200, 6));
}

#[test]
fn what_others_let_go_of_does_not_put_off_a_checkpoint() {
    let growth = Growth::new(SEGMENT, MAX);
    let live = Live { bytes: 200, weight: 100 };
    end(&growth, live, 2200);
    growth.came(600);
    // Of 2,400 bytes on disk another has let go of 1,400.
    let now = |reach| Standing { extent: reach - 1400, reach, ..at(0, 100) };
    assert!(!growth.is_due(&now(2599), false));
    assert!(growth.is_due(&now(2600), false), "it has grown by twice 200");
    assert!(growth.is_due(&now(2400), true), "it lets go of 200");
}

#[test]
fn what_came_during_a_checkpoint_is_let_go_of_by_the_next() {
    const MOST: u64 = 10_000;
    let growth = Growth::new(SEGMENT, MOST);
    // 2,500 bytes came while 3,500 were written forward.
    let begun = growth.begin(Others::default());
    growth.came(2500);
    let live = Live { bytes: 3500, weight: 3500 };
    growth.end(begun, live, (10_000, Others::default()));
    let begins = (6000..MOST).find(|extent| {
        let now = Standing { reach: 4000 + extent, ..at(*extent, 3500) };
        growth.is_due(&now, false)
    });
    assert!(begins.is_some_and(|extent| extent + 3500 <= MOST), "{begins:?}");
}

#[test]
fn what_a_checkpoint_loses_at_the_ends_of_segments_is_no_reason_for_another() {
    let growth = Growth::new(1000, 16_000);
    // Frames of more than half a segment, so that nearly half of each is lost.
    end(&growth, Live { bytes: 3850, weight: 3850 }, 7000);
    growth.came(1);
    let now = |weight| Standing { reach: 7001, ..at(8200, weight) };
    assert!(!growth.is_due(&now(3850), true));
    assert!(growth.is_due(&now(2000), true), "enough was stored");
}

#[test]
fn what_others_write_forward_is_no_growth_and_what_they_write_is() {
    let growth = after_a_checkpoint(MAX * 10);
    let now =
        |came, again, reach| Standing { others: Others { came, again }, reach, ..at(10_000, 300) };
    let enough = 2 * 600;
    assert!(!growth.is_due(&now(0, enough, 600 + enough), false), "nothing is new");
    assert!(!growth.is_due(&now(1, enough, 600 + enough), false), "one frame is");
    assert!(!growth.is_due(&now(1, enough, 599 + 2 * enough), false));
    assert!(growth.is_due(&now(1, enough, 600 + 2 * enough), false));
}

#[test]
fn who_has_written_forward_does_so_again_in_a_full_journal_only_if_something_new_has_come() {
    let growth = after_a_checkpoint(MAX);
    let now = |came| Standing { others: Others { came, again: MAX - 600 }, ..at(MAX, 1000) };
    assert!(!growth.is_worthwhile(&now(0), Growth::LOOKS));
    assert!(growth.is_worthwhile(&now(1), Growth::LOOKS));
    growth.call();
    let looks = (1..=10_000).find(|_| growth.is_worthwhile(&now(1), 1));
    assert_eq!(looks, Some(Growth::LOOKS));
}

/// When another checkpoint may begin after one that failed: how much further the journal has come then, and in a full journal
/// how many milliseconds later it is, both if it has room and if it has none.
fn pauses(growth: &Growth) -> [Option<u64>; 4] {
    let further = |extent, weight| {
        let due = |further| Standing { reach: 1000 + further, ..at(extent, weight) };
        (0..=100_000).find(|further| growth.is_due(&due(*further), true))
    };
    let later = |weight| {
        let at = |pause| Standing {
            moment: START.after(Duration::from_millis(pause)),
            ..at(MAX, weight)
        };
        let pauses = (0..=100_000).step_by(100);
        pauses.into_iter().find(|pause| growth.is_worthwhile(&at(*pause), Growth::LOOKS))
    };
    // One that takes no more than is kept has no room in a full journal, and may begin all the same.
    [further(1000, 0), further(MAX, KEPT / 2), later(0), later(5000)]
}

#[test]
fn the_pauses_of_one_without_room_double_with_each_that_failed_and_had_written_something() {
    let growth = after_a_checkpoint(MAX);
    growth.came(1);
    assert_eq!(pauses(&growth), [Some(0); 4]);
    let failed = |has_written| {
        growth.fail(has_written, Live::default(), (1000, START));
        pauses(&growth)
    };
    let (quarter, most) = (SEGMENT / 4, MAX / 8);
    let doubled = |n: u32| [quarter, (quarter << n).min(most), 400, 400 << n.min(6)].map(Some);
    assert_eq!([(); 2].map(|()| failed(false)), [doubled(0); 2]);
    assert_eq!([(); 8].map(|()| failed(true)), [0, 1, 2, 3, 4, 5, 6, 7].map(doubled));
    end(&growth, Live { bytes: 600, weight: 300 }, 1000);
    growth.came(1);
    assert!(growth.is_due(&Standing { reach: 1700, ..at(3000, 0) }, true));
}

#[test]
fn once_twice_as_much_is_on_disk_as_there_may_be_there_is_a_long_pause_after_one_that_failed() {
    let growth = after_a_checkpoint(MAX);
    growth.came(1);
    growth.fail(true, Live::default(), (1000, START));
    let hour = Duration::from_secs(3600);
    let is_worthwhile = |extent, weight, pause| {
        let now = Standing { moment: START.after(pause), ..at(extent, weight) };
        growth.is_worthwhile(&now, Growth::LOOKS)
    };
    let nearly = hour.saturating_sub(Duration::from_millis(1));
    assert!(is_worthwhile(2 * MAX, 5000, nearly));
    assert!(!is_worthwhile(2 * MAX + 2, 5000, nearly) && is_worthwhile(2 * MAX + 2, 5000, hour));
    assert!(is_worthwhile(2 * MAX + 2, KEPT / 2, nearly), "it writes next to nothing");
    // What is not stored goes meanwhile, also if others have filled the journal.
    let now = Standing { others: Others { came: 1, again: 2 * MAX }, ..at(2 * MAX + 2, 5000) };
    assert_eq!(growth.in_the_way(&now), 5000);
    end(&growth, Live { bytes: 600, weight: 300 }, 1000);
    growth.came(1);
    assert!(is_worthwhile(2 * MAX + 2, 5000, Duration::ZERO), "the last one went well");
}

#[test]
fn what_fills_a_journal_without_being_new_is_let_go_of_once_it_is_half_of_it() {
    let growth = after_a_checkpoint(MAX);
    let half = 600 + MAX / 2;
    assert!(!growth.is_due(&at(half - 1, 300), true));
    assert!(growth.is_due(&at(half, 300), false));
    assert!(!growth.is_worthwhile(&at(half - 1, 300), Growth::LOOKS));
    assert!(growth.is_worthwhile(&at(half, 300), Growth::LOOKS));
}

#[test]
fn what_a_failed_one_has_written_says_how_much_another_writes() {
    let growth = after_one_of(Live::default(), MAX);
    growth.came(1);
    growth.fail(true, Live { bytes: 600, weight: 6 }, (1000, START));
    let now = |weight| Standing { reach: 2000, ..at(1000, weight) };
    let most = (MAX - KEPT - 1000) / 100;
    assert!(growth.is_due(&now(most), true));
    assert!(!growth.is_due(&now(most + 1), true));
}

#[test]
fn looks_of_before_a_failed_one_or_at_once_after_it_bring_no_other() {
    let growth = after_a_checkpoint(MAX);
    growth.came(1);
    assert!((0..1000).any(|_| growth.is_worthwhile(&at(MAX, 5000), 1)));
    growth.fail(true, Live::default(), (1000, START));
    assert!(!(0..1000).any(|_| growth.is_worthwhile(&at(MAX, 5000), 1)), "as many as are refused");
    growth.fail(true, Live::default(), (1000, START));
    let later = Standing { moment: START.after(Duration::from_secs(60)), ..at(MAX, 5000) };
    let looks = (1..=10_000).find(|_| growth.is_worthwhile(&later, 1));
    assert_eq!(looks, Some(Growth::LOOKS));
}

#[test]
fn one_of_which_nothing_is_known_has_room_for_what_it_weighs_once_one_has_failed() {
    let growth = after_one_of(Live::default(), MAX);
    growth.came(1);
    let now = |weight| Standing { reach: 2000, ..at(1000, weight) };
    assert!(growth.is_due(&now(MAX), true));
    growth.fail(true, Live::default(), (1000, START));
    let free = MAX - KEPT - 1000;
    assert!(growth.is_due(&now(free), true));
    assert!(!growth.is_due(&now(free + 1), true));
}

#[test]
fn one_that_takes_what_is_kept_begins_in_a_full_journal_and_not_beyond_the_bound() {
    let growth = after_a_checkpoint(MAX);
    growth.came(1);
    assert!(growth.is_due(&at(MAX, KEPT / 2), true));
    assert!(!growth.is_due(&at(MAX, KEPT / 2 + 1), true));
    assert!(!growth.is_due(&at(MAX + 1, KEPT / 2), true));
}

#[test]
fn a_journal_is_longer_once_for_each_segment() {
    let growth = Growth::new(SEGMENT, MAX);
    let is_longer = [99, 100, 100, 199, 449, 449].map(|reach| growth.is_longer(reach));
    assert_eq!(is_longer, [false, true, false, false, true, false]);
}
