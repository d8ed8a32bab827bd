//! Who may share a journal.

use forebay_store::Result;

use super::channel::Channel;
use crate::recovery::Recovery;

/// A user of a journal that can share it with others. It reads its own records in it, and writes to it through
/// a [`Channel`] after that.
///
/// Opening takes these steps: [`read`](Self::read) of all tenants; [`Reading::record`] for each record;
/// [`Reading::end`] of all; [`Reading::settle`] of all; [`Reading::begin`] of one after the other. Nothing on
/// disk changes before the last but one.
pub trait Tenant: Sized {
    /// What has become of him once he is open.
    type Opened;
    /// What he is while the journal is read.
    type Reading: Reading<Opened = Self::Opened>;

    /// What he is called in this journal, 1 to 255 bytes. No two tenants of one have the same name.
    fn name(&self) -> String;

    /// What his records are, at most 1024 bytes. He is let in only with the label he came with first.
    fn label(&self) -> String;

    /// He gets ready to be handed records.
    ///
    /// # Errors
    ///
    /// Whatever keeps him from opening; it is passed on.
    fn read(self) -> Result<Self::Reading>;
}

/// A tenant while the journal is read.
pub trait Reading {
    /// See [`Tenant::Opened`].
    type Opened;

    /// Takes the next of his records, without what [`Channel::begin_record`] put before it, and its number
    /// in the journal. Others' records have numbers, too, so his have gaps. What he needed no more when he
    /// last said so may come all the same.
    ///
    /// # Errors
    ///
    /// Whatever keeps him from opening; it is passed on, and nothing on disk was changed.
    fn record(&mut self, number: u64, record: &[u8]) -> Result<()>;

    /// Everything that he was handed so far counts no more: an owner of the journal has
    /// [forgotten](super::SharedJournal::forget) a tenant of his name there.
    fn forgotten(&mut self);

    /// The journal was read to its end, and `last` is its last record, whoever's. Still nothing on disk
    /// was changed.
    ///
    /// # Errors
    ///
    /// Whatever keeps him from opening; it is passed on.
    fn end(&mut self, last: u64) -> Result<()> {
        let _ = last;
        Ok(())
    }

    /// Nobody has refused anything, and only the disk is in the way by now. What has to be durable before
    /// the journal knows of him is made durable here.
    ///
    /// # Errors
    ///
    /// Whatever keeps him from opening; it is passed on, and the journal was not changed.
    fn settle(&mut self) -> Result<()> {
        Ok(())
    }

    /// The journal is there for him. He should soon say what he needs of it ([`Channel::retire`]), for
    /// until then it is everything that he was handed; and what is to be called when others have no room
    /// because of him ([`Channel::make_room_with`]).
    ///
    /// # Errors
    ///
    /// Whatever keeps him from opening; it is passed on. Those who began before him are dropped.
    fn begin(self, channel: Channel, recovery: &Recovery) -> Result<Self::Opened>
    where
        Self: Sized;
}
