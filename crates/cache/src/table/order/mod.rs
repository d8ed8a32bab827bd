//! In which order clean entries leave memory.

mod ghost;
mod policy;

pub(crate) use policy::Order;
