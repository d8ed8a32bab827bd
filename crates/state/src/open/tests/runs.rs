//! Runs that are applied by whoever comes first, and tables that are lost.

use std::cmp::Ordering;
use std::sync::Arc;

use forebay_store::seam::{Spawn, ThreadPool};
use forebay_store::{ErrorKind, Result};

use super::numbers::Later;
use crate::key::{Key, KeyBytes, KeyReader, Place, Shape};
use crate::open::runs::Runner;
use crate::table::{ByKey, Table};

/// As a run is full after a few of them.
const LONG: usize = 8 << 20;

fn filled(spawn: Option<Arc<dyn Spawn>>, mut each: impl FnMut()) -> Result<Table<u64, u64>> {
    let mut runner = Runner::<u64, u64, ByKey>::new(Table::new(), spawn);
    for at in 0..100 {
        runner.put(at * 7 % 50, at, LONG);
        each();
    }
    // It was put last of all, and is deleted by the run after that.
    runner.delete(43);
    runner.finish()
}

fn expected() -> Table<u64, u64> {
    let mut table: Vec<(u64, u64)> = (0..100).map(|at| (at * 7 % 50, at)).collect();
    table.retain(|(key, _)| *key != 43);
    table.into_iter().collect()
}

fn same(table: &Table<u64, u64>) {
    assert!(table.iter().eq(expected().iter()), "{table:?}");
}

#[test]
fn without_help_everything_is_applied_by_who_reads() {
    same(&filled(None, || ()).unwrap());
}

#[test]
fn a_helper_that_never_comes_is_not_waited_for() {
    same(&filled(Some(Arc::new(Later::default())), || ()).unwrap());
}

#[test]
fn a_helper_finds_its_work_whenever_it_comes() {
    for late in 1..20 {
        let later = Arc::new(Later::default());
        let (mut at, mut helped) = (0, 0);
        let table = filled(Some(Arc::clone(&later) as Arc<dyn Spawn>), || {
            at += 1;
            let job = if at % late == 0 { later.0.lock().pop_front() } else { None };
            helped += u32::from(job.is_some());
            if let Some(job) = job {
                job();
            }
        });
        same(&table.unwrap());
        assert!(helped > 2, "a helper that has left is called again");
    }
}

#[test]
fn helpers_of_other_threads_come_to_the_same() {
    let pool: Arc<dyn Spawn> = Arc::new(ThreadPool::new(2));
    for _ in 0..50 {
        same(&filled(Some(Arc::clone(&pool)), || ()).unwrap());
    }
}

/// A key whose order panics between 13 and 14.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Touchy(u8);

impl PartialOrd for Touchy {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Touchy {
    fn cmp(&self, other: &Self) -> Ordering {
        assert!(self.0 != 13 || other.0 != 14, "13 is compared with 14");
        assert!(self.0 != 14 || other.0 != 13, "14 is compared with 13");
        self.0.cmp(&other.0)
    }
}

impl Key for Touchy {
    type Tail = ();

    const SHAPE: Shape = Shape::Named { name: "touchy" };

    fn encode(&self, _: Place, out: &mut KeyBytes) {
        // So much in common that the keys themselves must be compared.
        out.extend(&[0; 40]);
        out.extend(&[self.0]);
    }

    fn decode(_: &mut KeyReader<'_>, _: Place) -> Result<Self> {
        Ok(Self(0))
    }
}

#[test]
fn a_table_whose_key_panics_under_a_helper_is_an_error() {
    let later = Arc::new(Later::default());
    let spawn = Arc::clone(&later) as Arc<dyn Spawn>;
    let mut runner = Runner::<Touchy, (), ByKey>::new(Table::new(), Some(spawn));
    for key in [13, 14, 15, 16, 17] {
        runner.put(Touchy(key), (), LONG);
    }
    let job = later.0.lock().pop_front().unwrap();
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
    assert!(caught.is_err(), "the key has panicked");
    for key in 20..60 {
        runner.put(Touchy(key), (), LONG);
    }
    let error = runner.finish().map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted, "{error}");
}
