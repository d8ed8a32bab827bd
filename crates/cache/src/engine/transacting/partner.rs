//! Joint writes as partners of a frame that somebody else appends.

use std::sync::Arc;

use forebay_journal::{Channel, Frame, Partner};
use forebay_store::{Done, Durability, Error, Key, Op, Result, Value};

use super::joint::Joint;
use crate::table::Unready;
use crate::write::Write;

impl<K: Key, V: Value> Partner for Joint<K, V> {
    fn channel(&self) -> &Channel {
        &self.channel
    }

    fn encode(&mut self, frame: &mut Frame) -> Result<()> {
        self.writes.encode(frame)
    }

    fn room(&mut self) -> Op<()> {
        if let Some(error) = self.refused.take() {
            return Op::failed(error);
        }
        if !std::mem::take(&mut self.wants_room) {
            return Op::ready(());
        }
        let (done, op) = Op::pending();
        let permit = Arc::clone(&self.writes.permit);
        let (shared, asker) = (&self.writes.shared, self.writes.asker);
        shared.room_or_busy(self.writes.need, asker, done, move |done: Done<()>, room| {
            permit.add(room, asker.account);
            done.complete(Ok(()));
        });
        op
    }

    fn yield_room(&mut self) {
        self.yields_room = true;
    }

    fn enter(
        &mut self,
        frame: &mut Frame,
        append: &mut dyn FnMut(&mut Frame) -> Result<u64>,
    ) -> Result<u64> {
        let Self { channel, writes, .. } = self;
        if writes.writes.is_empty() {
            writes.check_unspent()?;
            return append(frame).inspect(|_| writes.is_spent = true);
        }
        let way = Write::Behind(Durability::Journaled);
        if let Err(error) = writes.shared.refuse_in_drill(way) {
            self.refused = Some(error.clone());
            return Err(error);
        }
        let entered = writes.enter(&[], frame, |frame| channel.include(|| append(frame)));
        entered.map_err(|unready| match unready {
            Unready::NoRoom(_) => {
                self.wants_room = true;
                let shared = &self.writes.shared;
                shared.busy(self.writes.need, self.writes.asker.account)
            }
            Unready::Changed => Error::invalid("a joint write expects nothing"),
            Unready::Failed(error) => error,
        })
    }

    fn end(&mut self) {
        let writes = &mut self.writes;
        if let (false, Some(journal)) = (writes.accepted.is_empty(), writes.shared.journal()) {
            journal.log.growth().came(writes.writes.iter().map(|write| write.length).sum());
        }
        let gives_back = self.wants_room || std::mem::take(&mut self.yields_room);
        self.writes.end(gives_back);
    }
}
