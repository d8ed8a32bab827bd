//! What an observer is told.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::Mutex;
use forebay_store::wrap::{ApplyReport, LoadReport, Observed, Observer};
use forebay_store::{Error, ErrorKind, Outcome, SharedStore};

use super::{held, on};
use crate::calls::{Patient, apply, load, puts};

#[derive(Default)]
struct Log(Mutex<Vec<String>>);

impl Observer for Log {
    fn on_load(&self, report: &LoadReport<'_>) {
        let LoadReport { took, keys, found, error, .. } = report;
        let kind = error.map(Error::kind);
        self.0.lock().push(format!("load {keys} found {found} {took:?} {kind:?}"));
    }

    fn on_apply(&self, report: &ApplyReport<'_>) {
        let ApplyReport { took, writes, stored, refused, retry, unknown, error, .. } = report;
        let kind = error.map(Error::kind);
        let counts = [writes, stored, refused, retry, unknown];
        self.0.lock().push(format!("apply {counts:?} {took:?} {kind:?}"));
    }
}

#[test]
fn every_answer_is_told_with_its_time_and_its_counts() {
    let (clock, inside, log) = (ManualClock::new(), held(), Arc::new(Log::default()));
    let shared: SharedStore<String, u32> = inside.clone();
    let store = on(&clock, Observed::new(shared, Arc::clone(&log)));

    let _read = load(&store, &["a", "b"]);
    clock.advance(Duration::from_millis(3));
    inside.next_load().answer(Ok(vec![Some(1), None]));
    let _write = apply(&store, &puts(1, &[("a", 1), ("b", 1), ("c", 1), ("d", 1)]));
    clock.advance(Duration::from_millis(4));
    inside.next_apply().answer(Ok(vec![
        Outcome::Stored,
        Outcome::Refused(Error::refused("never")),
        Outcome::Retry(Error::unavailable("later")),
        Outcome::Unknown(Error::unknown("lost")),
    ]));
    assert_eq!(
        *log.0.lock(),
        ["load 2 found 1 3ms None", "apply [4, 1, 1, 1, 1] 4ms Some(Refused)"]
    );
}

#[test]
fn a_call_that_fails_or_is_dropped_is_told_too() {
    let (clock, inside, log) = (ManualClock::new(), held(), Arc::new(Log::default()));
    let shared: SharedStore<String, u32> = inside.clone();
    let store = on(&clock, Observed::new(shared, Arc::clone(&log)));

    let read = load(&store, &["a"]);
    drop(inside.next_load());
    assert_eq!(read.answer().unwrap_err().kind(), ErrorKind::Aborted);
    let _write = apply(&store, &puts(1, &[("a", 1), ("b", 1)]));
    inside.next_apply().answer(Err(Error::unavailable("down")));
    assert_eq!(
        *log.0.lock(),
        ["load 1 found 0 0ns Some(Aborted)", "apply [2, 0, 0, 2, 0] 0ns Some(Unavailable)"]
    );
}
