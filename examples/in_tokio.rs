//! The same cache from async code, over an async store: `cargo run -p forebay --example in_tokio`.
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use forebay::seam::{Job, Seams, Spawn};
use forebay::{AsyncStore, Batch, Cache, Edit, Outcome, Result, Settings};

/// A stand-in for a remote store whose driver needs its runtime.
#[derive(Default)]
struct Remote(Mutex<BTreeMap<String, i64>>);

impl AsyncStore<String, i64> for Remote {
    async fn load(&self, keys: &[String]) -> Result<Vec<Option<i64>>> {
        tokio::task::yield_now().await;
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(keys.iter().map(|key| map.get(key).copied()).collect())
    }

    async fn apply(&self, batch: &Batch<String, i64>) -> Result<Vec<Outcome>> {
        tokio::task::yield_now().await;
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for op in &batch.ops {
            match &op.edit {
                Edit::Put { value, .. } => map.insert(op.key.clone(), *value),
                Edit::Delete => map.remove(&op.key),
            };
        }
        Ok(vec![Outcome::Stored; batch.ops.len()])
    }
}

/// Runs the store's futures on tokio, as its driver wants.
struct OnTokio(tokio::runtime::Handle);

impl Spawn for OnTokio {
    fn run(&self, job: Job) {
        self.0.spawn_blocking(job);
    }
    fn spawn(&self, future: Pin<Box<dyn Future<Output = ()> + Send>>) {
        self.0.spawn(future);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut seams = Seams::real();
    seams.spawn = Arc::new(OnTokio(tokio::runtime::Handle::current()));
    let cache = Cache::builder(Remote::default())
        .write_behind(Settings::default())
        .seams(seams)
        .open()
        .await?;

    let receipt = cache.put("stock".to_owned(), 10).await?;
    cache.update(&"stock".to_owned(), |stock| *stock -= 3).await?;
    println!(
        "acknowledged at `{}`; reads see {:?}",
        receipt.rung(),
        cache.get(&"stock".into()).await?
    );
    cache.flush().await?;
    println!("flushed: {} calls of the store", cache.stats().flushes);

    let report = cache.close(Duration::from_secs(5)).await?;
    println!("closed: {report}");
    assert!(report.is_clean());
    Ok(())
}
