//! What is made of the numbers: tables, a CSV, a picture, and the verdicts.

mod csv;
mod files;
mod losses;
mod markdown;
mod picture;
mod table;
mod targets;

pub(crate) use files::of;
