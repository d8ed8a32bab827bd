//! What is known of an object's next use.

/// What the user knows of an object's next use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hint {
    /// Nothing: the order decides.
    #[default]
    Normal,
    /// It is used once more at most: after that use it goes first.
    Once,
}
