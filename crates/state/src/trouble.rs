//! What goes wrong in the background, and hurts nobody yet.

use forebay_store::Error;

/// Something that went wrong in the background and will be tried again. It is told until it has gone
/// well once; looking does not end it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Trouble {
    /// What was tried: `snapshot`.
    pub what: &'static str,
    /// Why it failed the last time.
    pub error: Error,
    /// How often it failed, one time after the other.
    pub times: u32,
}
