//! Removes what no snapshot refers to.

use forebay_store::{Error, ErrorKind, Result};

use super::bytes::Bytes;
use super::catalog::{Census, Index, Present};
use super::part::Part;
use super::report::GcReport;
use super::signs::Signs;
use super::vault::Vault;
use crate::key::Key;

impl Vault {
    /// Removes the blobs and packs that no manifest refers to, or only counts them. If one manifest cannot
    /// be read, or there is a file that may have been one, nothing is removed, for nobody knows what it
    /// refers to.
    pub(crate) fn collect(&self, is_dry: bool) -> Result<GcReport> {
        let _turn = self.turns.take();
        if is_dry {
            return self.collect_now(is_dry);
        }
        self.check_writable()?;
        // Else a power cut could bring a manifest back whose objects are gone: one that was removed behind
        // our back, too.
        self.files.snapshots().make_all_durable()?;
        let report = self.collect_now(is_dry)?;
        for part in [Part::Objects, Part::Packs] {
            self.files.folder(part).make_durable()?;
        }
        Ok(report)
    }

    fn collect_now(&self, is_dry: bool) -> Result<GcReport> {
        let known = self.known_anew()?;
        known.check_all().map_err(|error| {
            let message = "nothing is removed, for nobody knows what a damaged snapshot refers to";
            Error::new(error.kind(), message).with_source(error)
        })?;
        self.files.check_none_lost(|name| known.manifests.contains_key(name))?;
        let census = Census::of(&known);
        let mut report = GcReport::default();
        for part in [Part::Objects, Part::Packs] {
            let present = Present::of(&self.files, part)?;
            report.strangers += present.strangers;
            for key in present.keys {
                if census.refers_to(part, key) {
                    report.half_dead_packs += u64::from(self.is_half_dead(part, key, &census)?);
                } else {
                    self.collect_one(part, key, is_dry, &mut report)?;
                }
            }
        }
        report.strangers += Present::of(&self.files, Part::Kept)?.strangers;
        report.strangers += Index::strangers(&self.files, &known)?;
        Ok(report)
    }

    fn is_half_dead(&self, part: Part, key: Key, census: &Census) -> Result<bool> {
        if part != Part::Packs {
            return Ok(false);
        }
        let length = self.pack_length(key)?.unwrap_or(0);
        Ok(census.of_pack(key) < length / 2)
    }

    fn collect_one(&self, part: Part, key: Key, is_dry: bool, report: &mut GcReport) -> Result<()> {
        let folder = self.files.folder(part);
        let Some(file) = folder.open(&key.to_string())? else { return Ok(()) };
        // A name of 32 digits may be somebody else's.
        if !Signs::of_blobs(self.files.id(), part, key).are_in(&file).unwrap_or(true) {
            report.strangers += 1;
            return Ok(());
        }
        let length = file.length();
        drop(file);
        if !is_dry {
            // Whoever opens something in it right now has it held, or looks again when it is gone.
            let _claim = self.claims.take(part, key);
            match self.medium.hold((part, key)) {
                Err(error) if error.kind() == ErrorKind::Busy => {
                    report.in_use += 1;
                    return Ok(());
                }
                held => drop(held?),
            }
            folder.remove(&key.to_string())?;
            self.medium.forget_name((part, key));
        }
        report.removed += 1;
        report.bytes += length;
        Ok(())
    }
}
