//! A journal with a second directory.

use std::path::Path;

use forebay_journal::owner;

use super::rig::{from_json, run};
use crate::harness::{Program, bulk, eventually};

#[test]
fn after_a_kill_the_server_and_the_tools_ask_for_the_second_directory_and_after_a_stop_they_do_not()
{
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name| folder.path().join(name).display().to_string();
    let (store, journal, second) = (format!("dir:{}", path("store")), path("a"), path("b"));
    let alone = ["--store", &store, "--journal", &journal, "--flush-delay", "1h"];
    let both = [&alone[..], &["--journal-second", &second]].concat();

    let program = Program::start(&both);
    program.connect().ask("SET key value");
    program.signal("KILL");
    program.wait();
    eventually("the journal has no owner", || {
        owner(Path::new(&journal)).expect("a lock").is_none()
    });

    let ended = Program::spawn(&[&["serve", "--listen", "127.0.0.1:0"], &alone[..]].concat(), &[]);
    let ended = ended.wait();
    assert_ne!(ended.code, Some(0));
    assert!(ended.said().contains("goes on in a second directory"), "{}", ended.said());
    for task in ["verify", "dump", "inspect"] {
        let answer = run(&["journal", task, &journal]);
        assert_eq!(answer.code, Some(2), "{task}: {answer:?}");
        assert!(answer.err.contains("goes on in a second directory"), "{task}: {answer:?}");
        let answer = run(&["journal", task, &journal, "--second", &second]);
        assert_eq!(answer.code, Some(0), "{task}: {answer:?}");
    }
    let facts = run(&["journal", "inspect", &journal, "--second", &second, "--json"]).out;
    let told = from_json(&facts, "len(d[0]['second_slots']), d[0]['slots'][0]['second']");
    assert_eq!(told, "(2, True)");
    let copy = path("copy");
    let copied = run(&["journal", "repair", &journal, "--second", &second, "--to", &copy]);
    assert_eq!(copied.code, Some(0), "{copied:?}");
    let other = format!("dir:{}", path("other"));
    let replayed = run(&["journal", "replay", &journal, "--second", &second, "--to", &other]);
    assert!(replayed.out.starts_with("stored 1 write,"), "{replayed:?}");

    let program = Program::start(&both);
    assert_eq!(program.connect().ask("GET key"), bulk("value"));
    program.stop();
    let program = Program::start(&alone);
    assert_eq!(program.connect().ask("GET key"), bulk("value"));
}
