//! Files that are too short or not there (G13).

use super::damage_rig::{AtRest, Outcome, is_segment, telling_lengths};

/// More than a segment holds.
const GROUPS: [&[&[usize]]; 5] =
    [&[&[20, 0]], &[&[30_000]], &[&[33], &[20_000, 7]], &[&[25_000]], &[&[12], &[40, 1]]];

#[test]
fn a_file_may_be_cut_off_anywhere_and_no_record_is_missing_without_an_error() {
    let rest = AtRest::new(&GROUPS).close();
    assert!(rest.names().len() >= 3);
    let mut refused = 0;
    for name in rest.names() {
        for length in telling_lengths(&rest.bytes(&name)) {
            let what = format!("{name} cut to {length} bytes");
            match rest.damaged(&what, |disk| assert!(disk.truncate("a", &name, length))) {
                Outcome::Refused => refused += u64::from(is_segment(&name)),
                Outcome::Whole => assert!(!is_segment(&name), "{what}: that is noticed"),
                Outcome::Fewer(count, report) => panic!("{what}: only {count}: {report:?}"),
            }
        }
    }
    assert!(refused > 200, "only {refused}");
}

#[test]
fn a_file_may_be_gone_and_no_record_is_missing_without_an_error() {
    for is_closed in [false, true] {
        let mut rest = AtRest::new(&GROUPS);
        if is_closed {
            rest = rest.close();
        } else {
            rest.rig.clock.advance(std::time::Duration::from_secs(1));
            rest = rest.end();
        }
        let mut refused = Vec::new();
        for name in rest.names() {
            let what = format!("{name} removed, closed: {is_closed}");
            match rest.damaged(&what, |disk| disk.directory("a").remove(&name).unwrap()) {
                Outcome::Refused => refused.push(name),
                Outcome::Whole => panic!("{what}: that is noticed"),
                Outcome::Fewer(count, report) => panic!("{what}: only {count}: {report:?}"),
            }
        }
        assert!(refused.contains(&"journal".to_owned()) && refused.len() >= 3, "{refused:?}");
    }
}
