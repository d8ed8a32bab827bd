//! The server in numbers.

use std::fmt::Write;

use super::{Answer, Call, Failure, hello::COMPATIBLE_WITH};
use crate::resp::Reply;
use crate::server::Server;

type Section = fn(&Server, &mut String);

const SECTIONS: [(&str, Section); 7] = [
    ("Server", server),
    ("Clients", clients),
    ("Memory", memory),
    ("Stats", stats),
    ("Cluster", cluster),
    ("Forebay", forebay),
    ("Keyspace", keyspace),
];

pub(super) fn info(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let has = |name: &str| (1..call.len()).any(|index| call.is(index, name));
    let is_all = call.len() == 1 || ["all", "default", "everything"].iter().any(|word| has(word));
    let server = call.server;
    let wanted: Vec<_> = SECTIONS.iter().filter(|(name, _)| is_all || has(name)).collect();
    let wants_keys = has("keyspace");
    let mut text = String::new();
    for (name, section) in wanted {
        if !text.is_empty() {
            text.push_str("\r\n");
        }
        line(&mut text, "#", name);
        section(server, &mut text);
    }
    if !wants_keys {
        return Ok(Answer::Now(Reply::Text(text)));
    }
    // Counting keys asks the store, which may be slow or down; so only who asks for it waits.
    Answer::of(call.keyspace().count(), move |count| {
        if count > 0 {
            let _ = write!(text, "db0:keys={count},expires=0,avg_ttl=0\r\n");
        }
        Ok(Reply::Text(text))
    })
}

fn line(text: &mut String, name: &str, value: impl std::fmt::Display) {
    let separator = if name == "#" { " " } else { ":" };
    let _ = write!(text, "{name}{separator}{value}\r\n");
}

fn server(server: &Server, text: &mut String) {
    let uptime = server.uptime().as_secs();
    line(text, "redis_version", COMPATIBLE_WITH);
    line(text, "redis_mode", "standalone");
    line(text, "forebay_version", env!("CARGO_PKG_VERSION"));
    line(text, "arch_bits", usize::BITS);
    line(text, "process_id", std::process::id());
    line(text, "tcp_port", server.bound().map_or(0, |address| address.port()));
    line(text, "uptime_in_seconds", uptime);
    line(text, "uptime_in_days", uptime / 86400);
}

/// Clients look here whether there is a cluster.
fn cluster(_server: &Server, text: &mut String) {
    line(text, "cluster_enabled", 0);
}

fn clients(server: &Server, text: &mut String) {
    line(text, "connected_clients", server.clients.count());
    line(text, "maxclients", server.config.clients);
    line(text, "blocked_clients", 0);
}

fn memory(server: &Server, text: &mut String) {
    let stats = server.keyspace.stats();
    line(text, "used_memory", stats.resident_bytes);
    line(text, "maxmemory", server.config.memory);
    line(text, "maxmemory_policy", "noeviction");
    line(text, "input_buffer_bytes", server.input.held());
    line(text, "output_buffer_bytes", server.output.held());
}

fn stats(server: &Server, text: &mut String) {
    let stats = server.statistics();
    line(text, "total_connections_received", stats.connections);
    line(text, "total_commands_processed", stats.commands);
    line(text, "rejected_connections", stats.rejected);
    line(text, "client_output_buffer_limit_disconnections", server.output.cut());
    line(text, "keyspace_hits", stats.cache.hits);
    line(text, "keyspace_misses", stats.cache.misses);
    line(text, "evicted_keys", stats.cache.evictions);
    line(text, "expired_keys", stats.swept);
}

fn forebay(server: &Server, text: &mut String) {
    let now = server.keyspace.stats();
    let since = server.statistics().cache;
    line(text, "store", server.settings.get("store").map_or("", String::as_str));
    let journal = server.config.journal_path();
    line(text, "journal", journal.unwrap_or_else(|| "none".into()).display());
    line(text, "durability", server.config.rung());
    line(text, "mode", now.mode);
    line(text, "resident_entries", now.entries);
    line(text, "resident_bytes", now.resident_bytes);
    line(text, "dirty_entries", now.dirty_entries);
    line(text, "dirty_bytes", now.dirty_bytes);
    line(text, "restored", now.restored);
    line(text, "oldest_dirty_age_ms", now.oldest_dirty_age.unwrap_or_default().as_millis());
    line(text, "in_flight", now.in_flight);
    line(text, "quarantined", now.quarantined);
    line(text, "loads", since.loads);
    line(text, "load_failures", since.load_failures);
    line(text, "loads_refused", since.loads_refused);
    line(text, "load_down", u8::from(now.is_load_down));
    line(text, "puts", since.puts);
    line(text, "deletes", since.deletes);
    line(text, "coalesced", since.coalesced);
    line(text, "flushes", since.flushes);
    line(text, "stored", since.stored);
    line(text, "refused", since.refused);
    line(text, "retried", since.retried);
    line(text, "unknown", since.unknown);
    line(text, "waits", since.waits);
    line(text, "busy", since.busy);
}

/// Its one line is added once the store has counted.
fn keyspace(_server: &Server, _text: &mut String) {}
