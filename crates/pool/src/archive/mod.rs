//! Archives: named durable places for objects that outlive their pool.
//!
//! An archive is a directory with an identity. An object is *kept* there under its key, or stands in a
//! *snapshot* under a name: a manifest that is renamed into place. The format is in
//! `docs/format/archive.md`.

mod bytes;
mod failure;
mod fields;
mod file_pen;
mod identity;
mod manifest;
mod names;
mod pack;
mod sum;

#[cfg(test)]
mod tests;
