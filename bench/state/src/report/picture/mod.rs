//! The picture: a panel for each kind of work, a bar for each subject.

mod drawing;
mod panel;
mod style;

pub(crate) use drawing::svg;
