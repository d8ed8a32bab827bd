//! The picture: one panel an operation, cost against entries, both on logarithmic scales.

mod drawing;
mod labels;
mod panel;
mod scale;
mod style;

pub(crate) use drawing::svg;
