//! Archives, as users meet them: with objects of a pool, in real directories.

mod objects;
mod spilled;
