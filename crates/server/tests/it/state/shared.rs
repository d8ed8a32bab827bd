//! A state that shares its journal with a cache.

use forebay::state::State;
use forebay::{Cache, JournalSettings, MemoryStore, Settings, SharedJournal};

use super::rig::{Id, Person, Rig, Town, text};
use crate::journal::rig::{from_json, run};

/// A town with a person and a letter to her, in one journal.
fn town() -> Rig {
    let rig = Rig::empty();
    let town = State::<Town>::builder(rig.path()).tenant("town");
    let post = Cache::<String, String>::builder(MemoryStore::new());
    let post = post.write_behind(Settings::default()).tenant("post");
    let journal = SharedJournal::at(rig.at("shared"), JournalSettings::default());
    let (town, post) = journal.open((town, post)).expect("a new journal");
    town.write(|tx| {
        tx.people.put(Id(1), Person { name: "Ada".into(), age: None })?;
        tx.enlist(&post)?.put("to Ada".into(), "welcome".into())
    })
    .expect("written");
    town.close().wait().expect("closed");
    assert!(post.close(std::time::Duration::from_secs(10)).wait().expect("closed").is_clean());
    rig
}

#[test]
fn a_tenant_is_looked_into_when_its_journal_is_named() {
    let rig = town();
    let shared = rig.at("shared");
    let named = ["--journal", text(&shared)];
    let answer = rig.run("verify", &named);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.out.starts_with("good: "), "{answer:?}");
    assert!(answer.out.contains("1 transaction with 1 change"), "{answer:?}");
    let answer = rig.run("verify", &[]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.err.contains("is a shared one"), "{answer:?}");

    let answer = rig.run("inspect", &named);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.out.contains("tenant    1 \"town\": "), "{answer:?}");
    assert!(answer.out.contains("tenant    2 \"post\": "), "{answer:?}");
    let json = rig.run("inspect", &[&named[..], &["--json"]].concat()).out;
    let tenants = "[t['name'] for t in d[0]['tenants']], d[0]['tenants'][1]['records'] >= 1";
    assert_eq!(from_json(&json, tenants), "(['town', 'post'], True)");

    let answer = rig.run("export", &named);
    assert!(answer.out.contains(r#"{"t":"people","k":1,"v":{"name":"Ada""#), "{answer:?}");
    let purged = rig.at("town.state");
    let answer = run(&["state", "quarantine", "purge", text(&purged), "--yes"]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.err.contains("tenant of a shared journal"), "{answer:?}");
}

#[test]
fn records_of_a_shared_journal_are_shown_with_their_tenants() {
    let rig = town();
    let shared = rig.at("shared");
    let answer = run(&["journal", "dump", text(&shared)]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.out.contains("the tenants are announced"), "{answer:?}");
    assert!(answer.out.contains("  town (1): "), "{answer:?}");
    assert!(answer.out.contains("  post (2): put "), "a cache's is read: {answer:?}");
    let json = run(&["journal", "dump", text(&shared), "--json"]).out;
    let expression = "d[0]['kind'], [(e['tag'], e['tenant']) for e in d if e.get('kind') == 'put'], \
                      all('tenant' in e or e.get('kind') == 'announcement' for e in d)";
    assert_eq!(from_json(&json, expression), "('announcement', [(2, 'post')], True)");
    // Whose they are is known though the announcement is passed over.
    let later = run(&["journal", "dump", text(&shared), "--from", "2"]).out;
    assert!(later.contains("town (1): "), "{later}");
    let raw = run(&["journal", "dump", text(&shared), "--raw"]).out;
    assert!(!raw.contains("town (1)"), "{raw}");

    let answer = run(&["journal", "inspect", text(&shared)]);
    assert!(answer.out.contains("tenant    1 \"town\": "), "{answer:?}");
    let json = run(&["journal", "inspect", text(&shared), "--json"]).out;
    assert_eq!(from_json(&json, "[t['tag'] for t in d[0]['tenants']]"), "[1, 2]");
}
