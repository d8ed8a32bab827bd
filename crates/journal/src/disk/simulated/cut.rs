//! What a power cut leaves of the writes that no sync has covered.

use std::collections::BTreeMap;

use super::contents::{Write, blocks};
use super::dice::Dice;
use super::image::{BLOCK, Image, SECTOR};

/// What is left, after a power cut, of what was not synced, for each file and for the names of
/// each directory. Of names, [`Sectors`](Self::Sectors) means the same as [`Writes`](Self::Writes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remains {
    /// Nothing.
    Nothing,
    /// All of it.
    Everything,
    /// The first writes, and of the next one maybe some first sectors.
    Prefix,
    /// Only the last write.
    Last,
    /// Any of the writes, each wholly or not at all.
    Writes,
    /// Each sector, and the length, in any state since the last sync.
    Sectors,
}

impl Remains {
    const ALL: [Self; 6] =
        [Self::Nothing, Self::Everything, Self::Prefix, Self::Last, Self::Writes, Self::Sectors];

    pub(super) fn draw(dice: &mut Dice) -> Self {
        Self::ALL[dice.below(Self::ALL.len())]
    }
}

/// How much of `count` changes survives, drawn once for all that they touch.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    Nothing,
    Everything,
    /// So many changes, and so many sectors of the next one.
    Prefix(usize, u64),
    Last(usize),
    Writes(Vec<bool>),
    Sectors,
}

impl Plan {
    pub(super) fn draw(remains: Remains, count: usize, dice: &mut Dice) -> Self {
        match remains {
            Remains::Nothing => Self::Nothing,
            Remains::Everything => Self::Everything,
            Remains::Prefix => {
                let next = if dice.coin() { dice.next() % 40 } else { 0 };
                Self::Prefix(dice.up_to(count), next)
            }
            Remains::Last => Self::Last(count.saturating_sub(1)),
            Remains::Writes => Self::Writes((0..count).map(|_| dice.coin()).collect()),
            Remains::Sectors => Self::Sectors,
        }
    }

    /// Whether sectors may be torn and blocks shorn: not in the two extremes, which are exact.
    pub(super) fn has_chance(&self) -> bool {
        !matches!(self, Self::Nothing | Self::Everything)
    }

    /// Whether a change that cannot be divided survives, by its place among the others.
    pub(super) fn keeps(&self, at: usize, dice: &mut Dice) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Prefix(count, _) => at < *count,
            Self::Last(last) => at == *last,
            Self::Writes(kept) => kept.get(at).copied().unwrap_or(false),
            Self::Sectors => dice.coin(),
        }
    }

    /// Which of a sector's states survives: the durable one, or after one of `writes`, which are
    /// places among all writes, ascending, each with the place of the sector within the write.
    fn state(&self, writes: &[(usize, u64)], dice: &mut Dice) -> Option<usize> {
        match self {
            Self::Sectors => dice.up_to(writes.len()).checked_sub(1),
            Self::Prefix(count, sectors) => writes
                .iter()
                .rposition(|(at, within)| at < count || (at == count && within < sectors)),
            _ => writes.iter().rposition(|(at, _)| self.keeps(*at, dice)),
        }
    }
}

/// The durable image with what survives of `writes`.
pub(super) fn remains(durable: &Image, writes: &[Write], plan: &Plan, dice: &mut Dice) -> Image {
    let mut left = durable.clone();
    for (number, states) in history(writes) {
        let places: Vec<_> = states.iter().map(|(at, within, _)| (*at, *within)).collect();
        if let Some(state) = plan.state(&places, dice) {
            left.put(states[state].2, number * SECTOR as u64);
        }
    }
    left.grow(length(durable, writes, plan, dice));
    left
}

/// Every state that each sector was in after a write: which write, which sector of it, the bytes.
type History<'a> = BTreeMap<u64, Vec<(usize, u64, &'a [u8])>>;

fn history(writes: &[Write]) -> History<'_> {
    let mut history = History::new();
    for (at, write) in writes.iter().enumerate() {
        for (number, bytes) in write.sectors() {
            history.entry(number).or_default().push((at, number - write.first_sector, bytes));
        }
    }
    history
}

/// The length is one more thing that may be in any of its states; mostly it goes with the bytes.
fn length(durable: &Image, writes: &[Write], plan: &Plan, dice: &mut Dice) -> u64 {
    let places: Vec<_> = (0..writes.len()).map(|at| (at, 0)).collect();
    let goes_alone = plan.has_chance() && dice.chance(250);
    let plan = if goes_alone { &Plan::Sectors } else { plan };
    let state = plan.state(&places, dice);
    state.map_or(durable.len(), |state| writes[state].length.max(durable.len()))
}

/// Tears one sector, or some: one state up to any byte, and another one from there on.
pub(super) fn tear(left: &mut Image, durable: &Image, writes: &[Write], dice: &mut Dice) {
    let history = history(writes);
    let only = dice.coin().then(|| dice.below(history.len()));
    for (at, (number, states)) in history.iter().enumerate() {
        let is_torn = only.map_or_else(|| dice.chance(250), |only| only == at);
        if is_torn {
            let offset = number * SECTOR as u64;
            let mut bytes = state(durable, states, offset, dice);
            let rest = state(durable, states, offset, dice);
            let from = dice.up_to(SECTOR);
            bytes[from..].copy_from_slice(&rest[from..]);
            left.put(&bytes, offset);
        }
    }
}

fn state(
    durable: &Image,
    states: &[(usize, u64, &[u8])],
    offset: u64,
    dice: &mut Dice,
) -> [u8; SECTOR] {
    let mut bytes = [0; SECTOR];
    match dice.up_to(states.len()).checked_sub(1) {
        Some(state) => bytes.copy_from_slice(states[state].2),
        None => durable.get(&mut bytes, offset),
    }
    bytes
}

/// Makes garbage of one block that had a write on its way.
pub(super) fn shear(left: &mut Image, writes: &[Write], dice: &mut Dice) {
    let Some(write) = writes.get(dice.below(writes.len())) else { return };
    let within = blocks(write);
    let count = usize::try_from(within.end() - within.start() + 1).unwrap_or(usize::MAX);
    let number = within.start() + dice.below(count) as u64;
    let mut bytes = [0; BLOCK];
    if dice.coin() {
        bytes.fill_with(|| dice.next().to_le_bytes()[0]);
    }
    left.put(&bytes, number * BLOCK as u64);
}
