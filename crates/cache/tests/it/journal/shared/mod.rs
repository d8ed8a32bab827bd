//! Caches that share a journal.

mod crashes;
mod pair;
mod relief;
mod room;
