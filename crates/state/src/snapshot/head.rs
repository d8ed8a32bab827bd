//! The head of a snapshot: which state it is of, and up to where.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | the magic `FBSNAP01` |
//! | 8 | 2 | the version of the format |
//! | 10 | 2 | the version of the format of values |
//! | 12 | 4 | reserved, 0 |
//! | 16 | 16 | the snapshot's id |
//! | 32 | 16 | the state's id |
//! | 48 | 16 | which journal of the state |
//! | 64 | 8 | `covered`: the last record of that journal that is in it |
//! | 72 | 8 | the revision of the state |
//! | 80 | 8 | when it was made, in milliseconds since 1970 |
//! | 88 | ... | the catalog of the state |

use std::fmt;

use forebay_store::seam::{Random, WallTime};
use forebay_store::{Error, Result};

use super::damage::Place;
use crate::revision::Revision;
use crate::value;

/// The version of the format that is written, and the only one that is read.
pub const VERSION: u16 = 1;

const MAGIC: &[u8; 8] = b"FBSNAP01";

/// The bytes before the catalog.
const FIXED: usize = 88;

/// What tells one snapshot from all others.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct SnapshotId(pub [u8; 16]);

impl SnapshotId {
    /// A new one.
    pub(crate) fn draw(random: &dyn Random) -> Self {
        let halves = [random.next_u64().to_le_bytes(), random.next_u64().to_le_bytes()];
        Self(std::array::from_fn(|at| halves[at / 8][at % 8]))
    }
}

impl fmt::Debug for SnapshotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SnapshotId({:032x})", u128::from_be_bytes(self.0))
    }
}

/// Which state a snapshot is of, and up to where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its own id, drawn for it. It is in the checksum of every block, so that a block of another
    /// snapshot is never taken for one of this.
    pub id: SnapshotId,
    /// The state's id.
    pub state: [u8; 16],
    /// Which journal of the state it covers a part of: the number of its generation, big-endian.
    pub journal: [u8; 16],
    /// The last record of that journal that is in it: the journal goes on with the next one.
    pub covered: u64,
    /// The last transaction that is in it.
    pub revision: Revision,
    /// When it was made.
    pub written: WallTime,
    /// The catalog of the tables, encoded.
    pub catalog: Vec<u8>,
}

impl Head {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FIXED + self.catalog.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&value::VERSION.to_le_bytes());
        bytes.extend_from_slice(&[0; 4]);
        for id in [&self.id.0, &self.state, &self.journal] {
            bytes.extend_from_slice(id);
        }
        for number in [self.covered, self.revision.0, self.written.0] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.catalog);
        bytes
    }

    /// Reads a head whose checksum was right.
    pub(super) fn decode(bytes: &[u8], place: Place) -> Result<Self> {
        let (Some(fixed), Some(catalog)) = (bytes.first_chunk::<FIXED>(), bytes.get(FIXED..))
        else {
            return Err(place.damaged("it is too short for a head"));
        };
        if fixed[..8] != *MAGIC {
            return Err(place.damaged("it is not the head of a snapshot"));
        }
        for (name, at, known) in [("of snapshots", 8, VERSION), ("of values", 10, value::VERSION)] {
            let version = u16::from_le_bytes([fixed[at], fixed[at + 1]]);
            if version != known {
                let message = format!(
                    "the snapshot has version {version} of the format {name}; this program reads {known}"
                );
                return Err(Error::unsupported(message));
            }
        }
        if fixed[12..16] != [0; 4] {
            return Err(place.damaged("its reserved bytes are not 0"));
        }
        Ok(Self {
            id: SnapshotId(array_at(fixed, 16)),
            state: array_at(fixed, 32),
            journal: array_at(fixed, 48),
            covered: u64::from_le_bytes(array_at(fixed, 64)),
            revision: Revision(u64::from_le_bytes(array_at(fixed, 72))),
            written: WallTime(u64::from_le_bytes(array_at(fixed, 80))),
            catalog: catalog.to_vec(),
        })
    }
}

impl Default for Head {
    /// The head of a new state's first snapshot, with no ids and no tables yet.
    fn default() -> Self {
        Self {
            id: SnapshotId::default(),
            state: [0; 16],
            journal: [0; 16],
            covered: 0,
            revision: Revision::default(),
            written: WallTime(0),
            catalog: Vec::new(),
        }
    }
}

fn array_at<const N: usize>(bytes: &[u8; FIXED], at: usize) -> [u8; N] {
    std::array::from_fn(|offset| bytes[at + offset])
}
