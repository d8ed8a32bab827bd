//! Whose the records of a shared journal are.

use std::cell::RefCell;
use std::fmt::Write as _;

use forebay_journal::{Announced, Register, Registered, Resident, SHARED_LABEL};

use super::cache_record::{CacheLabel, CacheRecord};
use super::json::Object;
use super::size::{count, size};

/// What the label of a journal says of its records.
pub(super) enum Contents {
    /// They are a cache's.
    Cache(CacheLabel),
    /// They are of tenants, whom it names itself.
    Shared(RefCell<Register>),
    /// Nobody knows here.
    Bytes,
}

/// Whose a record is, and what it is.
pub(super) struct Read<'a> {
    /// Its tag and, if he was announced, its tenant; none if the journal is not shared, or in an announcement.
    pub(super) tenant: Option<(u8, Option<String>)>,
    pub(super) is_announcement: bool,
    /// It is a cache's.
    pub(super) cache: Option<CacheLabel>,
    /// Without what says whose it is.
    pub(super) record: &'a [u8],
}

impl<'a> Read<'a> {
    /// The record of a cache. One that is none, against what the label says, is shown as it is.
    pub(super) fn cached(&self) -> Option<CacheRecord<'a>> {
        self.cache.and_then(|label| label.read(self.record).ok())
    }
}

impl Contents {
    /// What a journal with this label has.
    pub(super) fn of(label: Option<&str>) -> Self {
        match label {
            Some(SHARED_LABEL) => Self::Shared(RefCell::default()),
            label => label.and_then(CacheLabel::of).map_or(Self::Bytes, Self::Cache),
        }
    }

    /// Takes the next record. One that is none of such a journal, against what the label says, is bytes.
    pub(super) fn read<'a>(&self, record: &'a [u8]) -> Read<'a> {
        let whole = |cache| Read { tenant: None, is_announcement: false, cache, record };
        match self {
            Self::Cache(label) => whole(Some(*label)),
            Self::Bytes => whole(None),
            Self::Shared(register) => match register.borrow_mut().take(record) {
                Ok(Registered::Announcement) => Read { is_announcement: true, ..whole(None) },
                Ok(Registered::Of(Announced { tag, name, label, .. }, record)) => Read {
                    tenant: Some((*tag, Some(name.clone()))),
                    is_announcement: false,
                    cache: CacheLabel::of(label),
                    record,
                },
                Ok(Registered::Nobodys(tag, record)) => {
                    Read { tenant: Some((tag, None)), is_announcement: false, cache: None, record }
                }
                _ => whole(None),
            },
        }
    }
}

/// The tenants of a journal, a line each.
pub(super) fn tenants(residents: &[Resident], text: &mut String) {
    for Resident { tenant, records, bytes, .. } in residents {
        let (Announced { tag, name, label, .. }, records) = (tenant, count(*records, "record"));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "tenant    {tag} {name:?}: {records}, {}, {label:?}", size(*bytes));
    }
}

pub(super) fn tenant_json(resident: &Resident) -> Object {
    let Announced { tag, name, label, .. } = &resident.tenant;
    Object::new()
        .number("tag", (*tag).into())
        .text("name", name)
        .text("label", label)
        .number("records", resident.records)
        .number("bytes", resident.bytes)
}
