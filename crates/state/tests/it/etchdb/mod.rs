//! What real etchdbs have written comes over; what is damaged is told.

mod fixture;
mod folder;
#[path = "../../../../../fixtures/etchdb-0.6.1/make/src/types.rs"]
mod types;
mod written;

mod counting;
mod filling;
mod flips;
mod full_disk;
mod keys;
mod lock;
mod old;
mod order;
mod rules;
mod search;
mod tears;
mod versions;
