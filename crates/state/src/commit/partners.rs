//! Other tenants of the journal whose writes are part of a transaction.

use std::any::Any;
use std::fmt;
use std::time::Duration;

use forebay_journal::{Channel, Enlist, Frame, Partner, append_together, encode_together};
use forebay_store::seam::{Clock, Moment};
use forebay_store::{Error, Result};

/// Those whose writes are part of one transaction. It must outlive the turn: what it drops may run foreign
/// code.
#[derive(Default)]
pub(crate) struct Partners {
    /// The state's own, if its journal is shared.
    channel: Option<Channel>,
    /// In the order of their tags.
    joined: Vec<Box<dyn Joined>>,
    /// They have an end to come.
    has_entered: bool,
}

trait Joined: Partner + Any + Send {}

impl<P: Partner + Any + Send> Joined for P {}

impl Partners {
    pub(crate) fn beside(channel: Channel) -> Self {
        Self { channel: Some(channel), joined: Vec::new(), has_entered: false }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.joined.is_empty()
    }

    /// The one who collects the writes of `other`.
    pub(crate) fn enlist<E: Enlist + ?Sized>(&mut self, other: &E) -> Result<&mut E::Partner> {
        let Some(channel) = &self.channel else {
            return Err(Error::unsupported(
                "nobody can write with a state that has no journal, or one of its own: open both as \
                 tenants of a shared journal",
            ));
        };
        let partner = other.enlist()?;
        if !partner.channel().is_beside(channel) {
            return Err(Error::invalid("those who write together have different journals"));
        }
        let tag = partner.channel().tag();
        if tag == channel.tag() {
            return Err(Error::invalid("a state cannot write together with itself"));
        }
        let at = self.joined.partition_point(|joined| joined.channel().tag() < tag);
        if self.joined.get(at).is_none_or(|joined| joined.channel().tag() != tag) {
            self.joined.insert(at, Box::new(partner));
        }
        let joined: &mut dyn Any = &mut *self.joined[at];
        joined.downcast_mut().ok_or_else(|| {
            Error::invalid("a tenant is part of the transaction already, as something else")
        })
    }

    /// Has them push their records into the frame of a transaction.
    pub(super) fn encode(&mut self, channel: &Channel, frame: &mut Frame) -> Result<()> {
        encode_together(channel, frame, &mut self.all())
    }

    /// Has the frame appended, with all that they need locked. It waits for nobody.
    pub(super) fn append(&mut self, channel: &Channel, frame: &mut Frame) -> Result<u64> {
        self.has_entered = true;
        append_together(channel, frame, &mut self.all())
    }

    /// Waits for what room they lack, without the turn; not beyond `end`.
    ///
    /// # Errors
    ///
    /// `Busy` if there is none by then, or if one of them would not wait.
    pub(super) fn make_room(&mut self, clock: &dyn Clock, end: Moment) -> Result<()> {
        self.end();
        for joined in &mut self.joined {
            let left = end.since(clock.now());
            match joined.room().wait_timeout(left) {
                Ok(made) => made?,
                // Who is dropped while he waits is passed over.
                Err(_) => return Err(no_room()),
            }
        }
        Ok(())
    }

    fn end(&mut self) {
        if std::mem::take(&mut self.has_entered) {
            self.joined.iter_mut().for_each(|joined| joined.end());
        }
    }

    fn all(&mut self) -> Vec<&mut dyn Partner> {
        self.joined.iter_mut().map(|joined| &mut **joined as &mut dyn Partner).collect()
    }
}

#[cold]
fn no_room() -> Error {
    let message = "those who are written with have had no room for their part for as long as a \
                   transaction waits; nothing has happened";
    Error::busy(message, Duration::from_secs(1))
}

impl Drop for Partners {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for Partners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Partners").field("joined", &self.joined.len()).finish_non_exhaustive()
    }
}
