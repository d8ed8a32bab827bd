//! The traces. They are test data of others and no part of the project: who wants to run this brings them.

use std::collections::HashSet;
use std::path::Path;

use forebay_store::Result;

use super::shape::Shape;
use super::unpack::Packing;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trace {
    Oltp,
    P3,
    Multi2,
    OrmBusy,
    Corda,
    CloudPhysics,
}

/// The keys, in the order in which they are asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) keys: Vec<u64>,
    /// How many different ones.
    pub(crate) distinct: usize,
}

impl Trace {
    pub(crate) const ALL: [Self; 6] =
        [Self::Oltp, Self::P3, Self::Multi2, Self::OrmBusy, Self::Corda, Self::CloudPhysics];

    /// On the command line, in the CSV and in the picture.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Oltp => "oltp",
            Self::P3 => "p3",
            Self::Multi2 => "multi2",
            Self::OrmBusy => "orm-busy",
            Self::Corda => "corda",
            Self::CloudPhysics => "cloud-physics",
        }
    }

    /// What it is a record of.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Oltp => "pages of a database under many short transactions (ARC's set)",
            Self::P3 => "blocks of a workstation's disk (ARC's set)",
            Self::Multi2 => "blocks of three programs at once, with loops (LIRS's set)",
            Self::OrmBusy => "objects of a busy object-relational mapper (cache2k's set)",
            Self::Corda => "a ledger's vault service (Caffeine's set)",
            Self::CloudPhysics => "blocks of a virtual machine's disk (libCacheSim's set)",
        }
    }

    fn file(self) -> (&'static str, Packing, Shape) {
        match self {
            Self::Oltp => ("arc_OLTP.lis.zst", Packing::Zstd, Shape::Blocks),
            Self::P3 => ("arc_P3.lis.zst", Packing::Zstd, Shape::Blocks),
            Self::Multi2 => ("caffeine_lirs_multi2.trace.gz", Packing::Gzip, Shape::Lines),
            Self::OrmBusy => {
                ("caffeine_cache2k_orm-busy.trace.xz", Packing::Xz, Shape::LittleEndian32)
            }
            Self::Corda => {
                ("caffeine_corda_trace_vaultservice.gz", Packing::Gzip, Shape::BigEndian64)
            }
            Self::CloudPhysics => {
                ("cloudPhysicsIO.oracleGeneral.bin", Packing::None, Shape::Records)
            }
        }
    }

    /// Reads it from the folder of the traces.
    pub(crate) fn read(self, folder: &Path) -> Result<Asked> {
        let (name, packing, shape) = self.file();
        let path = folder.join(name);
        let keys = shape.keys(&packing.unpack(&path)?)?;
        let distinct = keys.iter().collect::<HashSet<_>>().len();
        Ok(Asked { keys, distinct })
    }
}
