//! Forebay's pool.

use std::path::Path;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use forebay_pool::{ByteSize, DirMedium, Handle, Pool};

use super::subject::{Hits, Result, Stores, Timing};
use crate::measured::Sample;
use crate::round::OBJECTS;
use crate::rows::{Row, ends, rows};
use crate::work::{Size, Way};

/// A pool with room for all rows of a round, so that what is measured is what is asked for.
pub(super) struct Forebay {
    pool: Pool,
    handles: Vec<Handle<Row>>,
}

impl Forebay {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let spill = DirMedium::open(folder)?;
        // Nothing is written before it is asked for.
        let pool = Pool::builder().memory(ByteSize::mib(512)).marks(0.99, 0.99).spill(spill);
        Ok(Self { pool: pool.build()?, handles: Vec::new() })
    }
}

impl Stores for Forebay {
    fn take(&mut self, rows: Vec<Row>) -> Result<()> {
        for row in rows {
            self.handles.push(insert(&self.pool, row)?);
        }
        Ok(())
    }

    fn store(&mut self) -> Result<()> {
        self.handles.iter().try_for_each(evict)
    }

    fn load(&mut self) -> Result<f64> {
        let mut sum = 0.0;
        for handle in &self.handles {
            sum += ends(&handle.get().wait()?);
            evict(handle)?;
        }
        Ok(sum)
    }

    fn clear(&mut self) -> Result<()> {
        self.handles.clear();
        Ok(self.pool.idle().wait()?)
    }
}

pub(super) fn insert(pool: &Pool, row: Row) -> Result<Handle<Row>> {
    Ok(pool.insert(row).wait().map_err(|rejected| rejected.error)?)
}

pub(super) fn evict(handle: &Handle<Row>) -> Result<()> {
    if handle.evict().wait()? { Ok(()) } else { Err("a row stayed in memory".into()) }
}

/// A pool whose objects are in memory.
pub(super) struct Resident {
    pool: Pool,
    handles: Vec<Handle<Row>>,
}

impl Resident {
    pub(super) fn open() -> Result<Self> {
        let pool = Pool::builder().memory(ByteSize::mib(512)).build()?;
        let handles = rows(OBJECTS, Size::Small.bytes(), 1).into_iter();
        let handles = handles.map(|row| insert(&pool, row)).collect::<Result<_>>()?;
        Ok(Self { pool, handles })
    }
}

impl Hits for Resident {
    fn hit(&self, way: Way, at: usize) -> Result<f64> {
        let handle = &self.handles[at];
        Ok(match way {
            Way::Try => ends(&handle.try_get().ok_or("it is not in memory")?),
            Way::Wait => ends(&handle.get_blocking()?),
            Way::Await => match pin!(handle.get()).poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(guard) => ends(&guard?),
                Poll::Pending => return Err("it is not in memory".into()),
            },
        })
    }

    fn insert(&self, rows: Vec<Row>, timing: Timing<'_>) -> Result<Sample> {
        let (count, mut rows) = (rows.len(), rows.into_iter());
        let mut handles = Vec::with_capacity(count);
        let sample = timing(count, &mut || {
            for row in rows.by_ref() {
                handles.push(insert(&self.pool, row)?);
            }
            Ok(())
        })?;
        drop(handles);
        Ok(sample)
    }
}
