//! What an answer means for the history, and what must hold when it comes.

use forebay_cache::{Mode, NotStored, Receipt, Write};
use forebay_store::{Durability, Error, ErrorKind, Outcome, Page, Result};

use crate::history::Act;
use crate::intent::{Intent, Kind, Reply};
use crate::session::{Begun, Session};
use crate::trace::Broken;
use crate::value::{Name, Tag, Tagged};

impl Session {
    pub(crate) fn settle(&mut self, begun: &Begun, reply: &Reply) {
        match reply {
            Reply::Wrote(result) => self.settle_write(begun, result),
            Reply::Saw(result) => self.settle_reads(begun, result),
            Reply::Modified(Ok(modified)) => {
                self.settle_change(begun, modified.result, modified.receipt.as_ref());
            }
            Reply::Updated(Ok(receipt)) => self.settle_update(begun, receipt.as_ref()),
            Reply::Modified(Err(error)) | Reply::Updated(Err(error)) => {
                self.settle_failed_write(begun, error);
            }
            Reply::Done(result) => self.settle_done(begun, result),
            Reply::Page(result) => self.settle_page(begun, result),
            Reply::Looked(result) => self.settle_lookup(begun, result),
            Reply::Drained(result) => self.settle_drain(begun, result),
            Reply::Edited(result) => self.settle_edit(begun, result),
            Reply::WroteMany(result) => self.settle_many(begun, result),
            Reply::Stamped(result) => self.settle_stamped(begun, result),
            Reply::Transacted(result) => self.settle_transaction(begun, result),
            Reply::Closed(result) => self.settle_close(begun, result),
        }
    }

    pub(crate) fn settle_write(&mut self, begun: &Begun, result: &Result<Receipt>) {
        let (key, tag) = match &begun.intent {
            Intent::Put { key, value, .. } | Intent::Merge { key, value, .. } => {
                (*key, Some(value.tag))
            }
            Intent::Delete { key, .. } => (*key, None),
            _ => return,
        };
        match result {
            Ok(receipt) => {
                let act = match begun.intent {
                    Intent::Merge { value, .. } => self.merged(begun, value.tag),
                    _ => Act::Write(tag),
                };
                let event = self.event(begun, act, true);
                self.history.push(key, event);
                self.acknowledge(begun, key, tag, receipt);
            }
            Err(error) => self.settle_failed_write(begun, error),
        }
    }

    fn settle_change(&mut self, begun: &Begun, saw: Option<Tag>, receipt: Option<&Receipt>) {
        let Intent::Modify { key, value, kind, .. } = begun.intent else { return };
        if kind == Kind::Panic {
            return self.violate(Broken::Promise, begun, "the closure has panicked");
        }
        let act = match kind.change(saw, value) {
            // Only the cache knows whether the stamp is still the same.
            _ if self.is_put_unchanged(begun, kind, saw, receipt) => {
                Act::Change(Some(saw), Some(value.tag))
            }
            forebay_cache::Change::Keep => Act::Read(saw),
            forebay_cache::Change::Put(value) => Act::Change(Some(saw), Some(value.tag)),
            forebay_cache::Change::Delete => Act::Change(Some(saw), None),
        };
        if receipt.is_some() != matches!(act, Act::Change(..)) {
            self.violate(Broken::Promise, begun, "a receipt for nothing, or none for a write");
        }
        let event = self.event(begun, act, true);
        self.history.push(key, event);
        if let (Some(receipt), Act::Change(_, tag)) = (receipt, act) {
            self.acknowledge(begun, key, tag, receipt);
        }
    }

    fn settle_update(&mut self, begun: &Begun, receipt: Option<&Receipt>) {
        let Intent::Update { key, value, saw } = &begun.intent else { return };
        let act = match receipt {
            Some(_) => Act::Change(Some(*saw.lock()), Some(value.tag)),
            None => Act::Read(None),
        };
        let event = self.event(begun, act, true);
        self.history.push(*key, event);
        if let Some(receipt) = receipt {
            self.acknowledge(begun, *key, Some(value.tag), receipt);
        }
    }

    /// What holds from the acknowledgement of a write on.
    pub(crate) fn acknowledge(
        &mut self,
        begun: &Begun,
        key: Name,
        tag: Option<Tag>,
        receipt: &Receipt,
    ) {
        self.ledger.acknowledge(key, tag, receipt, begun.begin);
        self.look_at_acceptance(begun);
        let floor = begun.floors.first().copied().unwrap_or(0);
        if receipt.version() <= floor {
            let text = format!("version {} after {floor}", receipt.version());
            self.violate(Broken::Order, begun, &text);
        }
        let rung = match begun.intent.write() {
            Some(Write::Through | Write::Around) => Durability::Stored,
            Some(Write::Behind(rung)) => rung,
            _ => Durability::Memory,
        };
        if receipt.rung() < rung {
            self.violate(Broken::Promise, begun, "a rung below what was asked for");
        }
        if receipt.rung() == Durability::Stored && self.store.landed(key) < receipt.version() {
            self.violate(Broken::Stored, begun, "acknowledged as stored, but it is not");
        }
        let newest = self.acknowledged.entry(key).or_default();
        *newest = receipt.version().max(*newest);
        self.receipts.push((key, receipt.clone()));
    }

    pub(crate) fn settle_failed_write(&mut self, begun: &Begun, error: &Error) {
        self.look_at_error(begun, error);
        if begun.is_late
            && error.kind() != ErrorKind::Closed
            && !matches!(
                begun.intent,
                Intent::Modify { .. } | Intent::Update { .. } | Intent::Merge { .. }
            )
        {
            self.violate(Broken::Close, begun, "is not told that the cache is closed");
        }
        if error.kind() == ErrorKind::Unsupported {
            // That says that it takes no writes.
            return;
        }
        // An update goes as the cache was opened, which may be that way.
        let is_update =
            self.scenario.is_journaled() && matches!(begun.intent, Intent::Update { .. });
        let is_behind_stored =
            is_update || matches!(begun.intent.write(), Some(Write::Behind(Durability::Stored)));
        match Outcome::of_error(error) {
            _ if NotStored::is_behind(error) => self.refused_behind(begun),
            Outcome::Unknown(_) => self.perhaps(begun),
            Outcome::Refused(_) if is_behind_stored => self.refused_behind(begun),
            _ if is_behind_stored && error.kind() == ErrorKind::Closed => self.perhaps(begun),
            _ => {}
        }
    }

    /// A write behind that is refused is in quarantine, where it is still read. One that is too
    /// heavy to be unstored goes through instead.
    fn refused_behind(&mut self, begun: &Begun) {
        if let Intent::Put { key, .. } | Intent::Delete { key, .. } = begun.intent {
            self.ledger.perhaps(key, begun.intent.tag());
        }
        match begun.intent {
            Intent::Put { key, value, .. } if value.bytes < self.heavy() => {
                let event = self.event(begun, Act::Write(Some(value.tag)), true);
                self.history.push(key, event);
            }
            Intent::Delete { key, .. } => {
                let event = self.event(begun, Act::Write(None), true);
                self.history.push(key, event);
            }
            _ => self.perhaps(begun),
        }
    }

    /// The operation may happen at any later time, or never.
    pub(crate) fn perhaps(&mut self, begun: &Begun) {
        let (key, act) = match &begun.intent {
            Intent::Put { key, value, .. } | Intent::Edit { key, value } => {
                (*key, Act::Write(Some(value.tag)))
            }
            Intent::Delete { key, .. } => (*key, Act::Write(None)),
            Intent::Update { key, value, .. } | Intent::Merge { key, value, .. } => {
                (*key, Act::Change(None, Some(value.tag)))
            }
            Intent::Modify { key, value, kind, .. } => match kind {
                Kind::DeleteIfPresent => (*key, Act::Change(None, None)),
                Kind::Keep | Kind::Panic => return,
                _ => (*key, Act::Change(None, Some(value.tag))),
            },
            Intent::PutMany { .. } | Intent::DeleteMany { .. } | Intent::Transact { .. } => {
                return self.perhaps_many(begun);
            }
            Intent::Clear => {
                for key in 0..self.scenario.all_keys() {
                    self.ledger.perhaps(key, None);
                    let event = self.event(begun, Act::Write(None), false);
                    self.history.push(key, event);
                }
                return;
            }
            _ => return,
        };
        self.ledger.perhaps(key, begun.intent.tag());
        let event = self.event(begun, act, false);
        self.history.push(key, event);
    }

    fn settle_reads(&mut self, begun: &Begun, result: &Result<Vec<Option<Tagged>>>) {
        match result {
            Ok(values) => {
                let keys = begun.intent.keys();
                if keys.len() != values.len() {
                    self.violate(Broken::Promise, begun, "another number of values than of keys");
                }
                for (key, value) in keys.into_iter().zip(values) {
                    let event = self.event(begun, Act::Read(value.map(|value| value.tag)), true);
                    self.history.push(key, event);
                }
            }
            Err(error) => self.look_at_error(begun, error),
        }
    }

    fn settle_page(&mut self, begun: &Begun, result: &Result<Page<Name, Tagged>>) {
        match result {
            Ok(page) => {
                for (key, value) in &page.entries {
                    let event = self.event(begun, Act::Read(Some(value.tag)), true);
                    self.history.push(*key, event);
                }
            }
            Err(error) => self.look_at_error(begun, error),
        }
    }

    fn settle_done(&mut self, begun: &Begun, result: &Result<u64>) {
        match (&begun.intent, result) {
            (Intent::Flush { acknowledged }, Ok(_)) => {
                for (key, version) in acknowledged {
                    self.must_be_stored(begun, *key, *version);
                }
            }
            (Intent::Synced { key, receipt }, Ok(_)) => {
                self.ledger.raise(*key, receipt.version(), Durability::Synced);
            }
            (Intent::Synced { .. }, Err(error)) => {
                let is_over = self.is_closed && error.kind() == ErrorKind::Closed;
                let is_failed = self.power.is_faulty() && error.kind() == ErrorKind::Unknown;
                if !is_over && !is_failed {
                    let text = format!("an error that no receipt has: {error:?}");
                    self.violate(Broken::Promise, begun, &text);
                }
            }
            (Intent::Stored { key, receipt }, Ok(_))
                if self.is_given_up(*key, receipt.version()) => {}
            (Intent::Stored { key, receipt }, Ok(_)) => {
                self.ledger.raise(*key, receipt.version(), Durability::Stored);
                if self.store.landed(*key) < receipt.version() {
                    self.violate(Broken::Stored, begun, "neither it nor a newer one is stored");
                }
            }
            (Intent::Stored { key, .. }, Err(error)) => match Outcome::of_error(error) {
                Outcome::Refused(_) if self.store.has_refused(*key) => {}
                _ if NotStored::is_behind(error) && self.store.has_refused(*key) => {}
                _ if self.is_closed && error.kind() == ErrorKind::Closed => {}
                _ if self.scenario.is_fragile && error.kind() == ErrorKind::Aborted => {}
                // Nothing is stored any more.
                _ if error.kind() == ErrorKind::Unknown
                    && self.cache.mode() == Mode::JournalFailed => {}
                _ => self.violate(Broken::Promise, begun, "an error that no receipt has"),
            },
            (Intent::Clear, Ok(_)) => {
                for key in 0..self.scenario.all_keys() {
                    self.ledger.perhaps(key, None);
                    // What is over is not seen, and so not deleted.
                    if !self.scenario.expiry {
                        let event = self.event(begun, Act::Write(None), true);
                        self.history.push(key, event);
                    }
                    // What it finds in the store after it has deleted it, it deletes again.
                    let event = self.event(begun, Act::MayWrite(None), true);
                    self.history.push(key, event);
                }
            }
            (_, Ok(_)) => {}
            (_, Err(error)) => {
                self.look_at_error(begun, error);
                self.perhaps(begun);
            }
        }
    }

    /// Where nothing goes wrong, nothing may fail but at a bound.
    pub(crate) fn look_at_error(&self, begun: &Begun, error: &Error) {
        let is_panic = matches!(begun.intent, Intent::Modify { kind: Kind::Panic, .. });
        let is_expected = (error.kind() == ErrorKind::Busy && !self.scenario.is_roomy)
            || (is_panic && error.kind() == ErrorKind::Aborted)
            || (self.is_closed && error.kind() == ErrorKind::Closed);
        if self.is_calm && !is_expected {
            self.violate(Broken::Promise, begun, &format!("fails for no reason: {error:?}"));
        }
        if error.kind() == ErrorKind::Unsupported && !self.may_refuse_writes(begun) {
            self.violate(Broken::Promise, begun, "is not taken, though writes are");
        }
        if error.kind() == ErrorKind::Busy && error.retry_after().is_none() && self.is_calm {
            self.violate(Broken::Bound, begun, "busy, but it does not say for how long");
        }
    }
}

impl Session {
    /// Values from this weight on may be too heavy to be unstored.
    pub(crate) fn heavy(&self) -> usize {
        if self.scenario.is_journaled() {
            usize::try_from(self.scenario.capacity.as_bytes() / 4).unwrap_or(usize::MAX)
        } else {
            1000
        }
    }
}

impl Intent {
    /// The value that it makes of its key.
    fn tag(&self) -> Option<Tag> {
        match self {
            Self::Put { value, .. }
            | Self::Edit { value, .. }
            | Self::Update { value, .. }
            | Self::Merge { value, .. } => Some(value.tag),
            Self::Modify { value, kind, .. } if *kind != Kind::DeleteIfPresent => Some(value.tag),
            _ => None,
        }
    }

    pub(crate) fn write(&self) -> Option<Write> {
        match self {
            Self::Put { write, .. }
            | Self::Delete { write, .. }
            | Self::Merge { write, .. }
            | Self::Modify { write, .. } => Some(*write),
            _ => None,
        }
    }
}
