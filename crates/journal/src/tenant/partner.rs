//! Several tenants of a journal who write together: all or nothing.
//!
//! One of them appends, and goes about it like this:
//!
//! 1. It pushes its own records into a frame, and has the partners push theirs ([`encode_together`]). If
//!    the frame is longer than [`Channel::frame_max`], or somebody refuses, nothing has happened.
//! 2. [`append_together`], with whatever lock makes its own part one with the append: it is taken before those of
//!    the partners, so it must never be taken with one of theirs held. The number that it says is that of the
//!    last record of the frame, and good for waiting for a rung and for [`Channel::retire`].
//! 3. Without that lock it calls [`Partner::end`] of each. If 2 said `Busy` it then awaits
//!    [`Partner::room`] of each and [`Channel::make_room`], still without the lock, and goes on with 2: the same
//!    frame will do.
//!
//! What the partners have accepted is not taken back. If the journal fails later they have it in memory, and
//! the next opening finds all of the frame or nothing of it.

use forebay_store::{Error, Op, Result};

use super::channel::Channel;
use crate::frame::Frame;

/// What one tenant has to write in a frame with others'.
///
/// [`append_together`] takes partners through these steps: [`encode`](Self::encode), then
/// [`enter`](Self::enter), again as often as the caller likes if that says `Busy` (after waiting for
/// [`room`](Self::room)), and [`end`](Self::end), whatever came of it.
pub trait Partner {
    /// The channel of the tenant.
    fn channel(&self) -> &Channel;

    /// Pushes its records into the frame, behind those of others. What is known only when they are
    /// accepted is left open, and a [`Mark`](crate::Mark) kept for it. Foreign code may run here, a codec
    /// for one. It is called once for each frame that is made.
    ///
    /// # Errors
    ///
    /// Whatever keeps the records from being written: nothing happens then, to nobody.
    fn encode(&mut self, frame: &mut Frame) -> Result<()>;

    /// Ready when there is room for what was refused by `enter` with `Busy`, and at once if room of this
    /// tenant's own was not the reason. What room was got is kept until the partner is dropped.
    fn room(&mut self) -> Op<()>;

    /// Takes its locks; makes sure that its records will be accepted; puts what is known by now into
    /// the frame; calls `append`, once; and makes visible what was accepted. If `append` fails nothing
    /// has happened. Between `append` and the end nothing can fail, and nothing waits: neither here nor
    /// in `append`, which may be that of other partners, with locks of their own.
    ///
    /// Nothing is answered and nothing dropped that may run foreign code: that is for [`end`](Self::end).
    ///
    /// # Errors
    ///
    /// `Busy` if there is no room, in the journal or with the tenant; else what `append` says, or what
    /// keeps the records from being accepted. Nothing happened then.
    fn enter(
        &mut self,
        frame: &mut Frame,
        append: &mut dyn FnMut(&mut Frame) -> Result<u64>,
    ) -> Result<u64>;

    /// No lock is held any more: answers are given and what was replaced is dropped. It is called after
    /// each `enter`, whatever came of it.
    fn end(&mut self);
}

/// Has the partners push their records into a frame. See [`append_together`].
///
/// # Errors
///
/// `Invalid` if one of them belongs to another journal, or two to the same tenant; what a
/// partner says. The frame is of no use then.
pub fn encode_together(
    channel: &Channel,
    frame: &mut Frame,
    partners: &mut [&mut dyn Partner],
) -> Result<()> {
    // The order in which they take their locks: the same whoever writes together.
    partners.sort_by_key(|partner| partner.channel().tag());
    let tags = partners.windows(2);
    let is_twice = tags.into_iter().any(|two| two[0].channel().tag() == two[1].channel().tag());
    if is_twice || partners.iter().any(|partner| partner.channel().tag() == channel.tag()) {
        return Err(Error::invalid("two of those who write together are the same tenant"));
    }
    if partners.iter().any(|partner| !partner.channel().is_beside(channel)) {
        return Err(Error::invalid("those who write together have different journals"));
    }
    partners.iter_mut().try_for_each(|partner| partner.encode(frame))
}

/// Appends a frame that has records of the channel's tenant and of these partners, who have
/// [encoded](encode_together) them into it: all are accepted, or nothing happens to any. It waits for
/// nobody, and says the number of the last record.
///
/// The locks of the partners are taken inside whatever the caller holds, in the order of their tags.
///
/// # Errors
///
/// `Busy` if there is no room: [`make_room`](Channel::make_room) and [`Partner::room`] wait for it,
/// and then the same frame may be tried again. Else as [`Channel::append`], or what a partner says.
pub fn append_together(
    channel: &Channel,
    frame: &mut Frame,
    partners: &mut [&mut dyn Partner],
) -> Result<u64> {
    match partners {
        [] => channel.append(frame),
        [partner, rest @ ..] => {
            let mut inner = |frame: &mut Frame| append_together(channel, frame, rest);
            partner.enter(frame, &mut inner)
        }
    }
}
