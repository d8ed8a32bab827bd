//! Makes room: writes ahead, evicts, and says who is in the way.

mod again;
mod attempt;
mod batch;
mod desk;
mod pinned;
mod presser;
mod round;
mod spare;
mod trouble;

pub(crate) use presser::Presser;

#[cfg(test)]
mod tests;
