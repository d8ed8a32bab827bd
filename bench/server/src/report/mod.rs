//! What is made of the numbers: a table, a CSV, a picture.

mod csv;
mod files;
mod markdown;
mod picture;

pub(crate) use files::of;
