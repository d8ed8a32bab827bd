//! All that is wrong with one input, told at once.

use syn::{Error, Result};

/// Collects errors, so that their author sees all of them in one go.
#[derive(Default)]
pub(crate) struct Faults(Option<Error>);

impl Faults {
    pub(crate) fn add(&mut self, error: Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// What is there if it went well.
    pub(crate) fn note<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// `done`, if nothing was wrong.
    pub(crate) fn or<T>(self, done: T) -> Result<T> {
        self.0.map_or(Ok(done), Err)
    }
}
