//! Why a value could not be written or read, as serde wants to hear it.

use std::fmt;

use forebay_store::Error;
use serde::{de, ser};

/// One pointer wide, so that what goes well does not carry it around.
#[derive(Debug)]
pub(super) struct Fault(Box<Cause>);

#[derive(Debug)]
enum Cause {
    /// The bytes are not what a writer writes.
    Damaged(&'static str),
    /// The type, or serde for it, has something to say.
    Said(String),
}

impl Fault {
    /// Bytes that no writer wrote.
    #[cold]
    pub(super) fn damaged(what: &'static str) -> Self {
        Self(Box::new(Cause::Damaged(what)))
    }

    /// A value that cannot be written, or bytes that do not fit the type.
    #[cold]
    pub(super) fn said(what: impl Into<String>) -> Self {
        Self(Box::new(Cause::Said(what.into())))
    }

    /// The error of a value that could not be written.
    #[cold]
    pub(super) fn of_writing(self) -> Error {
        Error::refused(format!("a value cannot be written: {self}"))
    }

    /// The error of bytes that are no value, from byte `at` on.
    #[cold]
    pub(super) fn of_damage(self, at: usize) -> Error {
        Error::corrupt(format!("a value is damaged at byte {at}: {self}"))
    }

    /// The error of a value that its type did not take, from byte `at` on.
    #[cold]
    pub(super) fn of_shape(self, at: usize) -> Error {
        Error::invalid(format!("a value has another shape than its type at byte {at}: {self}"))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Cause::Damaged(what) => f.write_str(what),
            Cause::Said(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Fault {}

impl ser::Error for Fault {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::said(message.to_string())
    }
}

impl de::Error for Fault {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::said(message.to_string())
    }
}
