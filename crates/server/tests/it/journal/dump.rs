//! `forebay journal dump`.

use forebay::Durability;
use forebay_journal::Frame;

use super::rig::{Rig, from_json, record};

#[test]
fn every_record_is_printed_with_its_number_and_length() {
    let rig = Rig::good(2000);
    let answer = rig.run("dump", &[]);
    assert_eq!((answer.code, answer.err.as_str()), (Some(0), ""));
    let lines: Vec<&str> = answer.out.lines().collect();
    assert_eq!(lines.len(), 2000);
    assert_eq!(lines[41].trim(), format!("42       13  \"{}\"", record(42)));
    let json = rig.run("dump", &["--json"]).out;
    let expression = "all(e['number'] == i + 1 and e['text'] == 'record %06d' % (i + 1) \
                      for i, e in enumerate(d)), len(d)";
    assert_eq!(from_json(&json, expression), "(True, 2000)");
}

#[test]
fn a_part_can_be_printed() {
    let rig = Rig::good(100);
    let numbers = |flags: &[&str]| -> Vec<u64> {
        let answer = rig.run("dump", flags);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let first = |line: &str| line.split_whitespace().next().map(str::parse);
        answer.out.lines().map(|line| first(line).expect("a number").expect("a number")).collect()
    };
    assert_eq!(numbers(&["--from", "98"]), [98, 99, 100]);
    assert_eq!(numbers(&["--from", "7", "--limit", "2"]), [7, 8]);
    assert_eq!(numbers(&["--limit", "0"]), [0; 0]);
    assert_eq!(numbers(&["--from", "101"]), [0; 0]);
}

#[test]
fn bytes_are_printed_in_hexadecimal_and_long_records_shortened() {
    let (rig, journal) = Rig::owned(1);
    let long = "x".repeat(1000);
    for record in [&b"\xFF\x00\x1B[2J"[..], long.as_bytes()] {
        journal.append(&Frame::of(record).expect("a frame")).expect("appended");
    }
    journal.wait(3, Durability::Synced).expect("synced");
    let out = rig.run_beside("dump", &[]).out;
    assert!(out.contains("  ff001b5b324a\n"), "{out}");
    assert!(out.contains(&format!("  \"{}\"...\n", "x".repeat(64))), "{out}");
    let out = rig.run_beside("dump", &["--full"]).out;
    assert!(out.contains(&format!("  \"{long}\"\n")), "{out}");
    let json = rig.run_beside("dump", &["--json"]).out;
    let expression = "d[1]['hex'], d[1]['whole'], len(d[2]['text']), d[2]['whole']";
    assert_eq!(from_json(&json, expression), "('ff001b5b324a', True, 64, False)");
}

#[test]
fn what_is_good_is_printed_before_damage_is_told() {
    let answer = Rig::damaged().run("dump", &[]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert_eq!(answer.out.lines().count(), 6, "{answer:?}");
    assert!(answer.err.contains("first missing record: 7"), "{answer:?}");
}
