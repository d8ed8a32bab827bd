//! What is made of the numbers: a table, a CSV, a picture.

mod csv;
mod markdown;
mod picture;
mod targets;

pub(crate) use csv::csv;
pub(crate) use markdown::markdown;
pub(crate) use picture::svg;
