//! Opening a cache: what makes no sense is an error that names it, never a panic.

use std::time::Duration;

use forebay_cache::{Builder, ByteSize, Cache, Settings};
use forebay_store::{ErrorKind, MemoryStore};

fn refusal(build: impl FnOnce(Builder<u64, u64>) -> Builder<u64, u64>) -> String {
    let error = build(Cache::builder(MemoryStore::new())).open().wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    error.to_string()
}

// T7, N1
#[test]
fn a_capacity_too_small_to_hold_anything_is_refused() {
    for capacity in [ByteSize::bytes(0), ByteSize::bytes(1), ByteSize::kib(3)] {
        let message = refusal(|builder| builder.capacity(capacity));
        assert!(message.contains("capacity") && message.contains("4 KiB"), "{message}");
    }
}

#[test]
fn a_setting_that_makes_no_sense_is_refused_by_its_name() {
    let default = Settings::default;
    let wrong = [
        ("dirty_entries_max", Settings { dirty_entries_max: 0, ..default() }),
        ("flushes_in_flight_max", Settings { flushes_in_flight_max: 0, ..default() }),
        ("batch_ops_max", Settings { batch_ops_max: 0, ..default() }),
        ("batch_bytes_max", Settings { batch_bytes_max: ByteSize::bytes(0), ..default() }),
        ("waiting_writers_max", Settings { waiting_writers_max: 0, ..default() }),
        ("retry_delay_min", Settings { retry_delay_min: Duration::ZERO, ..default() }),
        ("dirty_bytes_max", Settings { dirty_bytes_max: Some(ByteSize::gib(1)), ..default() }),
    ];
    for (name, settings) in wrong {
        let message = refusal(|builder| builder.write_behind(settings));
        assert!(message.contains(name), "{message}");
    }
    assert!(refusal(|builder| builder.shards(3)).contains("shards"));
    assert!(refusal(|builder| builder.loads_waiting_max(0)).contains("loads_waiting_max"));
}
