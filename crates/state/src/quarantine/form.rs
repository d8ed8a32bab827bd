//! A quarantined value as bytes. `docs/format/state-snapshot.md` has the format.

use forebay_store::{Error, Result};

use super::cause::Cause;
use super::held::Held;
use crate::revision::Revision;
use crate::value::leb;

/// The form of these bytes.
const FORM: u8 = 1;

mod kind {
    pub(super) const MISSING_HOP: u8 = 1;
    pub(super) const HOP_FAILED: u8 = 2;
    pub(super) const HOP_PANICKED: u8 = 3;
    pub(super) const FROM_FUTURE: u8 = 4;
    pub(super) const NOT_DECODED: u8 = 5;
    pub(super) const KEY_NOT_DECODED: u8 = 6;
    pub(super) const UNKNOWN_TABLE: u8 = 7;
    pub(super) const SHAPE_CHANGED: u8 = 8;
}

impl Held {
    /// Appends its bytes.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.push(FORM);
        leb::write(u64::from(self.version), out);
        leb::write(self.revision.0, out);
        write_cause(&self.cause, out);
        write_bytes(&self.layouts, out);
        out.extend_from_slice(&self.value);
    }

    /// Reads what [`write`](Self::write) has written.
    ///
    /// # Errors
    ///
    /// `Corrupt` if it is something else, `Unsupported` if it is of another form.
    pub(crate) fn read_from(bytes: &[u8]) -> Result<Self> {
        match bytes.split_first() {
            Some((&FORM, rest)) => read(rest).ok_or_else(damaged),
            Some((form, _)) => {
                let message = format!("a value in quarantine is of the unknown form {form}");
                Err(Error::unsupported(message))
            }
            None => Err(damaged()),
        }
    }
}

fn write_cause(cause: &Cause, out: &mut Vec<u8>) {
    let (kind, number, text) = match cause {
        Cause::MissingHop { from } => (kind::MISSING_HOP, Some(*from), None),
        Cause::HopFailed { from, message } => (kind::HOP_FAILED, Some(*from), Some(message)),
        Cause::HopPanicked { from, message } => (kind::HOP_PANICKED, Some(*from), Some(message)),
        Cause::FromFuture { current } => (kind::FROM_FUTURE, Some(*current), None),
        Cause::NotDecoded { message } => (kind::NOT_DECODED, None, Some(message)),
        Cause::KeyNotDecoded { message } => (kind::KEY_NOT_DECODED, None, Some(message)),
        Cause::UnknownTable => (kind::UNKNOWN_TABLE, None, None),
        Cause::ShapeChanged { message } => (kind::SHAPE_CHANGED, None, Some(message)),
    };
    out.push(kind);
    if let Some(number) = number {
        leb::write(u64::from(number), out);
    }
    if let Some(text) = text {
        write_bytes(text.as_bytes(), out);
    }
}

fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    leb::write(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

fn read(mut rest: &[u8]) -> Option<Held> {
    let rest = &mut rest;
    let (version, revision) = (short(rest)?, Revision(leb::read(rest)?));
    let (cause, layouts) = (read_cause(rest)?, read_bytes(rest)?.to_vec());
    Some(Held { version, revision, cause, layouts, value: rest.to_vec(), is_new: false })
}

fn read_cause(rest: &mut &[u8]) -> Option<Cause> {
    let (kind, tail) = rest.split_first()?;
    *rest = tail;
    Some(match *kind {
        kind::MISSING_HOP => Cause::MissingHop { from: short(rest)? },
        kind::HOP_FAILED => Cause::HopFailed { from: short(rest)?, message: text(rest)? },
        kind::HOP_PANICKED => Cause::HopPanicked { from: short(rest)?, message: text(rest)? },
        kind::FROM_FUTURE => Cause::FromFuture { current: short(rest)? },
        kind::NOT_DECODED => Cause::NotDecoded { message: text(rest)? },
        kind::KEY_NOT_DECODED => Cause::KeyNotDecoded { message: text(rest)? },
        kind::UNKNOWN_TABLE => Cause::UnknownTable,
        kind::SHAPE_CHANGED => Cause::ShapeChanged { message: text(rest)? },
        _ => return None,
    })
}

fn short(rest: &mut &[u8]) -> Option<u16> {
    leb::read(rest).and_then(|number| u16::try_from(number).ok())
}

fn text(rest: &mut &[u8]) -> Option<String> {
    std::str::from_utf8(read_bytes(rest)?).ok().map(str::to_owned)
}

fn read_bytes<'r>(rest: &mut &'r [u8]) -> Option<&'r [u8]> {
    let length = leb::read(rest).and_then(|length| usize::try_from(length).ok())?;
    let (bytes, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(bytes)
}

#[cold]
fn damaged() -> Error {
    Error::corrupt("a value in quarantine is damaged")
}
