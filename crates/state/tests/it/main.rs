//! The state through its public face. A comment like `// W6` or `// E3` cites a defect of
//! docs/defects.md.
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

#[cfg(feature = "json")]
mod copy;
mod shop;
mod tokens;

mod derived;
mod durable;
#[cfg(feature = "etchdb")]
mod etchdb;
mod freeing;
mod index;
mod joint;
mod key;
mod model;
mod nested;
mod panics;
mod readers;
mod rollback;
mod snapshot;
mod threads;
mod value;
mod views;
mod watch;
