//! Pictures of what was measured: panels with a bar for each who was compared, and lines over time.

mod bars;
mod chart;
mod drawing;
mod style;
mod timeline;

pub use bars::{Bar, Bars, Whose};
pub use chart::{Chart, Line, Scale};
pub use drawing::Picture;
pub use style::sheet;
pub use timeline::{Shade, Timeline};
