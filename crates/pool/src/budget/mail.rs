//! Where the answer of an ask waits for the thread that asks.

use forebay_store::Result;
use forebay_store::sync::Mutex;

use super::room::Room;

/// Where the answer of an ask waits for the thread that asks, as long as that is there to take it.
pub(crate) struct Mail(Mutex<GoesOn>);

/// Who goes on with the answer.
enum GoesOn {
    /// A lane.
    Lane,
    /// The thread that asks.
    Asker(Option<Result<Room>>),
}

impl Mail {
    /// The thread that asks takes the answer, or it is for a lane from the start.
    pub(crate) fn new(is_taken: bool) -> Self {
        Self(Mutex::new(if is_taken { GoesOn::Asker(None) } else { GoesOn::Lane }))
    }

    /// Keeps the answer for the thread that asks. It comes back if a lane is to go on with it.
    pub(crate) fn post(&self, room: Result<Room>) -> Option<Result<Room>> {
        match &mut *self.0.lock() {
            GoesOn::Asker(kept) => {
                *kept = Some(room);
                None
            }
            GoesOn::Lane => Some(room),
        }
    }

    /// Whether there is an answer for the asker.
    pub(crate) fn has_answer(&self) -> bool {
        matches!(&*self.0.lock(), GoesOn::Asker(Some(_)))
    }

    /// The asker takes his answer; if there is none yet, a lane goes on with it when it comes.
    pub(crate) fn leave(&self) -> Option<Result<Room>> {
        match std::mem::replace(&mut *self.0.lock(), GoesOn::Lane) {
            GoesOn::Asker(room) => room,
            GoesOn::Lane => None,
        }
    }
}
