//! What else the thread does that leads a sync: something beside it, and something at its end.

/// A thread that may lead a sync. A closure is called at the end and does nothing beside.
#[doc(hidden)]
pub trait Leader {
    /// The device has begun to take many bytes, and all records up to `last` are synced when it has them: time for
    /// what has to be done anyway. Nothing of them is on the device yet, and it may fail. It must wait for nobody:
    /// the sync ends after it returns. A panic of it is told to nobody.
    fn meanwhile(&mut self, _last: u64) {}

    /// The sync is done, and those who have waited for it are not awake. It must be quick and wait for nobody: all
    /// who wait for this sync sleep until it returns, whoever they are. A panic of it is told to nobody.
    fn first(&mut self);
}

impl<F: FnMut()> Leader for F {
    fn first(&mut self) {
        self();
    }
}
