//! Work that an operation waits for.

/// Work that an operation waits for, and that the waiting thread may do.
///
/// A thread that blocks anyway does the work without a switch to another one. Every other caller has it
/// started elsewhere. It is shared by all the operations that wait for it.
pub trait Drive: Send + Sync + 'static {
    /// Does the work on this thread, which may block, or returns when another thread has done it.
    fn drive(&self);

    /// Has another thread do the work. Returns at once.
    fn start(&self);
}
