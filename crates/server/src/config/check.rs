//! Settings that must fit each other.

use forebay::Durability;

use super::rung::beside;
use super::{ConfigError, JournalPlace, Resolved, StoreAddress, WriteMode};

/// Refuses a configuration whose parts contradict each other.
pub(super) fn check(resolved: &Resolved) -> Result<(), ConfigError> {
    let config = &resolved.config;
    let has_password = config.password.is_some() || config.password_file.is_some();
    match config.listen {
        Some(address) if !address.ip().is_loopback() && !has_password => {
            let reason = "not a loopback address: others could reach it, so set a password first";
            return Err(resolved.wrong("listen", reason));
        }
        None if config.socket.is_none() && config.tls_listen.is_none() => {
            let reason = "without an address there must be a socket, or one for TLS";
            return Err(resolved.wrong("listen", reason));
        }
        _ => {}
    }
    check_tls(resolved, has_password)?;
    if config.password.is_some() && config.password_file.is_some() {
        return Err(
            resolved.wrong("password-file", "there is a password already; give one of both")
        );
    }
    let dirty_bytes = config.dirty_bytes_max();
    if dirty_bytes > config.pinned_max() {
        return Err(resolved.wrong("dirty-bytes", "must leave a 128th of memory"));
    }
    let quarantine_bytes_max = config.pinned_max() - dirty_bytes;
    if config.quarantine_bytes.is_some_and(|bytes| bytes > quarantine_bytes_max) {
        let reason = "with dirty-bytes it must leave a 128th of memory";
        return Err(resolved.wrong("quarantine-bytes", reason));
    }
    if (1..10).contains(&config.max_staleness.as_millis()) {
        return Err(resolved.wrong("max-staleness", "must be 0 or at least 10ms"));
    }
    if config.retry_delay_min > config.retry_delay_max {
        return Err(resolved.wrong("retry-delay-min", "must not be more than retry-delay-max"));
    }
    if config.value_bytes > config.command_bytes {
        return Err(resolved.wrong("value-bytes", "must not be more than command-bytes"));
    }
    if config.command_bytes > config.input_bytes {
        return Err(resolved.wrong("command-bytes", "must not be more than input-bytes"));
    }
    if config.reply_bytes > config.output_bytes {
        return Err(resolved.wrong("reply-bytes", "must not be more than output-bytes"));
    }
    check_journal(resolved)?;
    check_rung(resolved)
}

fn check_tls(resolved: &Resolved, has_password: bool) -> Result<(), ConfigError> {
    let config = &resolved.config;
    let wrong = |key, reason| Err(resolved.wrong(key, reason));
    let Some(address) = config.tls_listen else {
        let given = [
            ("tls-cert", &config.tls_cert),
            ("tls-key", &config.tls_key),
            ("tls-ca", &config.tls_ca),
        ];
        let useless = given.into_iter().find(|(_, path)| path.is_some());
        return useless.map_or(Ok(()), |(key, _)| wrong(key, "is of no use without tls-listen"));
    };
    if !cfg!(feature = "tls") {
        return wrong("tls-listen", "this program was built without the feature `tls`");
    }
    if config.tls_cert.is_none() || config.tls_key.is_none() {
        return wrong("tls-listen", "needs tls-cert and tls-key");
    }
    if !address.ip().is_loopback() && !has_password && config.tls_ca.is_none() {
        let reason =
            "not a loopback address: others could reach it, so set a password or tls-ca first";
        return wrong("tls-listen", reason);
    }
    Ok(())
}

fn check_journal(resolved: &Resolved) -> Result<(), ConfigError> {
    let config = &resolved.config;
    let wrong = |reason| Err(resolved.wrong("journal", reason));
    match (&config.journal, &config.store) {
        (JournalPlace::At(_), StoreAddress::Memory) => {
            return wrong(
                "the store in memory forgets what it stored, so a journal would keep a part",
            );
        }
        (JournalPlace::At(path), StoreAddress::Redb(store) | StoreAddress::Dir(store))
            if path == store =>
        {
            return wrong("this is where the store is");
        }
        (JournalPlace::Beside, StoreAddress::Redb(store) | StoreAddress::Dir(store))
            if beside(store).is_none() =>
        {
            return wrong("the path of the store has no name to call the journal by: give a path");
        }
        _ => {}
    }
    match (&config.journal_second, config.journal_path()) {
        (Some(_), None) => {
            return Err(resolved.wrong("journal-second", "there is no journal"));
        }
        (Some(second), Some(first)) if *second == first => {
            return Err(resolved.wrong("journal-second", "this is where the journal is"));
        }
        (Some(second), _) if config.store.path() == Some(second) => {
            return Err(resolved.wrong("journal-second", "this is where the store is"));
        }
        _ => {}
    }
    if config.journal_bytes / 4 < config.journal_segment {
        let reason = "must not be more than a quarter of journal-bytes";
        return Err(resolved.wrong("journal-segment", reason));
    }
    Ok(())
}

fn check_rung(resolved: &Resolved) -> Result<(), ConfigError> {
    let config = &resolved.config;
    let wrong = |reason| Err(resolved.wrong("durability", reason));
    let has_journal = config.journal_path().is_some();
    match (config.durability, config.write) {
        (Some(Durability::Journaled | Durability::Synced), _) if !has_journal => {
            wrong("needs a journal, and there is none")
        }
        (Some(rung), Some(mode))
            if (rung == Durability::Stored) != (mode == WriteMode::Through) =>
        {
            wrong("contradicts write: `write through` is `durability stored`; give one of both")
        }
        _ => Ok(()),
    }
}
