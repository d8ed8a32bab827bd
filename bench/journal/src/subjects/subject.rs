//! The face of everybody who is measured.

use std::any::Any;
use std::error::Error;
use std::time::Instant;

use crate::records::Record;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// An open log or store. It is shared by the threads that write.
pub(crate) trait Subject: Send + Sync {
    /// The hands of one thread.
    fn writer(&self) -> Result<Box<dyn Writer + '_>>;

    /// What its owner does now and then, beside those who write.
    fn keep_up(&self) -> Result<()> {
        Ok(())
    }

    /// How often it has asked for a sync, where it can be counted.
    fn syncs(&self) -> Option<u64> {
        None
    }
}

pub(crate) trait Writer {
    /// Puts one record, and says which put has reached its rung by the end of this call: this one,
    /// or an older one if puts may be in flight.
    fn put(&mut self, record: &Record, mark: Mark) -> Result<Option<Mark>>;
}

/// When a put began; only some are timed where reading the clock would be a part of the cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark(pub(crate) Option<Instant>);

/// What was found after a restart.
pub(crate) struct Loaded {
    /// The value of the key that was asked for.
    pub(crate) value: Option<Vec<u8>>,
    /// How many records there are, where everything was loaded.
    pub(crate) records: Option<usize>,
    /// Keeps all of it alive, so that taking it apart is not measured.
    #[expect(dead_code, reason = "it is only held")]
    pub(crate) held: Box<dyn Any>,
}
