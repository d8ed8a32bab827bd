//! Where a state is.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::disk::{Directory, RealDirectory};
use forebay_store::{Error, Result};

/// Where a state is: a directory with its own files, and in it one for each generation of its
/// journal. They are made when the state is opened, durably, and their parents with them.
///
/// ```
/// use forebay_journal::disk::simulated::SimulatedDisk;
/// use forebay_state::Home;
///
/// assert_eq!(Home::from("shop.state").to_string(), "shop.state");
/// let home = Home::simulated(SimulatedDisk::new(1), "shop");
/// assert_eq!(home.to_string(), "shop on a simulated disk");
/// ```
#[derive(Clone, Debug)]
pub struct Home {
    place: Place,
    /// Of the shared journal that it is a tenant of, if somebody has said.
    shared: Option<Place>,
}

/// The file that says who has the directory of a state.
pub(crate) const LOCK: &str = "LOCK";

/// What is added to the name of a directory while a copy is made for it.
const UNFINISHED: &str = ".unfinished";

#[derive(Clone, Debug)]
enum Place {
    Real(PathBuf),
    Simulated(SimulatedDisk, String),
}

impl Home {
    /// Directories of a simulated disk, which begin with `name`: for tests of programs that hold
    /// their data in a state.
    pub fn simulated(disk: SimulatedDisk, name: &str) -> Self {
        Self::at(Place::Simulated(disk, name.to_owned()))
    }

    fn at(place: Place) -> Self {
        Self { place, shared: None }
    }

    /// Says that the state's journal is a shared one, in this directory: for [`inspect`](crate::inspect()),
    /// [`verify`](crate::verify()) and [`Bare::read`](crate::copy::Bare::read) of a
    /// [tenant](crate::Builder::tenant), whose own directory does not say where that is. A journal that goes on
    /// in a second directory cannot be read this way.
    ///
    /// On a simulated disk it is the name of a directory of the same disk.
    ///
    /// ```
    /// use forebay_state::Home;
    ///
    /// let home = Home::from("shop.state").with_shared_journal("shop.journal");
    /// assert_eq!(home.to_string(), "shop.state");
    /// ```
    #[must_use]
    pub fn with_shared_journal(mut self, directory: impl AsRef<Path>) -> Self {
        let directory = directory.as_ref();
        self.shared = Some(match &self.place {
            Place::Real(_) => Place::Real(directory.to_owned()),
            Place::Simulated(disk, _) => {
                Place::Simulated(disk.clone(), directory.to_string_lossy().into_owned())
            }
        });
        self
    }

    /// The directory of the shared journal, which must be there; none if nobody has said where it is.
    pub(super) fn shared_journal(&self) -> Option<Result<Arc<dyn Directory>>> {
        self.shared.as_ref().map(|shared| match shared {
            Place::Real(path) => existing(path),
            Place::Simulated(disk, name) => Ok(disk.directory(name)),
        })
    }

    /// The place beside it where a copy is made before it is whole.
    pub(crate) fn unfinished(&self) -> Result<Self> {
        match &self.place {
            Place::Real(path) => {
                let name = path.file_name().ok_or_else(|| {
                    Error::invalid(format!("{} is no name for a new directory", path.display()))
                })?;
                let mut name = name.to_owned();
                name.push(UNFINISHED);
                Ok(path.with_file_name(name).into())
            }
            Place::Simulated(disk, name) => {
                Ok(Self::simulated(disk.clone(), &format!("{name}{UNFINISHED}")))
            }
        }
    }

    /// Gives a directory, which is not this one, this one's name, durably.
    pub(crate) fn take(&self, from: &Self) -> Result<()> {
        let taken = match (&from.place, &self.place) {
            (Place::Real(from), Place::Real(to)) => RealDirectory::rename_to(from, to),
            (Place::Simulated(disk, from), Place::Simulated(_, to)) => {
                disk.move_directory(from, to)
            }
            _ => Err(io::ErrorKind::CrossesDevices.into()),
        };
        taken.map_err(|error| {
            Error::unavailable(format!("rename {from} to {self}")).with_source(error)
        })
    }

    /// That no directory is there, or an empty one.
    ///
    /// # Errors
    ///
    /// `Invalid` if something is in it, or it is no directory.
    pub(crate) fn check_vacant(&self) -> Result<()> {
        let names = match &self.place {
            Place::Real(path) => match RealDirectory::existing(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                found => found.and_then(|directory| directory.list()),
            },
            Place::Simulated(disk, name) => disk.directory(name).list(),
        };
        let names = names.map_err(|error| match error.kind() {
            io::ErrorKind::NotADirectory => Error::invalid(format!("{self} is not a directory")),
            _ => Error::unavailable(format!("look into {self}")).with_source(error),
        })?;
        // What says that nobody has it is left behind by whoever had it.
        match names.iter().find(|name| *name != LOCK) {
            None => Ok(()),
            Some(name) => Err(Error::invalid(format!(
                "{self} is not empty: `{name}` is in it, and a copy goes into a directory of its own"
            ))),
        }
    }

    /// The directory of the state's own files.
    pub(crate) fn files(&self) -> Result<Arc<dyn Directory>> {
        match &self.place {
            Place::Real(path) => real(path),
            Place::Simulated(disk, name) => Ok(disk.directory(name)),
        }
    }

    /// The same, but nothing is made: it must be there.
    pub(crate) fn existing_files(&self) -> Result<Arc<dyn Directory>> {
        match &self.place {
            Place::Real(path) => existing(path),
            Place::Simulated(disk, name) => Ok(disk.directory(name)),
        }
    }

    /// The directory of the journal of this generation, which must be there.
    pub(crate) fn existing_journal(&self, generation: u64) -> Result<Arc<dyn Directory>> {
        match &self.place {
            Place::Real(path) => existing(&path.join(own_name(generation))),
            Place::Simulated(..) => self.journal(generation),
        }
    }

    /// The directory of the journal of this generation.
    pub(crate) fn journal(&self, generation: u64) -> Result<Arc<dyn Directory>> {
        let own = own_name(generation);
        match &self.place {
            Place::Real(path) => real(&path.join(own)),
            Place::Simulated(disk, name) => Ok(disk.directory(&format!("{name}/{own}"))),
        }
    }
}

/// What the directory of a journal is called.
fn own_name(generation: u64) -> String {
    format!("journal-{generation:08}")
}

fn existing(path: &Path) -> Result<Arc<dyn Directory>> {
    let directory = RealDirectory::existing(path).map_err(|error| {
        let message = format!("there is no directory {}", path.display());
        Error::invalid(message).with_source(error)
    })?;
    Ok(Arc::new(directory))
}

fn real(path: &Path) -> Result<Arc<dyn Directory>> {
    let directory = RealDirectory::open(path).map_err(|error| {
        let message = format!("open the directory of the state, {}", path.display());
        Error::unavailable(message).with_source(error)
    })?;
    Ok(Arc::new(directory))
}

impl From<PathBuf> for Home {
    fn from(path: PathBuf) -> Self {
        Self::at(Place::Real(path))
    }
}

impl From<&Path> for Home {
    fn from(path: &Path) -> Self {
        path.to_owned().into()
    }
}

impl From<&PathBuf> for Home {
    fn from(path: &PathBuf) -> Self {
        path.clone().into()
    }
}

impl From<&str> for Home {
    fn from(path: &str) -> Self {
        Path::new(path).into()
    }
}

impl From<String> for Home {
    fn from(path: String) -> Self {
        PathBuf::from(path).into()
    }
}

impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Real(path) => path.display().fmt(f),
            Place::Simulated(_, name) => write!(f, "{name} on a simulated disk"),
        }
    }
}
