//! Pictures of what was measured: panels with a bar for each who was compared.

mod bars;
mod drawing;
mod style;

pub use bars::{Bar, Bars, Whose};
pub use drawing::Picture;
pub use style::sheet;
