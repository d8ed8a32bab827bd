//! What is measured.

/// One kind of work. The variants stand in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// A lookup of a resident key, by so many threads.
    Hit(u32),
    /// A lookup of a key that was looked up a moment ago.
    Warm,
    /// A lookup of a key that is not there; nothing is kept of it.
    Miss,
    /// An overwrite of a resident key that is clean, by so many threads.
    Put(u32),
    /// An overwrite of a key whose value is not stored yet, by so many threads.
    Again(u32),
    /// A put of a new key into a full memory.
    Insert,
    /// A lookup of a new key in a full memory, and a clean value kept for it.
    ReadIn,
    /// Lookups with a fill on each miss: Zipf, memory a tenth of the keys.
    Mix,
    /// The same, and every tenth key is one that never comes again.
    Scan,
    /// A new clean entry in a full memory, of which so many hundredths are dirty.
    Dirty(u32),
    /// Puts that all reach a store.
    Stored,
}

impl Row {
    /// What can be asked for alone.
    pub(crate) const PARTS: [&'static str; 12] = [
        "hit", "warm", "miss", "put", "again", "insert", "read-in", "mix", "scan", "dirty",
        "stored", "bytes",
    ];

    pub(crate) fn part(self) -> &'static str {
        match self {
            Self::Hit(_) => "hit",
            Self::Warm => "warm",
            Self::Miss => "miss",
            Self::Put(_) => "put",
            Self::Again(_) => "again",
            Self::Insert => "insert",
            Self::ReadIn => "read-in",
            Self::Mix => "mix",
            Self::Scan => "scan",
            Self::Dirty(_) => "dirty",
            Self::Stored => "stored",
        }
    }

    /// The name in the CSV.
    pub(crate) fn code(self) -> String {
        match self {
            Self::Hit(count) | Self::Put(count) | Self::Again(count) if count > 1 => {
                format!("{}_{count}_threads", self.part())
            }
            Self::Dirty(share) => format!("dirty_{share}"),
            _ => self.part().replace('-', "_"),
        }
    }

    pub(crate) fn title(self) -> String {
        match self {
            Self::Hit(1) => "Hit".to_owned(),
            Self::Hit(threads) => format!("Hit, {threads} threads"),
            Self::Warm => "Hit, the same keys again and again".to_owned(),
            Self::Miss => "Miss".to_owned(),
            Self::Put(1) => "Put over a clean entry".to_owned(),
            Self::Put(threads) => format!("Put over a clean entry, {threads} threads"),
            Self::Again(1) => "Put over a dirty entry".to_owned(),
            Self::Again(threads) => format!("Put over a dirty entry, {threads} threads"),
            Self::Insert => "Put of a new key into a full memory".to_owned(),
            Self::ReadIn => "Read of a new key into a full memory".to_owned(),
            Self::Mix => "Zipf, memory a tenth of the keys".to_owned(),
            Self::Scan => "Zipf with a scan in between".to_owned(),
            Self::Dirty(share) => {
                format!("Read of a new key into a full memory, {share} % of it dirty")
            }
            Self::Stored => "Put, and all of it stored".to_owned(),
        }
    }

    /// What the work is, for the reader of the report.
    pub(crate) fn explanation(self) -> &'static str {
        match self {
            Self::Hit(1) => {
                "All keys are resident and clean; each is looked up, its value cloned. A sample looks each of \
                 its keys up once, after all others had their turns: little of it is in the processor's caches."
            }
            Self::Hit(_) => {
                "The same by several threads, each of which goes through its keys again and again for 20 ms, so \
                 that they do work at once."
            }
            Self::Warm => {
                "The same by one thread, which goes through as many keys as in the first table again and again \
                 for 20 ms: what fits the processor's caches is there."
            }
            Self::Miss => {
                "A key that is not there. Forebay is asked with `peek`, which does not load."
            }
            Self::Put(1) => {
                "The key is there, its value stored. Forebay's put makes it dirty, at `Memory`; what is \
                 dirty is stored between the measured pieces. The others have no store, and do less; but for \
                 quick_cache with a list of all writes, which is stored as well. The order is \
                 the same in each round, so neighbours on Forebay's lists are put one after the other, which \
                 flatters it."
            }
            Self::Put(_) => {
                "The same by several threads, each of which puts its share of all keys; what is dirty is stored \
                 when all have ended. Everybody goes through the keys as often, for at least 600 000 puts."
            }
            Self::Again(_) => {
                "The same key again, whose value is not stored yet. Nothing is stored meanwhile. Several threads \
                 go on for 20 ms, as with hits."
            }
            Self::Insert => {
                "The memory is full, so something else leaves. Forebay's new entry is dirty, and what is \
                 dirty is stored between the measured pieces. moka may refuse the new key."
            }
            Self::ReadIn => {
                "The key is looked up, found missing, made, and kept as clean. Forebay fills \
                 through the filler of its `lookup`, quick_cache through its guard, moka by `get_with_by_ref`, \
                 foyer by `get` and `insert`."
            }
            Self::Mix | Self::Scan => {
                "Lookups as often as Zipf says (0.99) among ten times as many keys as fit; who misses is \
                 read in as above. The share of hits is in the table."
            }
            Self::Dirty(_) => {
                "As the read of a new key, while so much of what is resident waits for a store that does \
                 not answer. Forebay against itself: the others have nothing dirty."
            }
            Self::Stored => {
                "Forebay on its real clock and threads, beside what one writes by hand: moka and a bounded \
                 channel of 4,096 with a thread that hands batches of 256 to the same store. The time is \
                 the work of the thread that puts; `by all` is the work of all threads, and the clock \
                 runs until everything is stored."
            }
        }
    }

    pub(crate) fn threads(self) -> u32 {
        match self {
            Self::Hit(threads) | Self::Put(threads) | Self::Again(threads) => threads,
            _ => 1,
        }
    }
}
