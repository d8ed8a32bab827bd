//! What settings promise.

use super::*;
use crate::config::{StoreAddress, document};
use forebay::Durability;
use std::time::Duration;

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).to_string(), (*value).to_string())).collect()
}

fn flags(given: &[(&str, &str)]) -> Result<Resolved, ConfigError> {
    Sources { flags: pairs(given), ..Sources::default() }.resolve()
}

fn file(text: &str) -> Sources {
    Sources { file: Some(("f.toml".into(), text.into())), ..Sources::default() }
}

#[test]
fn the_defaults_are_a_whole_configuration() {
    let config = flags(&[]).unwrap().config;
    assert_eq!(config.listen, Some("127.0.0.1:6380".parse().unwrap()));
    assert_eq!(config.store, StoreAddress::Redb("forebay.redb".into()));
    assert_eq!(config.journal_path(), Some("forebay.redb.journal".into()));
    assert_eq!(config.rung(), Durability::Journaled);
    assert_eq!(config.memory, 256 << 20);
    assert_eq!(config.socket_mode, 0o600);
}

#[test]
fn what_is_safe_in_a_journal_rests_longer_than_what_a_kill_would_take() {
    let delay = |given: &[(&'static str, &str)]| flags(given).unwrap().config.flush_delay();
    assert_eq!(delay(&[]), Duration::from_secs(5));
    assert_eq!(delay(&[("journal", "none")]), Duration::from_secs(1));
    assert_eq!(delay(&[("store", "memory:")]), Duration::from_secs(1));
    assert_eq!(delay(&[("memory", "5gib")]), Duration::from_secs(1));
    assert_eq!(delay(&[("journal", "none"), ("flush-delay", "7s")]), Duration::from_secs(7));
}

#[test]
fn flag_beats_environment_beats_file_beats_default() {
    let mut sources = file("memory = \"2mib\"\nflush-delay = \"2s\"\nbatch = 7\n");
    assert_eq!(sources.resolve().unwrap().config.memory, 2 << 20);
    sources.environment = pairs(&[("FOREBAY_MEMORY", "3mib"), ("FOREBAY_FLUSH_DELAY", "3s")]);
    sources.flags = pairs(&[("memory", "4mib")]);
    let config = sources.resolve().unwrap().config;
    assert_eq!(config.memory, 4 << 20);
    assert_eq!(config.flush_delay(), Duration::from_secs(3));
    assert_eq!(config.batch, 7);
}

#[test]
fn a_wrong_value_names_its_key_its_place_and_the_reason() {
    let mut sources = file("\n\nmemory = \"12 bananas\"\n");
    let told = |sources: &Sources| sources.resolve().unwrap_err().to_string();
    assert_eq!(
        told(&sources),
        "memory = \"12 bananas\" (from f.toml, line 3): not a size: write a whole number and kib, \
         mib or gib, as in 64mib"
    );
    sources.file = None;
    sources.environment = pairs(&[("FOREBAY_BATCH", "0")]);
    assert_eq!(
        told(&sources),
        "batch = \"0\" (from the environment, FOREBAY_BATCH): out of its limits: 1 to 65536"
    );
    sources.environment = vec![];
    sources.flags = pairs(&[("write", "around")]);
    assert_eq!(
        told(&sources),
        "write = \"around\" (from the flag --write): must be through or behind"
    );
}

#[test]
fn a_wrong_password_is_not_repeated() {
    let error = flags(&[("password", "")]).unwrap_err().to_string();
    assert_eq!(error, "password (from the flag --password): must have 1 to 512 bytes");
}

#[test]
fn an_unknown_key_is_an_error_but_an_unknown_name_in_the_environment_only_a_stranger() {
    let error = file("memry = 1").resolve().unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"memry\" (from f.toml, line 1): there is no such setting; `forebay serve --help` lists them"
    );
    let sources = Sources {
        environment: pairs(&[("FOREBAY_SERVICE_HOST", "10.0.0.1"), ("HOME", "/")]),
        ..Sources::default()
    };
    assert_eq!(sources.resolve().unwrap().strangers, ["FOREBAY_SERVICE_HOST"]);
}

#[test]
fn what_is_not_flat_toml_is_an_error_with_its_line() {
    for (text, line) in [("memory = [1]", 1), ("\n[a]\nb = 1", 2), ("x = 1\ny", 2), ("a=1.5", 1)] {
        let error = file(text).resolve().unwrap_err();
        let place = error.to_string();
        let is_there = place.contains(&format!("f.toml, line {line}"));
        assert!(is_there, "{text:?}: {place}");
    }
}

#[test]
fn without_a_password_only_loopback_is_listened_on() {
    for address in ["0.0.0.0:1", "[::]:1", "192.0.2.1:1"] {
        let error = flags(&[("listen", address)]).unwrap_err().to_string();
        assert!(error.contains("not a loopback address"), "{error}");
        assert!(flags(&[("listen", address), ("password", "x")]).is_ok());
    }
    for address in ["127.0.0.1:1", "127.1.2.3:1", "[::1]:1"] {
        assert!(flags(&[("listen", address)]).is_ok());
    }
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let cases: [(&[(&str, &str)], &str); 16] = [
        (&[("listen", "none")], "listen"),
        (&[("password", "a"), ("password-file", "b")], "password-file"),
        (&[("memory", "1mib"), ("dirty-bytes", "1017kib")], "dirty-bytes"),
        (&[("retry-delay-min", "31s")], "retry-delay-min"),
        (&[("value-bytes", "65mib")], "value-bytes"),
        (&[("input-bytes", "1mib")], "command-bytes"),
        (&[("store", "memory:"), ("journal", "j")], "journal"),
        (&[("store", "dir:j"), ("journal", "j")], "journal"),
        (&[("store", "dir:..")], "journal"),
        (&[("journal-segment", "2gib")], "journal-segment"),
        (&[("journal-bytes", "100mib")], "journal-segment"),
        (&[("journal", "none"), ("journal-second", "b")], "journal-second"),
        (&[("journal", "a"), ("journal-second", "a")], "journal-second"),
        (&[("store", "dir:b"), ("journal-second", "b")], "journal-second"),
        (&[("journal", "none"), ("durability", "synced")], "durability"),
        (&[("write", "behind"), ("durability", "stored")], "durability"),
    ];
    for (given, blamed) in cases {
        match flags(given) {
            Err(ConfigError::Value { key, .. }) => assert_eq!(key, blamed),
            other => panic!("{given:?}: {other:?}"),
        }
    }
}

#[test]
fn all_of_the_memory_but_a_128th_may_be_unstored() {
    let config = flags(&[("memory", "1mib"), ("dirty-bytes", "1016kib")]).unwrap().config;
    assert_eq!(config.dirty_bytes_max(), config.pinned_max());
}

#[test]
fn the_rung_follows_from_the_durability_or_the_way_of_writing_or_the_journal() {
    use Durability::{Journaled, Memory, Stored, Synced};
    let cases: [(&[(&str, &str)], Durability); 9] = [
        (&[], Journaled),
        (&[("journal", "none")], Stored),
        (&[("store", "memory:")], Stored),
        (&[("write", "through")], Stored),
        (&[("write", "behind")], Journaled),
        (&[("write", "behind"), ("journal", "none")], Memory),
        (&[("write", "behind"), ("durability", "memory")], Memory),
        (&[("durability", "synced")], Synced),
        (&[("durability", "stored"), ("journal", "none")], Stored),
    ];
    for (given, rung) in cases {
        assert_eq!(flags(given).unwrap().config.rung(), rung, "{given:?}");
    }
}

#[test]
fn each_store_has_a_journal_of_its_own_beside_it() {
    let path = |store| {
        let config = flags(&[("store", store)]).unwrap().config;
        config.journal_path().map(|path| path.display().to_string())
    };
    assert_eq!(path("redb:a/b.redb").as_deref(), Some("a/b.redb.journal"));
    assert_eq!(path("redb:a/b.db").as_deref(), Some("a/b.db.journal"));
    assert_eq!(path("dir:/a/b/").as_deref(), Some("/a/b.journal"));
    assert_eq!(path("memory:"), None);
}

#[test]
fn the_document_is_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == document(),
        "docs/configuration.md is out of date; make it anew with `cargo run -p forebay-server \
         --example configuration_document > docs/configuration.md`"
    );
}
