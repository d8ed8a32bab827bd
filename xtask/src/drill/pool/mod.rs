//! An archive and a spill of a pool are killed under load, again and again, beside a process that lives on.

mod answered;
mod kill;
mod leftovers;
mod neighbour;
mod summary;

pub(super) use kill::{Files, run};
