//! An archive as a medium: blobs are read from it, and written into new files of it.

mod archive_medium;
mod intake;
mod known_files;
mod new_file;

pub(crate) use archive_medium::ArchiveMedium;
pub(crate) use intake::{Intake, Taken};
pub(crate) use known_files::Name;
pub(crate) use new_file::{NewFile, sync};
