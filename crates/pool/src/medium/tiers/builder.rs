//! Builds a medium of two tiers.

use std::sync::Arc;

use forebay_store::{ByteSize, Seams};

use super::shared::Shared;
use super::tiers_medium::Tiers;
use crate::medium::Medium;

/// Builds a [`Tiers`].
#[derive(Debug)]
pub struct TiersBuilder {
    fast: Box<dyn Medium>,
    slow: Box<dyn Medium>,
    fast_max: Option<ByteSize>,
    blobs_max: Option<usize>,
    seams: Option<Seams>,
}

impl TiersBuilder {
    pub(super) fn of(fast: Box<dyn Medium>, slow: Box<dyn Medium>) -> Self {
        Self { fast, slow, fast_max: None, blobs_max: None, seams: None }
    }

    /// What the fast tier may take, as its [`usage`](Medium::usage) counts it, for the blobs in it: what it
    /// keeps beside them to use it again, as a directory keeps cells of packs, only its own quota bounds.
    /// Default: that quota; one that has none and gets none here keeps all.
    #[must_use]
    pub fn fast_max(mut self, bytes: ByteSize) -> Self {
        self.fast_max = Some(bytes);
        self
    }

    /// So many blobs that were written to the fast tier may there be, in both tiers; while there are as
    /// many, what is written goes straight to the slow one. Each counts 320 bytes in the pool's memory from the
    /// beginning on. Default: one for each 16 KiB of the fast tier, from 256 to 65,536.
    #[must_use]
    pub fn blobs_max(mut self, blobs: usize) -> Self {
        self.blobs_max = Some(blobs);
        self
    }

    /// Time and threads. Default: the real ones.
    #[must_use]
    pub fn seams(mut self, seams: Seams) -> Self {
        self.seams = Some(seams);
        self
    }

    /// The medium.
    pub fn build(self) -> Tiers {
        let seams = self.seams.unwrap_or_default();
        let fast_max = self.fast_max.map(ByteSize::as_bytes);
        let media = (self.fast, self.slow);
        let shared = Shared::new(media, fast_max, self.blobs_max, (seams.clock, seams.spawn));
        Tiers::of(Arc::new(shared))
    }
}
