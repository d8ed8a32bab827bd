//! What counts who looks at a row takes at least.

use std::sync::Arc;

use super::subject::{Hits, Result, Timing};
use crate::measured::Sample;
use crate::round::OBJECTS;
use crate::rows::{Row, ends, rows};
use crate::work::{Size, Way};

/// Rows that are counted, and nothing else: they never leave memory.
pub(super) struct Counted(Vec<Arc<Row>>);

impl Counted {
    pub(super) fn new() -> Self {
        Self(rows(OBJECTS, Size::Small.bytes(), 1).into_iter().map(Arc::new).collect())
    }
}

impl Hits for Counted {
    fn hit(&self, _way: Way, at: usize) -> Result<f64> {
        let row = std::hint::black_box(Arc::clone(&self.0[at]));
        Ok(ends(&row))
    }

    fn insert(&self, rows: Vec<Row>, timing: Timing<'_>) -> Result<Sample> {
        let (count, mut rows) = (rows.len(), rows.into_iter());
        let mut counted = Vec::with_capacity(count);
        let sample = timing(count, &mut || {
            counted.extend(rows.by_ref().map(Arc::new));
            Ok(())
        })?;
        drop(counted);
        Ok(sample)
    }
}
