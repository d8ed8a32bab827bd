//! What is made of the numbers: a table, a CSV, a picture, and the verdicts.

mod csv;
mod entries;
mod files;
mod losses;
mod markdown;
mod picture;
mod table;
mod verdict;

pub(crate) use files::of;
