//! Who has what in a shared journal, for whoever only reads it.

use forebay_store::Result;

use super::announcement::{Announced, SharedRecord, damaged};

/// Reads the records of a shared journal one by one, and knows whose each of them is: for tools, which have
/// none of the tenants.
///
/// ```
/// # use forebay_journal::disk::simulated::SimulatedDisk;
/// # use forebay_journal::{Channel, Frame, Reading, Recovery, SharedJournal, Tenant};
/// use forebay_journal::{Register, Settings, verify};
/// # use forebay_store::{Durability, Result};
/// # struct Notes(&'static str);
/// # impl Tenant for Notes {
/// #     type Opened = Channel;
/// #     type Reading = Self;
/// #     fn name(&self) -> String { self.0.to_owned() }
/// #     fn label(&self) -> String { "notes 1".to_owned() }
/// #     fn read(self) -> Result<Self> { Ok(self) }
/// # }
/// # impl Reading for Notes {
/// #     type Opened = Channel;
/// #     fn record(&mut self, _: u64, _: &[u8]) -> Result<()> { Ok(()) }
/// #     fn forgotten(&mut self) {}
/// #     fn begin(self, channel: Channel, _: &Recovery) -> Result<Channel> { Ok(channel) }
/// # }
/// # let disk = SimulatedDisk::new(1);
/// # let directory = disk.directory("a");
/// # let tenants = (Notes("shop"), Notes("mail"));
/// # let (shop, mail) = SharedJournal::in_directory(directory.clone(), Settings::default()).open(tenants)?;
/// # let mut frame = Frame::new();
/// # frame.push_with(|bytes| { shop.begin_record(bytes); bytes.extend_from_slice(b"an order"); Ok(()) })?;
/// # shop.wait(shop.append(&frame)?, Durability::Synced)?;
/// let mut register = Register::default();
/// verify(directory, |_, record| register.take(record).map(drop))?;
/// for resident in register.residents() {
///     println!("{}: {} records", resident.tenant.name, resident.records);
/// }
/// # assert_eq!(register.residents()[0].bytes, 8);
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Register {
    residents: Vec<Resident>,
    is_announced: bool,
}

/// A tenant, and what it has in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resident {
    /// The tenant's name, label and tag.
    pub tenant: Announced,
    /// How many records the tenant has.
    pub records: u64,
    /// So many bytes are in them, without the tags.
    pub bytes: u64,
}

/// What a record of a shared journal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Registered<'t, 'r> {
    /// It says which tenants there are from here on.
    Announcement,
    /// It is this tenant's.
    Of(&'t Announced, &'r [u8]),
    /// It is of the tenant with this tag, comes before all announcements, and is no longer needed.
    Nobodys(u8, &'r [u8]),
}

impl Register {
    /// Takes the next record, and says what it is.
    ///
    /// # Errors
    ///
    /// `Corrupt` if it is none of a shared journal, or of no tenant.
    pub fn take<'t, 'r>(&'t mut self, record: &'r [u8]) -> Result<Registered<'t, 'r>> {
        match SharedRecord::decode(record)? {
            SharedRecord::Announcement(tenants) => {
                self.announce(tenants);
                Ok(Registered::Announcement)
            }
            SharedRecord::Of(tag, record) if !self.is_announced => {
                Ok(Registered::Nobodys(tag, record))
            }
            SharedRecord::Of(tag, record) => {
                let known = self.residents.iter_mut().find(|known| known.tenant.tag == tag);
                let known = known
                    .ok_or_else(|| damaged(&format!("has the tag {tag}, and that is nobody's")))?;
                known.records += 1;
                known.bytes += record.len() as u64;
                Ok(Registered::Of(&known.tenant, record))
            }
        }
    }

    /// Who is not announced again has been forgotten, with all that he has.
    fn announce(&mut self, tenants: Vec<Announced>) {
        self.is_announced = true;
        let before = std::mem::take(&mut self.residents);
        let residents = tenants.into_iter().map(|tenant| {
            let known = before.iter().find(|known| known.tenant == tenant);
            let (records, bytes) = known.map_or((0, 0), |known| (known.records, known.bytes));
            Resident { tenant, records, bytes }
        });
        self.residents = residents.collect();
    }

    /// The tenants as they were announced last, in that order, with what they have in the journal from the
    /// first announcement on.
    pub fn residents(&self) -> &[Resident] {
        &self.residents
    }
}

#[cfg(test)]
mod tests {
    use super::super::announcement::encode;
    use super::*;

    fn tenant(tag: u8, name: &str) -> Announced {
        Announced { tag, name: name.to_owned(), label: "notes 1".to_owned() }
    }

    #[test]
    fn records_are_counted_for_their_tenants_until_these_are_forgotten() {
        let (shop, mail) = (tenant(1, "shop"), tenant(2, "mail"));
        let mut register = Register::default();
        assert_eq!(register.take(b"\x81old").unwrap(), Registered::Nobodys(1, b"old"));
        let both = encode(&[shop.clone(), mail.clone()]);
        assert_eq!(register.take(&both).unwrap(), Registered::Announcement);
        assert_eq!(register.take(b"\x81one").unwrap(), Registered::Of(&shop, b"one"));
        register.take(b"\x82four").unwrap();
        register.take(&both).unwrap();
        register.take(b"\x82").unwrap();
        let counts = |register: &Register| -> Vec<_> {
            register.residents().iter().map(|each| (each.records, each.bytes)).collect()
        };
        assert_eq!(counts(&register), [(1, 3), (2, 4)]);
        // Somebody else has the tag now.
        register.take(&encode(&[tenant(1, "stock"), mail])).unwrap();
        assert_eq!(counts(&register), [(0, 0), (2, 4)]);
        assert!(register.take(b"\x85who").is_err(), "that is nobody's");
        assert!(register.take(b"who").is_err());
    }
}
