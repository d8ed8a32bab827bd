//! Work that an operation waits for.

/// Work that an operation waits for, and that whoever waits may do himself.
///
/// A thread that blocks anyway does the work without a switch to another; everybody else has it
/// started elsewhere. It is shared by all the operations that wait for it.
pub trait Drive: Send + Sync + 'static {
    /// Does the work on this thread, which may block, or returns when somebody else has done it.
    fn drive(&self);

    /// Sees to it that somebody does the work. Returns at once.
    fn start(&self);
}
