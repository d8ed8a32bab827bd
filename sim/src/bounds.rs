//! What must hold of the numbers of a cache, between any two things that happen (G7).

use forebay_cache::Stats;

use crate::client::Client;
use crate::intent::Intent;
use crate::run::Run;
use crate::session::Session;
use crate::trace::Broken;

/// Checks the bounds, and the cache's own books.
pub(crate) fn check(run: &Run) {
    let session = &run.session;
    if let Err(error) = session.cache.audit() {
        session.world.violate(Broken::Bound, None, error.to_string());
    }
    let stats = session.cache.stats();
    let capacity = session.cache.capacity().as_bytes();
    let settings = &session.settings;
    let dirty_bytes_max =
        settings.dirty_bytes_max.map_or(capacity / 2, forebay_cache::ByteSize::as_bytes);
    let waiting = settings.waiting_writers_max as u64;
    let flights =
        settings.flushes_in_flight_max.min(session.store.inner().capabilities.concurrency);
    let begun = run.clients.iter().flat_map(Client::waiting);
    // Each of these waits for at least one load.
    let reading =
        begun.filter(|begun| matches!(begun.intent, Intent::Get { .. } | Intent::GetMany { .. }));
    let bounds = [
        ("waiting for loads", reading.count() as u64, session.scenario.loads_waiting_max as u64),
        ("resident_bytes", stats.resident_bytes, capacity),
        ("dirty_bytes", stats.dirty_bytes, dirty_bytes_max.max(session.inherited.0)),
        (
            "dirty_entries",
            stats.dirty_entries,
            (settings.dirty_entries_max as u64).max(session.inherited.1),
        ),
        ("waiting_writers", stats.waiting_writers, waiting),
        ("in_flight", stats.in_flight, flights as u64),
    ];
    for (name, is, most) in bounds {
        if is > most {
            session.world.violate(
                Broken::Bound,
                None,
                format!("{name} is {is}, at most {most}: {stats:?}"),
            );
        }
    }
}

/// Checks that everything has come back when nothing is left to do.
pub(crate) fn check_drained(session: &Session) {
    let stats = session.cache.stats();
    let Stats { dirty_bytes, dirty_entries, in_flight, waiting_writers, quarantined, .. } = stats;
    let rest = [
        ("dirty_entries", dirty_entries),
        ("in_flight", in_flight),
        ("waiting_writers", waiting_writers),
        ("dirty_bytes", dirty_bytes),
    ];
    for (name, is) in rest {
        if is != 0 {
            let text = format!("{name} is {is} when all is drained: {stats:?}");
            session.world.violate(Broken::Bound, None, text);
        }
    }
    if stats.oldest_dirty_age.is_some() {
        session.world.violate(Broken::Bound, None, "something is dirty when all is drained");
    }
    if quarantined != session.cache.quarantined().len() as u64 {
        session.world.violate(Broken::Bound, None, "the quarantine is counted wrongly");
    }
    if !session.store.is_quiet() {
        session.world.violate(Broken::Hang, None, "the store has not answered: a fault of the run");
    }
}
