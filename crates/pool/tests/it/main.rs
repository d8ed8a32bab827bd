//! Claims about the pool. A comment like `// W6` or `// E3` cites a defect of
//! docs/defects.md.
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod archive;
mod budget;
mod costs;
mod defects;
mod failures;
mod many;
mod medium;
mod numbers;
mod parity;
mod rig;
mod slot;
