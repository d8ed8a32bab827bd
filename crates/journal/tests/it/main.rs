//! What the journal promises, one behaviour a file. A comment like `// W6` or `// E3` cites a defect of
//! docs/defects.md.
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod crash;
mod defects;
mod disk;
mod fixtures;
mod roles;
mod second;
mod shared;
