//! Forebay's journal, by threads that wait for their rung and by tickets.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use forebay_journal::{Frame, Journal, Settings};
use forebay_store::{Durability, ErrorKind};

use super::counting::CountingDirectory;
use super::loader::Loader;
use super::subject::{Loaded, Mark, Result, Subject, Writer};
use crate::contest::Suite;
use crate::records::{KEY, Record, Records};

pub(crate) struct Forebay {
    journal: Journal,
    directory: Arc<CountingDirectory>,
    rung: Durability,
    /// How many puts one thread may have in flight.
    window: usize,
}

struct Hand<'a> {
    subject: &'a Forebay,
    frame: Frame,
    in_flight: VecDeque<(u64, Mark)>,
}

impl Forebay {
    /// With its default settings.
    pub(crate) fn open(suite: Suite, folder: &Path) -> Result<Self> {
        let directory = Arc::new(CountingDirectory::open(folder)?);
        let (journal, _) = Journal::open(directory.clone(), Settings::default(), |_, _| Ok(()))?;
        let (rung, window) = match suite {
            Suite::Synced => (Durability::Synced, 1),
            Suite::Tickets => (Durability::Synced, Suite::WINDOW),
            Suite::Journaled => (Durability::Journaled, 1),
        };
        Ok(Self { journal, directory, rung, window })
    }

    /// A batch to a frame, all or nothing, as the peers write theirs.
    pub(crate) fn fill(folder: &Path, records: usize, batch: usize) -> Result<()> {
        let directory = Arc::new(CountingDirectory::open(folder)?);
        let (journal, _) = Journal::open(directory, Settings::default(), |_, _| Ok(()))?;
        let mut source = Records::new(0);
        let mut frame = Frame::new();
        for begin in (0..records).step_by(batch) {
            frame.clear();
            for _ in begin..records.min(begin + batch) {
                frame.push(source.next().bytes())?;
            }
            journal.wait(append(&journal, &frame)?, Durability::Synced)?;
        }
        // As if it had been killed: no orderly end.
        std::mem::forget(journal);
        Ok(())
    }

    pub(crate) fn load(folder: &Path, key: &[u8; KEY]) -> Result<Loaded> {
        let directory = Arc::new(CountingDirectory::open(folder)?);
        let mut loader = Loader::new();
        let (journal, _) = Journal::open(directory, Settings::default(), |_, record| {
            loader.take(record);
            Ok(())
        })?;
        let all = loader.finish()?;
        let (value, records) = (all.get(key), all.len());
        Ok(Loaded { value, records: Some(records), held: Box::new((journal, all)) })
    }
}

impl Drop for Forebay {
    /// Else a segment that is on its way would come into a folder that is being removed.
    fn drop(&mut self) {
        let _ = self.journal.close();
    }
}

/// Appends, and makes room first if there is none.
fn append(journal: &Journal, frame: &Frame) -> Result<u64> {
    loop {
        match journal.append(frame) {
            Err(error) if error.kind() == ErrorKind::Busy => journal.make_room(frame.length())?,
            appended => return Ok(appended?),
        }
    }
}

impl Subject for Forebay {
    fn writer(&self) -> Result<Box<dyn Writer + '_>> {
        let hand = Hand { subject: self, frame: Frame::new(), in_flight: VecDeque::new() };
        Ok(Box::new(hand))
    }

    /// Says that what is synced is not needed any more, as a peer drops what it has put elsewhere.
    fn keep_up(&self) -> Result<()> {
        Ok(self.journal.retire(self.journal.position().synced)?)
    }

    fn syncs(&self) -> Option<u64> {
        Some(self.directory.syncs())
    }
}

impl Writer for Hand<'_> {
    fn put(&mut self, record: &Record, mark: Mark) -> Result<Option<Mark>> {
        let Forebay { journal, rung, window, .. } = self.subject;
        self.frame.clear();
        self.frame.push(record.bytes())?;
        let number = append(journal, &self.frame)?;
        if *window == 1 {
            journal.wait(number, *rung)?;
            return Ok(Some(mark));
        }
        self.in_flight.push_back((number, mark));
        if self.in_flight.len() < *window {
            return Ok(None);
        }
        let Some((oldest, mark)) = self.in_flight.pop_front() else { return Ok(None) };
        journal.wait(oldest, *rung)?;
        Ok(Some(mark))
    }
}
