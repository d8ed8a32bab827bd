//! The pictures: what everybody does, and how far Forebay is ahead of etchdb in what is aimed at.

mod ahead;
mod scale;
mod work;

pub(crate) use ahead::svg as ahead;
pub(crate) use work::svg as work;
