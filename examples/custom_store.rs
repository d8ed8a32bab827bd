//! A store of one's own in a few lines: `cargo run -p forebay --example custom_store`.
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use forebay::{Batch, BlockingStore, Cache, Edit, Error, Outcome, Result, Write};

/// Prices by article; a negative price is refused.
#[derive(Default)]
struct Prices(Mutex<HashMap<String, i64>>);

impl BlockingStore<String, i64> for Prices {
    fn load(&self, keys: &[String]) -> Result<Vec<Option<i64>>> {
        let prices = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(keys.iter().map(|key| prices.get(key).copied()).collect())
    }

    fn apply(&self, batch: &Batch<String, i64>) -> Result<Vec<Outcome>> {
        let mut prices = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut outcomes = Vec::new();
        for op in &batch.ops {
            match op.edit {
                Edit::Put { value, .. } if value < 0 => {
                    outcomes.push(Outcome::Refused(Error::refused("a negative price")));
                    continue;
                }
                Edit::Put { value, .. } => prices.insert(op.key.clone(), value),
                Edit::Delete => prices.remove(&op.key),
            };
            outcomes.push(Outcome::Stored);
        }
        Ok(outcomes)
    }
}

fn main() -> Result<()> {
    let cache = Cache::builder(Prices::default()).open().wait()?;
    cache.put("tea".into(), 4).wait()?;
    println!("tea costs {:?}", cache.get(&"tea".into()).wait()?);
    let refused = cache.put_with("tea".into(), -1, Write::Through).wait().is_err();
    println!("refused: {refused}; tea still costs {:?}", cache.peek(&"tea".into()));
    assert!(refused && cache.peek(&"tea".into()) == Some(4));
    Ok(())
}
