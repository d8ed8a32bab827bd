//! Builds a medium of directories.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use forebay_journal::disk::{Directory, RealDirectory};
use forebay_store::{ByteSize, Error, Result, Seams};

use super::cells;
use super::descriptors::Descriptors;
use super::dir_medium::DirMedium;
use super::failure::failed;
use super::quota::Quota;
use super::site::Site;
use crate::medium::teller::Teller;

/// Builds a [`DirMedium`].
#[derive(Debug, Default)]
pub struct DirBuilder {
    chosen: Vec<Chosen>,
    small_max: Option<ByteSize>,
    failure: Option<Error>,
    /// One directory at least is of this process.
    is_real: bool,
    seams: Option<Seams>,
}

/// A directory that was asked for.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) directory: Arc<dyn Directory>,
    pub(super) quota: Quota,
}

impl DirBuilder {
    /// A directory, which is made if need be, with the default [`Quota`].
    #[must_use]
    pub fn dir(self, path: impl AsRef<Path>) -> Self {
        self.dir_with(path, Quota::default())
    }

    /// A directory, which is made if need be.
    #[must_use]
    pub fn dir_with(mut self, path: impl AsRef<Path>, quota: Quota) -> Self {
        let path = path.as_ref();
        match RealDirectory::open(path) {
            Ok(directory) => {
                self.is_real = true;
                return self.directory(Arc::new(directory), quota);
            }
            Err(error) => {
                let error = failed("open", &path.display().to_string(), error);
                self.failure.get_or_insert(error);
            }
        }
        self
    }

    /// A directory of any disk. Those that are given by their paths share the files that a process may open with
    /// other media; a medium that has none of them has a share of its disk's for itself.
    #[must_use]
    pub fn directory(mut self, directory: Arc<dyn Directory>, quota: Quota) -> Self {
        self.chosen.push(Chosen { directory, quota });
        self
    }

    /// Payloads up to this length share files, longer ones have one each. Default 256 KiB, 64 MiB at most.
    ///
    /// What shares a file costs no file and no new blocks once there are free cells, but cannot be given
    /// a name in an archive: it is copied there. Where as many files are open as may be, longer ones
    /// up to 64 MiB share files, too.
    #[must_use]
    pub fn small_max(mut self, length: ByteSize) -> Self {
        self.small_max = Some(length);
        self
    }

    /// Time, threads and randomness. Default: the real ones.
    #[must_use]
    pub fn seams(mut self, seams: Seams) -> Self {
        self.seams = Some(seams);
        self
    }

    /// Begins a session in each directory. What dead processes have left there is removed in a job.
    ///
    /// # Errors
    ///
    /// `Invalid` if a setting is, if there is no directory, if one is given twice, or if one has something in it that is
    /// not ours; then nothing in it is touched. `Unavailable` if one cannot be opened, or if its lock
    /// stays taken for five seconds. Directories that were opened before are closed again.
    pub fn open(self) -> Result<DirMedium> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        check_different(&self.chosen)?;
        let small_max = self.small_max.unwrap_or(ByteSize::kib(256)).as_bytes();
        if cells::size_for(small_max).is_none() {
            return Err(Error::invalid(format!("`small_max` {small_max}: 64 MiB at most")));
        }
        let seams = self.seams.unwrap_or_default();
        let limits = self.chosen.iter().filter_map(|chosen| chosen.directory.open_files_max());
        let share = if self.is_real { Descriptors::of_process } else { Descriptors::of };
        let descriptors = share(limits.min());
        let spares_max = descriptors.for_spares() / self.chosen.len();
        let teller = Arc::<Teller>::default();
        let sites: Result<Vec<Site>> = (0..)
            .zip(&self.chosen)
            .map(|(part, chosen)| {
                Site::open(part, chosen, small_max, spares_max, &descriptors, &teller, &seams)
            })
            .collect();
        let directories = self.chosen.into_iter().map(|chosen| chosen.directory).collect();
        Ok(DirMedium::of(sites?, directories, teller, &*seams.spawn))
    }
}

fn check_different(chosen: &[Chosen]) -> Result<()> {
    let mut places = BTreeSet::new();
    for chosen in chosen {
        let place = chosen.directory.describe();
        if places.contains(&place) {
            return Err(Error::invalid(format!("{place} is given twice")));
        }
        places.insert(place);
    }
    if places.is_empty() {
        return Err(Error::invalid("a medium of directories needs one at least"));
    }
    Ok(())
}
