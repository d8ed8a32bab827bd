//! For how many of a trace's keys there is room.

/// So many hundredths of the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share(usize);

impl Share {
    pub(crate) const TWENTIETH: Self = Self(5);
    pub(crate) const FIFTH: Self = Self(20);
    pub(crate) const ALL: [Self; 3] = [Self(1), Self::TWENTIETH, Self::FIFTH];

    /// No cache has room for fewer entries.
    const ENTRIES_MIN: usize = 64;

    pub(crate) fn label(self) -> &'static str {
        match self.0 {
            1 => "1",
            5 => "5",
            _ => "20",
        }
    }

    /// How many entries are kept of so many keys.
    pub(crate) fn entries(self, keys: usize) -> usize {
        (keys * self.0 / 100).max(Self::ENTRIES_MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_the_keys_and_never_too_small() {
        assert_eq!(Share::ALL.map(|share| share.entries(5684)), [64, 284, 1136]);
    }
}
