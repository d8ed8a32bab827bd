//! What is made of the counts: a table to read, numbers to reckon with, a picture.

mod csv;
mod files;
mod markdown;
mod picture;
mod table;
mod verdicts;

pub(crate) use files::of;
