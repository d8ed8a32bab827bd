//! What one user of a journal may do with it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Durability, Error, ErrorKind, Op, Result};

use super::announcement::first_byte;
use super::house::{Appended, House};
use super::seat::Seat;
use crate::frame::Frame;
use crate::journal::{Journal, Position};
use crate::loss_bound::LossBound;
use crate::writer::Leader;

/// A journal as one of its users has it. Alone it is the [`Journal`], call for call and byte for byte.
/// In a [shared](super::SharedJournal) one it is a [tenant](super::Tenant)'s, whose records carry its tag.
///
/// Handles are cheap to clone; all methods may be called from any thread.
///
/// ```
/// # use forebay_journal::disk::simulated::SimulatedDisk;
/// use forebay_journal::{Channel, Frame, Journal, Settings};
/// use forebay_store::Durability;
///
/// # let disk = SimulatedDisk::new(1);
/// # let settings = Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, ..Settings::default() };
/// let (journal, _) = Journal::open(disk.directory("a"), settings, |_, _| Ok(()))?;
/// let channel = Channel::alone(journal);
/// let mut frame = Frame::new();
/// frame.push_with(|bytes| {
///     channel.begin_record(bytes);
///     bytes.extend_from_slice(b"hello");
///     Ok(())
/// })?;
/// let number = channel.append(&frame)?;
/// channel.wait(number, Durability::Synced)?;
/// channel.close()?;
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[derive(Clone)]
pub struct Channel {
    journal: Journal,
    place: Option<Place>,
}

/// What the other tenants have appended.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Others {
    /// How many of their frames said something new.
    pub came: u64,
    /// Bytes of their frames that have what was in the journal already.
    pub again: u64,
}

/// A place in a shared journal.
#[derive(Clone)]
struct Place {
    house: Arc<House>,
    seat: Arc<Seat>,
}

impl Channel {
    /// The channel of a user that shares the journal with no other one.
    pub fn alone(journal: Journal) -> Self {
        Self { journal, place: None }
    }

    /// The channels of all tenants, in their order.
    pub(super) fn of(house: &Arc<House>) -> Vec<Self> {
        let seats = house.seats.iter().map(|seat| {
            let place = Place { house: Arc::clone(house), seat: Arc::clone(seat) };
            Self { journal: house.journal.clone(), place: Some(place) }
        });
        seats.collect()
    }

    /// The tag of its tenant; 0 if the journal is not shared.
    pub fn tag(&self) -> u8 {
        self.place.as_ref().map_or(0, |place| place.seat.tag)
    }

    /// Whether it is of the same open journal as `other`.
    pub fn is_beside(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (Some(own), Some(other)) => Arc::ptr_eq(&own.house, &other.house),
            _ => false,
        }
    }

    /// Puts what every record begins with at the end of `bytes`: nothing if the journal is not shared.
    /// The writer of a record calls it first.
    pub fn begin_record(&self, bytes: &mut Vec<u8>) {
        if let Some(place) = &self.place {
            bytes.push(first_byte(place.seat.tag));
        }
    }

    /// See [`Journal::append`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn append(&self, frame: &Frame) -> Result<u64> {
        match &self.place {
            None => self.journal.append(frame),
            Some(Place { house, seat }) => house.append(seat, frame, Appended::News),
        }
    }

    /// As [`append`](Self::append), with the room that is kept for saying what may go.
    #[doc(hidden)]
    pub fn append_own(&self, frame: &Frame) -> Result<u64> {
        match &self.place {
            None => self.journal.append_own(frame),
            Some(Place { house, seat }) => house.append(seat, frame, Appended::Own),
        }
    }

    /// As [`append_own`](Self::append_own), for what is in the journal already and is appended again so that what is older may
    /// go. The other tenants can [tell it apart](Others::again) from what is new.
    #[doc(hidden)]
    pub fn append_again(&self, frame: &Frame) -> Result<u64> {
        match &self.place {
            None => self.journal.append_own(frame),
            Some(Place { house, seat }) => house.append(seat, frame, Appended::Again),
        }
    }

    /// To the other tenants something new has come of this one, though it has appended nothing: there is more in the journal that
    /// may go than they know of.
    #[doc(hidden)]
    pub fn note_news(&self) {
        if let Some(place) = &self.place {
            place.seat.note_news();
        }
    }

    /// As [`append_again`](Self::append_again), for so few bytes that [`Others`] does not know of them.
    #[doc(hidden)]
    pub fn append_reminder(&self, frame: &Frame) -> Result<u64> {
        match &self.place {
            None => self.journal.append_own(frame),
            Some(Place { house, seat }) => house.append(seat, frame, Appended::Reminder),
        }
    }

    /// Has `append` append a frame by another tenant's channel in which there are records of this one,
    /// and says what it says. A tenant that appends for a [`Partner`](super::Partner) uses it. It must not wait, nor
    /// use this channel.
    ///
    /// # Errors
    ///
    /// `Closed` if this channel is closed: nothing was called then. Else what `append` says.
    pub fn include(&self, append: impl FnOnce() -> Result<u64>) -> Result<u64> {
        match &self.place {
            None => append(),
            Some(place) => place.seat.enter(append),
        }
    }

    /// See [`Journal::make_room`]. If a shared journal is full, the tenant that needs the oldest record is
    /// [asked](Self::make_room_with) to make room, unless it is this one. That takes a while, so try again then. If that
    /// tenant is gone, closed or dropped, what it needs is kept until it is opened again, and the error names it.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn make_room(&self, length: usize) -> Result<()> {
        let made = self.journal.make_room(length);
        if let (Err(error), Some(place)) = (&made, &self.place)
            && error.kind() == ErrorKind::Busy
        {
            place.house.relieve(&place.seat, length);
            return Err(self.held_up(length).unwrap_or_else(|| error.clone()));
        }
        made
    }

    /// Why a shared journal has no room for a frame of this [`length`](Frame::length), and will have none: it is
    /// full, nothing more of it may go, and the tenant that needs its oldest record is gone, closed or dropped. That
    /// record is kept until the journal is opened with the tenant again. The error is `Busy`, and names it. `None` if
    /// there is room, or will be once something was synced or retired.
    pub fn held_up(&self, length: usize) -> Option<Error> {
        let name = self.place.as_ref()?.house.absent()?;
        // It is asked last, for room may have been made meanwhile.
        if !self.journal.is_full_for(length) {
            return None;
        }
        let message = format!(
            "the journal stays full: its oldest records are those of the tenant `{name}`, which was closed or \
             dropped, and are kept until the journal is opened with it again"
        );
        Some(Error::busy(message, Duration::from_secs(60)))
    }

    /// What is called when no tenant of a shared journal needs older records than this one, and the journal
    /// is full, or another one has let go of something while this one did nothing for a while: it should
    /// have what is needed of them appended again, or kept elsewhere, and [retire](Self::retire) them. It is
    /// called on another tenant's thread and must come back at once. It gets the [`length`](Frame::length) of the frame for
    /// which that tenant found no room, and None if it has let go of something. It is not called because this tenant itself
    /// finds no room: `Busy` tells that. Until something else has come in it is called again only now and then. There is one at
    /// a time; none after a close. Alone, nobody calls it. If it panics, the other tenant goes on.
    pub fn make_room_with(&self, hook: impl Fn(Option<usize>) + Send + Sync + 'static) {
        if let Some(place) = &self.place {
            place.seat.set_hook(Arc::new(hook));
        }
    }

    /// As [`make_room`](Self::make_room) for [`append_own`](Self::append_own).
    #[doc(hidden)]
    pub fn make_room_own(&self, length: usize) -> Result<()> {
        self.journal.make_room_own(length)
    }

    /// Blocks until this record has reached `rung`. See [`Journal::wait`].
    ///
    /// # Errors
    ///
    /// Those of [`Journal::wait`].
    pub fn wait(&self, number: u64, rung: Durability) -> Result<()> {
        self.journal.wait(number, rung)
    }

    /// See [`Journal::wait_synced_with`].
    ///
    /// # Errors
    ///
    /// As there.
    #[doc(hidden)]
    pub fn wait_synced_with(&self, number: u64, leader: &mut dyn Leader) -> Result<()> {
        self.journal.wait_synced_with(number, leader)
    }

    /// Waits until this record has reached `rung`. See [`Journal::when`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation only stops the waiting.
    pub fn when(&self, number: u64, rung: Durability) -> Op<()> {
        self.journal.when(number, rung)
    }

    /// How far the journal has come, with the records of all its users.
    pub fn position(&self) -> Position {
        self.journal.position()
    }

    /// What a fault would lose now, of all tenants together. See [`Journal::loss_bound`].
    pub fn loss_bound(&self) -> LossBound {
        self.journal.loss_bound()
    }

    /// The bytes on disk that the journal takes, with those of all its users.
    pub fn extent(&self) -> u64 {
        self.journal.extent()
    }

    /// See [`Journal::reach`], whoever uses it.
    pub fn reach(&self) -> u64 {
        self.journal.reach()
    }

    /// Whether there is no room for a frame of this [`length`](Frame::length) before something is retired.
    #[doc(hidden)]
    pub fn is_full_for(&self, length: usize) -> bool {
        self.journal.is_full_for(length)
    }

    /// Whether no other tenant needs an older record of the journal than this one does. Alone, it is so.
    #[doc(hidden)]
    pub fn is_oldest(&self) -> bool {
        self.place.as_ref().is_none_or(|place| place.house.is_oldest(&place.seat))
    }

    /// What the other tenants have appended since the journal was opened; nothing if it is not shared.
    #[doc(hidden)]
    pub fn others(&self) -> Others {
        self.place.as_ref().map(|place| place.house.others(&place.seat)).unwrap_or_default()
    }

    /// Why it takes nothing any more, if it has failed.
    pub fn failure(&self) -> Option<Error> {
        self.journal.failure()
    }

    /// The most bytes that a frame may have, see [`Frame::length`].
    pub fn frame_max(&self) -> usize {
        self.journal.frame_max()
    }

    /// What tells this journal from all others.
    pub fn journal_id(&self) -> [u8; 16] {
        self.journal.id()
    }

    /// The length of the journal's segments.
    pub fn segment_bytes(&self) -> u64 {
        self.journal.segment_bytes()
    }

    /// The most bytes on disk that the journal takes, see [`Settings::bytes_max`](crate::Settings::bytes_max).
    pub fn bytes_max(&self) -> u64 {
        self.journal.bytes_max()
    }

    /// Says that its user needs no record before `needed` any more. Blocks as [`Journal::retire`] does.
    /// In a shared journal goes what no tenant needs. A tenant who has appended nothing from `needed` on
    /// holds up nothing, whatever the others append.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn retire(&self, needed: u64) -> Result<()> {
        match &self.place {
            None => self.journal.retire(needed),
            Some(Place { house, seat }) => house.retire(seat, needed),
        }
    }

    /// Says that its user was dropped, though jobs of that user may have a channel for a while. For the other tenants it
    /// counts as closed. What the jobs append is taken until the last of the others has closed the journal.
    pub fn leave(&self) {
        if let Some(place) = &self.place {
            place.seat.leave();
        }
    }

    /// See [`Journal::close`]. In a shared journal nothing of this tenant is accepted any more, and what
    /// was is synced; the last one to close closes the journal and gives back its directory.
    /// What a tenant still needs when it closes, or is dropped, is kept until it has been there again. One that
    /// was dropped without a close counts as closed for the others.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn close(&self) -> Result<()> {
        match &self.place {
            None => self.journal.close(),
            Some(Place { house, seat }) => house.close(seat),
        }
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("journal", &self.journal)
            .field("tag", &self.tag())
            .finish_non_exhaustive()
    }
}
