//! Reads a manifest.

use forebay_store::{Error, Result};

use super::super::bytes::Bytes;
use super::super::fields::Fields;
use super::super::names::SnapshotName;
use super::entry::Entry;
use super::head::ManifestHead;
use super::window::Window;

/// Reads a manifest: the head is checked first, then the entries come one after another.
pub(crate) struct ManifestReader<'a> {
    head: ManifestHead,
    name: SnapshotName,
    window: Window<'a>,
}

impl<'a> ManifestReader<'a> {
    /// Only the head.
    pub(crate) fn head_of(bytes: &dyn Bytes) -> Result<ManifestHead> {
        let mut head = [0; ManifestHead::LENGTH];
        bytes.read_at(0, &mut head)?;
        ManifestHead::from_bytes(&head, bytes.length())
    }

    pub(crate) fn begin(bytes: &'a dyn Bytes) -> Result<Self> {
        let head = Self::head_of(bytes)?;
        let mut window = Window::of(bytes, ManifestHead::LENGTH as u64, bytes.length());
        let mut fields = Fields::of(window.ahead(2 + SnapshotName::MAX)?);
        let before = fields.left();
        let name = fields.text(1..=SnapshotName::MAX).and_then(|name| name.parse().ok());
        let name = name.ok_or_else(|| Error::corrupt("the name in the manifest is none"))?;
        let used = before - fields.left();
        window.use_up(used);
        Ok(Self { head, name, window })
    }

    pub(crate) fn head(&self) -> &ManifestHead {
        &self.head
    }

    /// The snapshot's own name.
    pub(crate) fn name(&self) -> &SnapshotName {
        &self.name
    }

    /// Gives each entry. They are worth nothing if this fails, for the checksum comes last.
    pub(crate) fn entries(mut self, mut each: impl FnMut(Entry)) -> Result<()> {
        let mut last: Option<Box<str>> = None;
        for number in 0..self.head.entries {
            let mut fields = Fields::of(self.window.ahead(Entry::LENGTH_MAX)?);
            let before = fields.left();
            let entry = Entry::take(&mut fields);
            let entry = entry.filter(|entry| last.as_ref().is_none_or(|last| *last < entry.name));
            let entry = entry.ok_or_else(|| wrong(number))?;
            let used = before - fields.left();
            self.window.use_up(used);
            last = Some(entry.name.clone());
            each(entry);
        }
        if self.window.finish() == Some(self.head.sum) {
            return Ok(());
        }
        Err(Error::corrupt("the manifest fails its checksum"))
    }
}

fn wrong(number: u32) -> Error {
    Error::corrupt(format!("entry {number} of the manifest is damaged"))
}
