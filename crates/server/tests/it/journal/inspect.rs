//! `forebay journal inspect`.

use super::rig::{Rig, SEGMENT, from_json};

#[test]
fn it_tells_who_the_journal_is_and_what_its_segments_hold() {
    let rig = Rig::good(4000);
    let answer = rig.run("inspect", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    for told in
        ["label \"the rig\", version 1", "owner     nobody", "closed in order", "good: 4000"]
    {
        assert!(answer.out.contains(told), "no {told:?} in {}", answer.out);
    }
    assert_eq!(answer.out.matches("this one counts").count(), 1, "{}", answer.out);
    let json = rig.run("inspect", &["--json"]).out;
    let is = |expression: &str| from_json(&json, expression);
    assert_eq!(is("d[0]['identity']['label'], len(d[0]['identity']['id'])"), "('the rig', 32)");
    assert_eq!(is("sum(each['records'] for each in d[0]['segments'])"), "4000");
    let follow = "all(a['last'] + 1 == b['first'] for a, b in zip(s, s[1:]) if b['first'])";
    assert_eq!(is(&format!("[{follow} for s in [d[0]['segments']]][0]")), "True");
    assert_eq!(is("d[0]['segments'][0]['length']"), SEGMENT.to_string());
    assert_eq!(is("{each['state'] for each in d[0]['segments']}"), "{'clean'}");
    assert_eq!(is("d[0]['owner'], d[0]['missing'], d[0]['verified']['last']"), "(None, [], 4000)");
}

#[test]
fn a_torn_segment_is_told_with_its_place() {
    let rig = Rig::torn();
    let answer = rig.run("inspect", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.out.contains("torn at byte "), "{}", answer.out);
    let json = rig.run("inspect", &["--json"]).out;
    let expression = "[(s['state'], s['last'], s['frames_behind']) for s in d[0]['segments'][:1]]";
    assert_eq!(from_json(&json, expression), "[('torn', 5, 3)]");
}

#[test]
fn a_damaged_journal_is_shown_as_far_as_it_can_be_read() {
    let rig = Rig::good(4000);
    rig.remove("0000000000000002.seg");
    let answer = rig.run("inspect", &[]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(answer.out.contains("0000000000000002.seg  MISSING"), "{}", answer.out);
    assert!(answer.out.contains("0000000000000003.seg"), "{}", answer.out);
    let json = rig.run("inspect", &["--json"]).out;
    assert_eq!(from_json(&json, "d[0]['missing']"), "[{'from': 2, 'to': 2}]");

    rig.remove("journal");
    let answer = rig.run("inspect", &[]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(
        answer.out.contains("identity  WRONG: the file `journal` is missing"),
        "{}",
        answer.out
    );
}
