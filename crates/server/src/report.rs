//! What the operator is told, line by line on stderr.

use std::fmt::Display;
use std::io::Write;

/// Tells the operator. If nobody listens there is nobody to tell.
pub(crate) fn tell(line: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "forebay: {line}");
}
