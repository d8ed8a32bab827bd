//! Opening a journal for several who share it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use forebay_store::{Durability, Error, Result};

use super::announcement::SHARED_LABEL;
use super::channel::Channel;
use super::house::House;
use super::routing::Routing;
use super::seat::Seat;
use super::tenants::Tenants;
use crate::disk::{Directories, RealDirectory};
use crate::journal::Journal;
use crate::settings::Settings;

/// A journal that is about to be opened for several [tenants](super::Tenant).
///
/// They share its directory, its syncs and its bounds: a sync that one of them waits for makes durable
/// what the others have appended, and what one of them does not let go of takes room from all. What is
/// in one frame is there together or not at all, whosever the records in it are.
///
/// ```
/// use forebay_journal::disk::simulated::SimulatedDisk;
/// use forebay_journal::{Channel, Frame, Reading, Recovery, Settings, SharedJournal, Tenant};
/// use forebay_store::{Durability, Result};
///
/// /// Notes what it is handed.
/// #[derive(Default)]
/// struct Notes(&'static str, Vec<Vec<u8>>);
///
/// impl Tenant for Notes {
///     type Opened = (Channel, Vec<Vec<u8>>);
///     type Reading = Self;
///     fn name(&self) -> String { self.0.to_owned() }
///     fn label(&self) -> String { "notes 1".to_owned() }
///     fn read(self) -> Result<Self> { Ok(self) }
/// }
///
/// impl Reading for Notes {
///     type Opened = (Channel, Vec<Vec<u8>>);
///     fn record(&mut self, _number: u64, record: &[u8]) -> Result<()> {
///         self.1.push(record.to_vec());
///         Ok(())
///     }
///     fn forgotten(&mut self) { self.1.clear(); }
///     fn begin(self, channel: Channel, _: &Recovery) -> Result<Self::Opened> { Ok((channel, self.1)) }
/// }
///
/// # let disk = SimulatedDisk::new(1);
/// # let settings = || Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, ..Settings::default() };
/// let open = || {
///     let tenants = (Notes("shop", vec![]), Notes("mail", vec![]));
///     SharedJournal::in_directory(disk.directory("a"), settings()).open(tenants)
/// };
/// let ((shop, _), (mail, _)) = open()?;
/// let mut frame = Frame::new();
/// for channel in [&shop, &mail] {
///     frame.push_with(|bytes| {
///         channel.begin_record(bytes);
///         bytes.extend_from_slice(b"an order");
///         Ok(())
///     })?;
/// }
/// # // One of them has appended what is of both.
/// let number = mail.include(|| shop.append(&frame))?;
/// shop.wait(number, Durability::Synced)?;
/// shop.close()?;
/// mail.close()?;
/// # drop((shop, mail));
///
/// let ((_, orders), (_, messages)) = open()?;
/// assert_eq!((orders, messages), (vec![b"an order".to_vec()], vec![b"an order".to_vec()]));
/// # Ok::<(), forebay_store::Error>(())
/// ```
pub struct SharedJournal {
    directories: Box<dyn FnOnce() -> Result<Directories> + Send>,
    settings: Settings,
    forgotten: Vec<String>,
}

impl SharedJournal {
    /// The journal in this directory, which is made if need be when it is opened. The label of the
    /// settings is chosen by the journal.
    pub fn at(path: impl AsRef<Path>, settings: Settings) -> Self {
        let path = path.as_ref().to_owned();
        let open = move || {
            let directory = RealDirectory::open(&path).map_err(|error| {
                let message = format!("open the directory of the journal, {}", path.display());
                Error::unavailable(message).with_source(error)
            })?;
            Ok(Directories::from(Arc::new(directory)))
        };
        Self { directories: Box::new(open), settings, forgotten: Vec::new() }
    }

    /// The journal in a directory of one's own, or in two.
    pub fn in_directory(directories: impl Into<Directories>, settings: Settings) -> Self {
        let directories = directories.into();
        Self { directories: Box::new(move || Ok(directories)), settings, forgotten: Vec::new() }
    }

    /// Says that the tenant of this name may be missing, or have another label. Then all that it has in the journal is
    /// given up for good; a tenant of this name that comes later begins with nothing.
    pub fn forget(mut self, name: impl Into<String>) -> Self {
        self.forgotten.push(name.into());
        self
    }

    /// Opens the journal, and its tenants one after the other. It blocks for as long as reading the journal
    /// takes.
    ///
    /// # Errors
    ///
    /// As [`Journal::open`]; `Invalid` if a tenant is missing that was there the last time, if one has
    /// another label than then, or if names make no sense. The message says which. Nothing on disk was changed then.
    /// What a tenant says against being opened is passed on.
    pub fn open<T: Tenants>(self, tenants: T) -> Result<T::Opened> {
        let mut routing = Routing::new(tenants)?;
        let settings = Settings { label: SHARED_LABEL.to_owned(), ..self.settings };
        let (journal, recovery) = Journal::open_with(
            (self.directories)()?,
            settings,
            &mut routing,
            Routing::record,
            |routing| {
                routing.end(&self.forgotten)?;
                // They would be too many for the tags.
                routing.tenants()?;
                routing.settle()
            },
        )?;
        let announced = routing.tenants()?;
        let seats = announced.iter().zip(&routing.claims);
        let seats = seats.map(|(tenant, claim)| Arc::new(Seat::new(tenant.tag, claim.handed)));
        let seats: Vec<_> = seats.collect();
        let announcements = std::mem::take(&mut routing.announcements);
        let house = Arc::new(House::new(journal, &announced, seats, announcements)?);
        if routing.is_news(&announced) {
            // Who was forgotten is not missed by the next owner, and who is new is.
            let first = house.journal.position().appended;
            house.journal.wait(first, Durability::Synced)?;
        }
        T::begin(routing.into_readings(), Channel::of(&house), &recovery)
    }
}

impl fmt::Debug for SharedJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedJournal")
            .field("settings", &self.settings)
            .field("forgotten", &self.forgotten)
            .finish_non_exhaustive()
    }
}
