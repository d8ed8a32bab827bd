//! When entries came to the main list, roughly: a byte of each says in which stretch of it.

/// The comings to the main list in stretches, each of a 32nd of the list, and when each began.
///
/// Who is further back than there are stretches seems to have come later than he did.
#[derive(Debug)]
pub(super) struct Stretches {
    /// In a box, because a shard has more urgent things in its first lines.
    begins: Box<[u32; Self::COUNT]>,
    last: u8,
    /// How many came in the last one.
    count: usize,
}

impl Stretches {
    /// A turn of the list has 32, and the list may grow by some times meanwhile.
    const COUNT: usize = 128;
    const OF_A_LIST: usize = 32;

    pub(super) fn new() -> Self {
        Self { begins: Box::new([0; Self::COUNT]), last: 0, count: 0 }
    }

    /// One more comes, to a list of so many. In which stretch, beginning with 1.
    pub(super) fn come(&mut self, len: usize, now: u32) -> u8 {
        if self.count * Self::OF_A_LIST >= len {
            self.count = 0;
            self.last = (self.last + 1) % 128;
            self.begins[usize::from(self.last)] = now;
        }
        self.count += 1;
        self.last + 1
    }

    /// How long ago a stretch began.
    pub(super) fn since(&self, stretch: u8, now: u32) -> u32 {
        let begin = self.begins[usize::from(stretch.saturating_sub(1)) % Self::COUNT];
        now.wrapping_sub(begin)
    }
}
