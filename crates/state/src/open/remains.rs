//! What is left of a damaged state: the best snapshot, and the journal behind it as far as it is good.

use std::error::Error as _;
use std::sync::Arc;

use forebay_journal::Damage;
use forebay_journal::disk::{Directory, DiskFile};
use forebay_store::{Error, ErrorKind, Result};

use super::identity::Identity;
use super::lost::{Losses, Lost};
use super::mode::Mode;
use super::replay::{Replay, Replayed};
use crate::migration::Values;
use crate::quarantine::Quarantine;
use crate::settings::Settings;
use crate::snapshot::{Head, Loaded, SnapshotFile, salvage, snapshot_files};
use crate::tables::Tables;

/// What is left, while it is read.
pub(super) struct Remains<T: Tables> {
    replay: Replay<T>,
    /// The files of damaged snapshots.
    pub(super) damaged: Vec<String>,
    /// The last record that a snapshot knows of.
    highest: u64,
}

impl<T: Tables> Remains<T> {
    /// Reads the snapshot that has most: the newest; if that is damaged an older one that the journal
    /// reaches, for nothing is missing then; else what is good in the newest; else an older one.
    pub(super) fn find(
        files: &dyn Directory,
        settings: &Settings,
        identity: &Identity,
        journal: Option<&Arc<dyn Directory>>,
    ) -> Result<Self> {
        let begin = journal.map(first_record).transpose()?.flatten();
        let own = u128::from(identity.generation).to_be_bytes();
        let mut losses = Losses::default();
        let (mut chosen, mut broken, mut unreached) = (None, None, None);
        let all = snapshot_files(files)?;
        let highest = all.iter().map(|(_, covered)| *covered).max().unwrap_or(0);
        for (name, covered) in all {
            let snapshot = SnapshotFile::open(files, &name)?;
            let loaded = snapshot.head().and_then(|head| {
                if head.state != identity.id || head.covered != covered {
                    return Err(Error::corrupt("it is the snapshot of another state"));
                }
                // One of another journal of this state is none of it any more, or not yet.
                if head.journal != own {
                    return Ok(None);
                }
                let is_damaged = !losses.damaged_snapshots().is_empty();
                let is_reached = begin.is_some_and(|begin| begin <= covered + 1);
                if is_damaged && !is_reached {
                    unreached.get_or_insert(Arc::clone(&snapshot.file));
                    return Ok(None);
                }
                broken.get_or_insert(Arc::clone(&snapshot.file));
                let mut content = Content::empty(settings)?;
                content.load(&snapshot, settings)?;
                Ok(Some(content))
            });
            match loaded {
                Ok(None) => {}
                Ok(content) => {
                    chosen = content;
                    break;
                }
                Err(error) if error.kind() == ErrorKind::Corrupt => losses.damaged(name, error),
                Err(error) => return Err(error),
            }
        }
        let content = match (chosen, broken, unreached) {
            (Some(content), ..) => content,
            (None, Some(file), _) => Content::salvage(&file, settings, &mut losses)?,
            (None, None, Some(file)) => {
                let mut content = Content::empty(settings)?;
                content.load(&SnapshotFile { file }, settings)?;
                content
            }
            (None, None, None) => Content::empty(settings)?,
        };
        let damaged = losses.damaged_snapshots().iter().map(|(name, _)| name.clone()).collect();
        Ok(Self { replay: content.replay(losses), damaged, highest })
    }

    /// Reads the journal as far as it is good.
    pub(super) fn read(&mut self, journal: Arc<dyn Directory>) -> Result<()> {
        let (replay, mut due) = (&mut self.replay, None);
        let read = forebay_journal::read(journal, |number, record| {
            due = Some(number);
            replay.take(number, record)?;
            due = Some(number + 1);
            Ok(())
        });
        match read {
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                let damage = error.source().and_then(|source| source.downcast_ref::<Damage>());
                let from = due.or(damage.map(|damage| damage.due)).unwrap_or(0);
                self.lose(Lost::Records { from: from.max(1), error });
                Ok(())
            }
            read => read.map(drop),
        }
    }

    pub(super) fn lose(&mut self, lost: Lost) {
        self.replay.lose(lost);
    }

    /// Ends with all that was read, and the last record that anybody knows of.
    pub(super) fn finish(self) -> Result<(Replayed<T>, u64)> {
        let highest = self.highest.max(self.replay.last());
        Ok((self.replay.finish(Mode::Recover, None)?, highest))
    }
}

/// What a snapshot gives.
struct Content<T: Tables> {
    tables: T,
    quarantine: Quarantine,
    values: Values<T>,
    snapshot: Option<(Head, Loaded)>,
}

impl<T: Tables> Content<T> {
    fn empty(settings: &Settings) -> Result<Self> {
        let tables = T::empty(settings.seams.random.next_u64());
        let quarantine = Quarantine::new(settings.quarantine_bytes_max);
        Ok(Self { tables, quarantine, values: Values::new(Mode::Recover)?, snapshot: None })
    }

    fn load(&mut self, snapshot: &SnapshotFile, settings: &Settings) -> Result<()> {
        let content = (&mut self.tables, &mut self.quarantine, &mut self.values);
        self.snapshot = Some(snapshot.load(content, &settings.seams.spawn)?);
        Ok(())
    }

    fn salvage(file: &Arc<dyn DiskFile>, settings: &Settings, losses: &mut Losses) -> Result<Self> {
        let mut content = Self::empty(settings)?;
        let aside = (&mut content.quarantine, &mut content.values);
        let (head, loaded, lost) = salvage(&mut content.tables, aside, file)?;
        for lost in lost {
            losses.add(lost);
        }
        content.snapshot = Some((head, loaded));
        Ok(content)
    }

    fn replay(self, losses: Losses) -> Replay<T> {
        let replay = Replay::new(self.tables, self.quarantine, self.values).recovering(losses);
        match self.snapshot {
            Some((head, loaded)) => replay.after(&head, loaded),
            None => replay,
        }
    }
}

/// The first record of a journal, if it has one that is good.
fn first_record(journal: &Arc<dyn Directory>) -> Result<Option<u64>> {
    let mut first = None;
    let found = || Error::new(ErrorKind::Aborted, "one was found");
    let read = forebay_journal::read(Arc::clone(journal), |number, _| {
        first = Some(number);
        Err(found())
    });
    match read {
        Err(error) if !matches!(error.kind(), ErrorKind::Aborted | ErrorKind::Corrupt) => {
            Err(error)
        }
        _ => Ok(first),
    }
}
