//! What is told to `tracing` if the feature of that name is on; else nothing is left of it.
//!
//! There are spans for what takes its time, and an event for each of the cache's own. A hit makes none. Who subscribes is
//! foreign code: it runs under no lock, and its panics are caught. No field holds a key, a value, or what a store said.

#[cfg(not(feature = "tracing"))]
mod off;
#[cfg(feature = "tracing")]
mod on;

#[cfg(not(feature = "tracing"))]
pub(crate) use off::{IS_ON, Span, tell};
#[cfg(feature = "tracing")]
pub(crate) use on::{IS_ON, Span, tell};
