//! Who owns an archive, in this process.

use std::fmt::Debug;
use std::sync::Arc;

use forebay_store::Result;
use forebay_store::sync::Mutex;

/// The lock of a disk, given up when this is dropped.
type Lock = Box<dyn Debug + Send + Sync>;

/// The ownership of an archive (G14), which several share in this process: the archive, and blobs of it that
/// would be lost to another owner. The last one who leaves gives it up.
#[derive(Debug, Default)]
pub(crate) struct Seat(Mutex<Taken>);

#[derive(Debug, Default)]
struct Taken {
    lock: Option<Lock>,
    sitters: u64,
    /// Names are in doubt, and there is no mark that says so: nobody else may have it.
    is_doubtful: bool,
}

/// A share of an ownership, until this is dropped.
#[derive(Debug)]
pub(crate) struct Sitting(Arc<Seat>);

impl Seat {
    /// Takes a share. `lock` is called if nobody has one, so that who comes while the last one leaves is not
    /// refused by himself.
    pub(crate) fn take(self: &Arc<Self>, lock: impl FnOnce() -> Result<Lock>) -> Result<Sitting> {
        let mut taken = self.0.lock();
        if taken.lock.is_none() {
            taken.lock = Some(lock()?);
        }
        taken.sitters += 1;
        Ok(Sitting(Arc::clone(self)))
    }

    /// Whether anybody has a share, or it is not given up.
    pub(crate) fn is_taken(&self) -> bool {
        let taken = self.0.lock();
        taken.sitters > 0 || taken.is_doubtful
    }

    /// It is not given up to others any more, unless the archive is opened here and its names are made anew.
    pub(crate) fn doubt(&self) {
        self.0.lock().is_doubtful = true;
    }

    /// Whether names are in doubt without a mark.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.0.lock().is_doubtful
    }

    /// All names are durable.
    pub(crate) fn settle(&self) {
        self.0.lock().is_doubtful = false;
    }
}

impl Sitting {
    /// See [`Seat::doubt`].
    pub(crate) fn doubt(&self) {
        self.0.doubt();
    }
}

impl Drop for Sitting {
    fn drop(&mut self) {
        let mut taken = self.0.0.lock();
        taken.sitters -= 1;
        if taken.sitters == 0 && !taken.is_doubtful {
            // Under the lock of the seat: whoever comes next takes it anew.
            taken.lock = None;
        }
    }
}
