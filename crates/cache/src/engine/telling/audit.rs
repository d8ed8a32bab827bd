//! Whether the cache's own books agree with what its shards hold.

use forebay_store::{Error, Key, Result, Value};

use crate::engine::pressure::Room;
use crate::engine::shared::Shared;

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn audit(&self) -> Result<()> {
        let (mut room, mut quarantine_bytes, mut weight) = (Room::default(), 0, 0_i64);
        for (n, cell) in self.cells.iter().enumerate() {
            // As it is, whatever is fresh.
            let shard = cell.lock.look();
            let holding =
                shard.audit().map_err(|text| Error::corrupt(format!("shard {n}: {text}")))?;
            room.add(holding.room);
            quarantine_bytes += holding.quarantine_bytes;
            if shard.ahead() < 0 || shard.ahead() > self.ahead.cast_signed() {
                return Err(Error::corrupt(format!("shard {n}: told {} too much", shard.ahead())));
            }
            weight += shard.takes().cast_signed() + shard.ahead();
        }
        if weight != self.resident_now() {
            return Err(Error::corrupt(format!(
                "{weight} bytes are resident, counted {}",
                self.resident_now()
            )));
        }
        let room = room.charged();
        // A writer that was given room for a write that is not accepted yet holds some, too.
        let used = self.budget.used();
        if room.bytes > used.bytes || room.entries > used.entries {
            return Err(Error::corrupt(format!("{room:?} is held of the room, counted {used:?}")));
        }
        if quarantine_bytes != self.budget.quarantined() {
            let counted = self.budget.quarantined();
            return Err(Error::corrupt(format!(
                "{quarantine_bytes} bytes in quarantine, counted {counted}"
            )));
        }
        Ok(())
    }
}
