//! The faces of everybody who is measured.

use std::error::Error;

use crate::measured::Sample;
use crate::rows::Row;
use crate::work::Way;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Somebody who stores rows and loads them again.
pub(crate) trait Stores {
    /// Makes these his own. Nobody looks at how long it takes.
    fn take(&mut self, rows: Vec<Row>) -> Result<()>;

    /// Writes all of them, and has none of them in memory then.
    fn store(&mut self) -> Result<()>;

    /// Makes each of them anew from what was written, lets it go again, and sums up their
    /// [ends](crate::rows::ends).
    fn load(&mut self) -> Result<f64>;

    /// Forgets all of them. Nobody looks at how long it takes.
    fn clear(&mut self) -> Result<()>;

    /// How many it should have loaded so far, and had lost.
    fn lost(&self) -> usize {
        0
    }
}

/// Somebody who has objects that are in its medium only.
pub(crate) trait Spilled {
    /// Has these spilled, drops them, which is timed, and is done with all of it at the end of that.
    fn dropped(&mut self, rows: Vec<Row>) -> Result<Sample>;
}

/// Somebody whose medium takes 50 ms for each write and each read.
pub(crate) trait Slow {
    /// Has a few rows written on their way out of memory, and reads each of them meanwhile, which is timed.
    fn leaving(&mut self, rows: Vec<Row>) -> Result<Sample>;

    /// Has all of these written at once.
    fn at_once(&mut self, rows: Vec<Row>) -> Result<Sample>;
}

/// Somebody who keeps rows so that a power cut leaves them.
pub(crate) trait Durable {
    /// Keeps these, which is timed, and forgets them again, which is not.
    fn keep(&mut self, rows: Vec<Row>) -> Result<Sample>;
}

/// Takes the time of so many calls, which are made in what it is given.
pub(crate) type Timing<'a> =
    &'a mut dyn FnMut(usize, &mut dyn FnMut() -> Result<()>) -> Result<Sample>;

/// Somebody who has objects in memory, [so many](crate::round::OBJECTS).
pub(crate) trait Hits: Sync {
    /// The ends of one of them.
    fn hit(&self, way: Way, at: usize) -> Result<f64>;

    /// Puts these in, which is timed, and drops them again, which is not.
    fn insert(&self, rows: Vec<Row>, timing: Timing<'_>) -> Result<Sample>;
}
