//! Every store and wrapper of this crate conforms.

use std::time::Duration;

use forebay_store::conformance::{Suite, Verdict, assert_conforms};
use forebay_store::fault::Scripted;
use forebay_store::seam::manual::ManualClock;
use forebay_store::wrap::{ConcurrencyLimit, Observed, Observer, Retry, RetryPolicy, Timeout};
use forebay_store::{
    AsyncStore, Batch, BlockingStore, Capabilities, Cursor, IntoStore, MemoryStore, Outcome, Page,
    Result, Seams, SharedStore,
};

type Memory = MemoryStore<String, Vec<u8>>;

fn memory() -> SharedStore<String, Vec<u8>> {
    Memory::new().into_store(&Seams::real())
}

struct Unmoved;
impl Observer for Unmoved {}

#[test]
fn memory_conforms_on_real_and_on_simulated_seams() {
    assert_conforms(memory);
    assert_conforms(|| Memory::new().into_store(&ManualClock::new().seams(1)));
}

#[test]
fn retry_conforms() {
    assert_conforms(|| Retry::new(memory(), RetryPolicy::default()).into_store(&Seams::real()));
}

#[test]
fn timeout_conforms() {
    let limit = Duration::from_secs(60);
    assert_conforms(move || Timeout::new(memory(), limit).into_store(&Seams::real()));
}

#[test]
fn concurrency_limit_conforms() {
    assert_conforms(|| ConcurrencyLimit::new(memory(), 2).into_store(&Seams::real()));
}

#[test]
fn observed_conforms() {
    assert_conforms(|| Observed::new(memory(), Unmoved).into_store(&Seams::real()));
}

#[test]
fn all_wrappers_around_each_other_conform() {
    assert_conforms(|| {
        let store = ConcurrencyLimit::new(Scripted::new(Memory::new()).0, 4);
        let store = Timeout::new(Observed::new(store, Unmoved), Duration::from_secs(60));
        Retry::new(store, RetryPolicy::default()).into_store(&Seams::real())
    });
}

#[test]
fn an_async_store_conforms() {
    assert_conforms(|| Later(Memory::new()).into_store(&Seams::real()));
}

#[test]
fn a_store_that_declares_the_least_conforms_and_what_it_lacks_is_skipped() {
    let suite = Suite::new(|| Least(Memory::new()).into_store(&Seams::real()));
    let report = suite.run();
    assert_eq!(report.failures().count(), 0, "{report}");
    let skipped = |name| {
        let check = report.checks.iter().find(|check| check.name == name);
        matches!(check.expect("there is such a check").verdict, Verdict::Skipped(_))
    };
    assert!(skipped("a_scan_of_a_quiet_store_sees_every_entry_once"));
    assert!(skipped("a_condition_that_fails_refuses_and_changes_nothing"));
    assert!(skipped("the_count_is_of_present_keys"));
    assert!(!skipped("a_store_without_expiry_ignores_the_date"));
}

/// A store whose answers take an await.
struct Later(Memory);

impl AsyncStore<String, Vec<u8>> for Later {
    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    async fn load(&self, keys: &[String]) -> Result<Vec<Option<Vec<u8>>>> {
        yield_now().await;
        self.0.load(keys)
    }

    async fn apply(&self, batch: &Batch<String, Vec<u8>>) -> Result<Vec<Outcome>> {
        yield_now().await;
        self.0.apply(batch)
    }

    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<String, Vec<u8>>> {
        self.0.scan(cursor, limit)
    }

    async fn count(&self) -> Result<u64> {
        self.0.count()
    }
}

async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        context.waker().wake_by_ref();
        if std::mem::replace(&mut yielded, true) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
}

/// A store of which only the two required functions are written, with batches of one.
struct Least(Memory);

impl BlockingStore<String, Vec<u8>> for Least {
    fn capabilities(&self) -> Capabilities {
        let mut least = Capabilities::default();
        least.batch_ops_max = 1;
        least
    }

    fn load(&self, keys: &[String]) -> Result<Vec<Option<Vec<u8>>>> {
        self.0.load(keys)
    }

    fn apply(&self, batch: &Batch<String, Vec<u8>>) -> Result<Vec<Outcome>> {
        let mut batch = batch.clone();
        for op in &mut batch.ops {
            if let forebay_store::Edit::Put { expires_at, .. } = &mut op.edit {
                *expires_at = None;
            }
        }
        self.0.apply(&batch)
    }
}
