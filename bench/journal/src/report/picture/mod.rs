//! The picture: a panel for each contest, a bar for each subject.

mod drawing;
mod panel;
mod style;

pub(crate) use drawing::svg;
