//! What is told to `tracing`.

use std::fmt::{Debug, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use forebay_cache::{Cache, Settings};
use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::fault::Scripted;
use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::Mutex;
use forebay_store::{MemoryStore, Postcard};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Metadata, Subscriber};

use crate::rig::{SECOND, answered};

/// Counts spans, and writes down everything that it is told.
#[derive(Clone, Default)]
struct Scribe {
    numbers: Arc<AtomicU64>,
    lines: Arc<Mutex<Vec<String>>>,
    open: Arc<Mutex<i64>>,
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Scribe {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "forebay"
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut line = attributes.metadata().name().to_owned();
        attributes.record(&mut Fields(&mut line));
        self.lines.lock().push(line);
        *self.open.lock() += 1;
        Id::from_u64(self.numbers.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &Id, record: &Record<'_>) {
        let mut line = String::from("...");
        record.record(&mut Fields(&mut line));
        self.lines.lock().push(line);
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = event.metadata().level().to_string();
        event.record(&mut Fields(&mut line));
        self.lines.lock().push(line);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn clone_span(&self, id: &Id) -> Id {
        *self.open.lock() += 1;
        id.clone()
    }

    fn try_close(&self, _: Id) -> bool {
        *self.open.lock() -= 1;
        true
    }
}

impl Scribe {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.lines.lock())
    }
}

#[test]
fn what_takes_time_is_a_span_what_happens_an_event_and_a_hit_nothing() {
    let scribe = Scribe::default();
    // While there is but one, what a thread without it comes upon first is taken to be wanted by nobody; and other tests
    // have threads of their own.
    let (first, _second) = (Dispatch::new(scribe.clone()), Dispatch::new(scribe.clone()));
    let _guard = tracing::dispatcher::set_default(&first);
    let (clock, disk) = (ManualClock::new(), SimulatedDisk::new(1));
    let (scripted, script) = Scripted::new(Arc::new(MemoryStore::new().with_clock(clock.clone())));
    let cache: Cache<String, String> = answered(
        Cache::builder(scripted)
            .seams(clock.seams(1))
            .shards(1)
            .write_behind(Settings::default())
            .journal_in(disk.directory("journal"), JournalSettings::default(), Postcard)
            .open(),
    )
    .unwrap();
    assert_eq!(scribe.take(), ["open", "... ok=true"]);

    let (key, other) = (|| "key of a user".to_owned(), || "another".to_owned());
    assert_eq!(answered(cache.get(&key())).unwrap(), None);
    assert_eq!(scribe.take(), ["load keys=1", "... ok=true"]);

    answered(cache.put(key(), "value of a user".into())).unwrap();
    assert_eq!(scribe.take(), [""; 0]);
    assert!(answered(cache.get(&key())).unwrap().is_some());
    assert_eq!(scribe.take(), [""; 0], "a hit");

    answered(cache.flush()).unwrap();
    let told = scribe.take();
    assert_eq!(told[0], "flush number=1");
    assert!(told[1].starts_with("batch number="), "{told:?}");
    assert!(told[1].ends_with("writes=1 attempt=1 through=false"), "{told:?}");
    assert!(told[2].starts_with("... bytes="), "{told:?}");
    let ended =
        ["... stored=1", "... refused=0", "... failed=0", "... took_micros=0", "... ok=true"];
    assert_eq!(told[3..], ended);

    script.refuse(other());
    answered(cache.put(other(), "secret".into())).unwrap();
    clock.advance(SECOND);
    let told = scribe.take();
    assert!(told.contains(&"... refused=1".to_owned()), "{told:?}");
    let said = "WARN message=a write is in quarantine, because the store refused it";
    assert_eq!(told.last().unwrap(), said, "nobody else listens");
    assert_eq!(*scribe.open.lock(), 0, "every span has ended");
    let all = told.join("\n");
    assert!(!all.contains("user") && !all.contains("secret") && !all.contains("another"), "{all}");
}
