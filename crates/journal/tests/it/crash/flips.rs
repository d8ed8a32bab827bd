//! Single bits that are wrong (G13).

use super::damage_rig::{AtRest, Outcome, is_segment, telling_bits};

const GROUPS: [&[&[usize]]; 4] = [&[&[20, 0], &[33]], &[&[50]], &[&[8, 1, 9]], &[&[40], &[12]]];
/// The bytes of these frames: headers, lengths of records, records.
const FRAMES: u64 = 6 * 40 + 9 + 173;
/// The same for the last group, and its records.
const LAST: u64 = 2 * 40 + 2 + 52;
const LAST_RECORDS: u64 = 2;

/// Flips each bit of some files, and gives each outcome to `see` with the name of the file.
fn flip_all(rest: &AtRest, names: &[String], mut see: impl FnMut(&str, &str, Outcome)) {
    for name in names {
        for bit in telling_bits(&rest.bytes(name)) {
            let what = format!("bit {} of byte {} of {name}", bit % 8, bit / 8);
            let outcome = rest.damaged(&what, |disk| {
                assert!(disk.flip_bit("a", name, bit));
            });
            see(name, &what, outcome);
        }
    }
}

/// Flips each bit when there is proof of every record. Says how many flips in segments were refused.
fn whole_or_refused(rest: &AtRest, names: &[String]) -> u64 {
    let mut refused = 0;
    flip_all(rest, names, |name, what, outcome| match outcome {
        Outcome::Whole => {}
        Outcome::Refused => refused += u64::from(is_segment(name)),
        Outcome::Fewer(count, report) => panic!("{what}: only {count} records: {report:?}"),
    });
    refused
}

#[test]
fn any_bit_of_a_closed_journal_may_be_wrong_and_no_record_is_wrong_or_missing() {
    let rest = AtRest::new(&GROUPS).close();
    let refused = whole_or_refused(&rest, &rest.names());
    assert!(refused >= 8 * FRAMES, "only {refused} wrong bits were noticed");
}

#[test]
fn any_bit_may_be_wrong_once_an_idle_journal_has_its_witness() {
    let rest = AtRest::new(&GROUPS);
    rest.rig.clock.advance(std::time::Duration::from_secs(1));
    let rest = rest.end();
    let refused = whole_or_refused(&rest, &rest.names()[..1]);
    assert!(refused >= 8 * FRAMES, "only {refused} wrong bits were noticed");
}

#[test]
fn without_a_witness_only_the_last_synced_group_can_pass_for_a_torn_tail() {
    let rest = AtRest::new(&GROUPS).end();
    let kept = rest.records.len() as u64 - LAST_RECORDS;
    let (mut refused, mut torn) = (0, 0);
    flip_all(&rest, &rest.names()[..1], |name, what, outcome| match outcome {
        Outcome::Whole => {}
        Outcome::Refused => refused += u64::from(is_segment(name)),
        Outcome::Fewer(count, _) => {
            assert!(count >= kept, "{what}: only {count} records");
            torn += 1;
        }
    });
    assert_eq!(torn, 8 * LAST, "every bit of the last group, and no other");
    assert!(refused >= 8 * (FRAMES - LAST), "only {refused} wrong bits were noticed");
}
