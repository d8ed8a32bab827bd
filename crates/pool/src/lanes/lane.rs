//! What runs in a lane.

/// The kinds of I/O, each bounded for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    Read,
    Write,
    Free,
    /// Going on with what was waited for. It calls no medium, so that none holds it up.
    Later,
    /// Whatever of an archive nobody waits for on a thread of his own.
    Errand,
}

/// A piece of work. If it is dropped unrun its `Drop` ends what it stands for as failed.
pub(crate) trait Work: Send {
    fn run(self: Box<Self>);
}
