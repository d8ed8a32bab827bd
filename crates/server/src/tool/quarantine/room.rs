//! The room that a cache needs over what a server has left in its journal.

use forebay::journal::Fold;
use forebay::{ByteSize, Cache, Codec, Edit, JournalSettings, Result, Seams, Settings};
use forebay_journal::inspect;

use super::super::command::Common;
use super::super::source::Source;
use super::command::{Kind, Task};
use super::stopped::is_key;
use crate::config::StoreAddress;
use crate::octets::Octets;
use crate::open;
use crate::record::{Record, ServerCodec};

/// What there is to hold. The server may have had more memory than any default, and what found no room in quarantine
/// would go to the store although nobody has asked for that.
pub(super) struct Room {
    writes: usize,
    /// How many of them are in quarantine.
    pub(super) refused: u64,
    /// The version of the key that is to be changed, if somebody asks for one.
    pub(super) version: Option<u64>,
    bytes: u64,
    /// The longest of them with its cause.
    longest: u64,
}

impl Room {
    /// More than an entry takes besides its key and value.
    const ENTRY_BYTES: u64 = 1 << 10;
    const LEAST: u64 = 64 << 20;
    /// No segment of a journal with longer ones is shorter than that.
    const FIRST_SEGMENT: u64 = 8 << 20;

    pub(super) fn of(fold: Fold, task: &Task) -> Self {
        let edited = match &task.kind {
            Kind::Edit(key, value) => (key.len() + value.len()) as u64 + Self::ENTRY_BYTES,
            _ => 0,
        };
        let asked = task.seen.and_then(|_| task.kind.key());
        let mut room = Self { writes: 1, refused: 0, version: None, bytes: edited, longest: 0 };
        for write in fold.unstored() {
            if asked.is_some_and(|key| ServerCodec.decode(&write.key).is_ok_and(is_key(key))) {
                room.version = Some(write.id.version());
            }
            let value = match &write.edit {
                Edit::Put { value, .. } => value.len(),
                Edit::Delete => 0,
            };
            let cause = write.refused.as_ref().map_or(0, |refusal| refusal.cause.chain().len());
            let bytes = (write.key.len() + value) as u64 + Self::ENTRY_BYTES;
            room.writes += 1;
            room.refused += u64::from(write.refused.is_some());
            room.bytes += bytes;
            room.longest = room.longest.max(bytes + cause as u64);
        }
        room
    }

    /// The cache that the server would open, with so much room.
    pub(super) fn open(
        &self,
        journal: &Common,
        store: &StoreAddress,
    ) -> Result<Cache<Octets, Record>> {
        let bytes = self.bytes.max(Self::LEAST);
        let settings = Settings {
            dirty_bytes_max: Some(ByteSize::bytes(bytes)),
            quarantine_bytes_max: Some(ByteSize::bytes(bytes)),
            dirty_entries_max: self.writes.max(Settings::default().dirty_entries_max),
            ..Settings::default()
        };
        let builder = Cache::builder(open::store(store, &Seams::real())?)
            .capacity(ByteSize::bytes(4 * bytes))
            .weigher(|key: &Octets, record: &Record| key.len() + record.data.len())
            .expire_with(|_, record: &Record| record.expires_at)
            .write_behind(settings)
            .journal_with(&journal.directory, self.journal(journal)?, ServerCodec);
        let builder = match &journal.second {
            Some(second) => builder.journal_second(second),
            None => builder,
        };
        builder.open().wait()
    }

    /// Segments as long as they are, so that the server can take over what is edited, or has to be kept.
    fn journal(&self, journal: &Common) -> Result<JournalSettings> {
        let known = JournalSettings::default();
        let inspected = inspect(Source::new(journal).directories()?)?;
        let there = inspected.segments.iter().map(|segment| segment.length).max().unwrap_or(0);
        let segment_bytes = match there.max(2 * self.longest) {
            short if short < Self::FIRST_SEGMENT => short,
            _ => known.segment_bytes,
        };
        let bytes_max = known.bytes_max.max(4 * self.bytes);
        Ok(JournalSettings { segment_bytes, bytes_max, ..known })
    }
}
