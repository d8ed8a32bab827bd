//! The numbers of postcard: seven bits a byte, the lowest first.

/// Reads a number from the front of `bytes`.
pub(super) fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = Number::default();
    loop {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        match number.add(byte) {
            Added::More => {}
            Added::Done(found) => return Some(found),
            Added::TooBig => return None,
        }
    }
}

/// Reads that many bytes, which the number before them announced.
pub(super) fn take_bytes<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let len = usize::try_from(take(bytes)?).ok()?;
    let (taken, rest) = bytes.split_at_checked(len)?;
    *bytes = rest;
    Some(taken)
}

/// A number of which not all bytes are there yet.
#[derive(Default)]
pub(super) struct Number {
    value: u64,
    shift: u32,
}

/// What another byte made of a number.
pub(super) enum Added {
    More,
    Done(u64),
    TooBig,
}

impl Number {
    pub(super) fn add(&mut self, byte: u8) -> Added {
        let bits = u64::from(byte & 0x7F);
        if self.shift == 63 && bits > 1 {
            return Added::TooBig;
        }
        self.value |= bits << self.shift;
        if byte < 0x80 {
            return Added::Done(self.value);
        }
        self.shift += 7;
        if self.shift > 63 { Added::TooBig } else { Added::More }
    }
}
