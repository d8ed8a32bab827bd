//! Values that go from one key to another.
//!
//! Two keys are two writes, so the new name is written first, at its rung, and the old one is deleted
//! only then, and only if nobody has written it since it was read, not even the same value. Whatever comes
//! between, a kill or an error, the value is under both names or under one of them, and no write that was
//! answered is lost.

use std::sync::Arc;

use forebay::{Stamp, Write};

use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec, connection};
use crate::keyspace::{Change, Keyspace};
use crate::octets::Octets;
use crate::record::Record;
use crate::resp::Reply;

pub(super) const COMMANDS: &[Spec] = &[
    row("copy", -3, copy, "Copies a value to another key."),
    row("rename", 3, rename, "Moves a value to another key."),
    row("renamenx", 3, renamenx, "Moves a value to a key that does not exist."),
];

const fn row(name: &'static str, arity: i32, run: Run, summary: &'static str) -> Spec {
    let both = Keys { first: 1, last: 2, step: 1 };
    Spec::new(name, arity, Access::Write, both, run, summary).of("generic")
}

/// How often the old name is looked at again because others write it.
const TRIES_MAX: usize = 100;
/// How often if it has the same value again: others write just that, or memory does not keep it.
const TRIES_SAME_MAX: usize = 16;

fn copy(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let replaces = copy_options(call)?;
    let (from, to) = (call.key(1)?, call.key(2)?);
    if from == to {
        return Err(Failure::fixed("ERR source and destination objects are the same"));
    }
    let transfer = Transfer::new(call, from, to);
    Ok(Answer::later(async move {
        let Some(record) = transfer.keyspace.get(&transfer.from).await? else {
            return Ok(Reply::Integer(0));
        };
        let is_copied = transfer.put(record, move |old| replaces || old.is_none()).await?;
        Ok(Reply::Integer(is_copied.into()))
    }))
}

fn copy_options(call: &Call<'_>) -> Result<bool, Failure> {
    let (mut replaces, mut index) = (false, 3);
    while index < call.len() {
        if call.is(index, "replace") {
            replaces = true;
        } else if call.is(index, "db") && index + 1 < call.len() {
            index += 1;
            connection::database(call, index)?;
        } else {
            return Err(Failure::SYNTAX);
        }
        index += 1;
    }
    Ok(replaces)
}

fn rename(call: &mut Call<'_>) -> Result<Answer, Failure> {
    begin(call, true, |_| Reply::OK)
}

fn renamenx(call: &mut Call<'_>) -> Result<Answer, Failure> {
    begin(call, false, |is_moved| Reply::Integer(is_moved.into()))
}

fn begin(
    call: &Call<'_>,
    replaces: bool,
    reply: impl FnOnce(bool) -> Reply + Send + 'static,
) -> Result<Answer, Failure> {
    let (from, to) = (call.key(1)?, call.key(2)?);
    let transfer = Transfer::new(call, from, to);
    Ok(Answer::later(async move {
        if transfer.from == transfer.to {
            let is_there = transfer.keyspace.get(&transfer.from).await?.is_some();
            return if is_there { Ok(reply(replaces)) } else { Err(Failure::NO_SUCH_KEY) };
        }
        transfer.run(replaces).await.map(reply)
    }))
}

/// A value on its way.
struct Transfer {
    keyspace: Arc<Keyspace>,
    from: Octets,
    to: Octets,
    /// How the new name is written.
    there: Write,
    /// How the old one is deleted.
    here: Write,
}

impl Transfer {
    fn new(call: &Call<'_>, from: Octets, to: Octets) -> Self {
        // The journal has both writes in their order, and the store is given nothing that it does not
        // have for certain. Without it the store itself must have the one before the other begins.
        let has_journal = call.server.config.journal_path().is_some();
        let there = if has_journal { call.way() } else { Write::Through };
        Self { keyspace: Arc::clone(call.keyspace()), from, to, there, here: call.way() }
    }

    /// Moves the value; `false` if there is one already that is not to be replaced.
    async fn run(&self, replaces: bool) -> Result<bool, Failure> {
        let mut before: Option<Record> = None;
        let mut same = 0;
        for _ in 0..TRIES_MAX {
            let Some((record, stamp)) = self.look().await? else {
                // Somebody else has deleted it meanwhile.
                return if before.is_some() { Ok(true) } else { Err(Failure::NO_SUCH_KEY) };
            };
            let written = before.replace(record.clone());
            let is_again = written.is_some();
            same += usize::from(written.as_ref() == Some(&record));
            if same == TRIES_SAME_MAX {
                break;
            }
            let is_free =
                move |old: Option<&Record>| replaces || old.is_none() || old == written.as_ref();
            if !self.put(record, is_free).await? {
                // Whoever has written the new name has done so after this command.
                return Ok(is_again);
            }
            if self.take(stamp).await? {
                return Ok(true);
            }
        }
        Err(Failure::fixed(
            "UNKNOWN the key kept changing or does not stay in memory, it may be under both names",
        ))
    }

    /// What the old name has, and the stamp of that.
    async fn look(&self) -> Result<Option<(Record, Stamp)>, Failure> {
        let look = |record: Option<&Record>, stamp| {
            (Change::Keep, record.map(|record| (record.clone(), stamp)))
        };
        Ok(self.keyspace.modify_stamped(self.from.clone(), look, self.here).await?.result)
    }

    /// Writes the new name if `may` says so to what is there.
    async fn put(
        &self,
        record: Record,
        may: impl Fn(Option<&Record>) -> bool + Send + 'static,
    ) -> Result<bool, Failure> {
        let put = move |old: Option<&Record>| {
            if may(old) { (Change::Put(record.clone()), true) } else { (Change::Keep, false) }
        };
        Ok(self.keyspace.modify(self.to.clone(), put, self.there).await?.result)
    }

    /// Deletes the old name if it has not been written since it had `seen`; says whether it is gone.
    async fn take(&self, seen: Stamp) -> Result<bool, Failure> {
        let take = move |now: Option<&Record>, stamp| match now {
            Some(_) if stamp == seen => (Change::Delete, true),
            Some(_) => (Change::Keep, false),
            None => (Change::Keep, true),
        };
        Ok(self.keyspace.modify_stamped(self.from.clone(), take, self.here).await?.result)
    }
}
