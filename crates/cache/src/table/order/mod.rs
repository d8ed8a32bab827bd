//! In which order clean entries leave memory: the rule is in `policy`.

mod ghost;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod model;
mod policy;
mod share;
mod stretches;

pub(crate) use policy::{Order, Victim};
