//! Comparing what an archive has with what it was made of.

use forebay_store::{Error, ErrorKind, Result};

use super::import::Import;
use super::report::Report;
use crate::archive::Archive;
use crate::handle::Handle;
use crate::key::Key;
use crate::object::Object;
use crate::slot::foreign;

impl<T: Object> Import<T> {
    /// Compares all that were asked for, if anybody said how.
    pub(super) fn verified(&mut self, to: &Archive, mut report: Report) -> Result<Report> {
        let Some(mut is_same) = self.is_same.take() else { return Ok(report) };
        for (number, key) in (0..).zip(self.from.keys().to_vec()) {
            self.told(number, &report)?;
            if !(self.only)(key) {
                continue;
            }
            let Some(kept) = self.kept(to, &mut report, key)? else { continue };
            let kept = match kept.get().wait() {
                Err(error) if error.kind() == ErrorKind::Corrupt => {
                    self.damaged(&mut report, key, error);
                    continue;
                }
                kept => kept?,
            };
            let Some((value, room)) = self.value(Some(to.pool()), &mut report, key)? else {
                continue;
            };
            let is_same = foreign::run("the comparison", || is_same(&value, &kept));
            drop(value);
            drop(room);
            if is_same? {
                report.compared += 1;
            } else {
                let error = Error::corrupt("the archive has another content under its key");
                self.damaged(&mut report, key, error);
            }
        }
        Ok(report)
    }

    /// What the archive has. If only what is good was brought over, the others are counted already.
    fn kept(&self, to: &Archive, report: &mut Report, key: Key) -> Result<Option<Handle<T>>> {
        match to.find(key).wait() {
            Err(error) if self.keeps_good && error.kind() == ErrorKind::Invalid => Ok(None),
            Ok(None) if !self.keeps_good => {
                self.damaged(report, key, Error::corrupt("the archive does not have it"));
                Ok(None)
            }
            there => there,
        }
    }
}
