//! A cache over redb on plain threads: `cargo run -p forebay --example quick_start`.
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::time::Duration;

use forebay::{ByteSize, Cache, RedbStore, Result, Settings, Write};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct User {
    name: String,
    visits: u32,
}

fn main() -> Result<()> {
    let scratch = tempfile::tempdir().expect("the system has room for a temporary directory");
    let path = scratch.path().join("users.redb");

    let cache = Cache::builder(RedbStore::<u64, User>::open(&path)?)
        .capacity(ByteSize::mib(256))
        .weigher(|_, user| user.name.capacity())
        .write_behind(Settings::default())
        .open()
        .wait()?;

    let ada = User { name: "Ada".into(), visits: 0 };
    let receipt = cache.put(1, ada.clone()).wait()?;
    println!("acknowledged at `{}`, and read already: {:?}", receipt.rung(), cache.get(&1).wait()?);
    receipt.stored().wait()?;
    println!("now in the store");

    cache.update(&1, |user| user.visits += 1).wait()?;
    let grace = User { name: "Grace".into(), visits: 7 };
    let receipt = cache.put_with(2, grace, Write::Through).wait()?;
    println!("a write through is acknowledged at `{}`", receipt.rung());
    cache.delete(2).wait()?;

    let report = cache.close(Duration::from_secs(5)).wait()?;
    println!("closed: {report}");
    assert!(report.is_clean());
    drop(cache);

    let again = Cache::builder(RedbStore::<u64, User>::open(&path)?).open().wait()?;
    println!("after a restart: {:?} and {:?}", again.get(&1).wait()?, again.get(&2).wait()?);
    assert_eq!(again.get(&1).wait()?, Some(User { visits: 1, ..ada }));
    assert_eq!(again.get(&2).wait()?, None);
    Ok(())
}
