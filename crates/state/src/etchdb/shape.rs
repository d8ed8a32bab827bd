//! Where a transaction ends by what is in it, whatever its length says.

use forebay_store::Result;

use super::varint::{Added, Number};
use super::window::Window;

/// What the bytes look like as the operations of a transaction.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// All operations are there, up to this offset.
    Whole(u64),
    /// The file ends before they do.
    Cut,
    /// No operations.
    Broken,
}

/// Walks over operations without reading keys and values.
pub(super) struct Walk<'a> {
    window: &'a mut Window,
    at: u64,
    /// How many steps may still be made, over all walks.
    steps: &'a mut u64,
}

/// Why a walk ends before its end.
enum Stop {
    Cut,
    Broken,
}

impl<'a> Walk<'a> {
    pub(super) fn new(window: &'a mut Window, at: u64, steps: &'a mut u64) -> Self {
        Self { window, at, steps }
    }

    pub(super) fn shape(mut self) -> Result<Shape> {
        Ok(match self.operations()? {
            Ok(()) => Shape::Whole(self.at),
            Err(Stop::Cut) => Shape::Cut,
            Err(Stop::Broken) => Shape::Broken,
        })
    }

    fn operations(&mut self) -> Result<Result<(), Stop>> {
        let count = match self.number()? {
            Ok(0) => return Ok(Err(Stop::Broken)),
            Ok(count) => count,
            Err(stop) => return Ok(Err(stop)),
        };
        for _ in 0..count {
            if let Err(stop) = self.operation()? {
                return Ok(Err(stop));
            }
        }
        Ok(Ok(()))
    }

    fn operation(&mut self) -> Result<Result<(), Stop>> {
        let parts = match self.window.byte(self.at)? {
            Some(0) => 2,
            Some(1) => 1,
            Some(_) => return Ok(Err(Stop::Broken)),
            None => return Ok(Err(Stop::Cut)),
        };
        // The tag and the collection.
        self.at += 2;
        for _ in 0..parts {
            match self.number()? {
                Ok(len) => self.at = self.at.saturating_add(len),
                Err(stop) => return Ok(Err(stop)),
            }
        }
        Ok(if self.at > self.window.len() { Err(Stop::Cut) } else { Ok(()) })
    }

    fn number(&mut self) -> Result<Result<u64, Stop>> {
        let mut number = Number::default();
        loop {
            match self.steps.checked_sub(1) {
                Some(left) => *self.steps = left,
                None => return Ok(Err(Stop::Broken)),
            }
            let Some(byte) = self.window.byte(self.at)? else { return Ok(Err(Stop::Cut)) };
            self.at += 1;
            match number.add(byte) {
                Added::More => {}
                Added::Done(found) => return Ok(Ok(found)),
                Added::TooBig => return Ok(Err(Stop::Broken)),
            }
        }
    }
}
