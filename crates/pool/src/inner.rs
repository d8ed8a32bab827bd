//! What all parts of a pool share.

use std::sync::Arc;

use forebay_store::Seams;

use crate::budget::Ledger;
use crate::event::Watch;
use crate::lanes::Lanes;
use crate::medium::Medium;
use crate::order::Queue;
use crate::press::Presser;
use crate::settings::Settings;

/// What all parts of a pool share. It holds slots weakly, and slots hold it.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) queue: Queue,
    pub(crate) lanes: Arc<Lanes>,
    pub(crate) presser: Arc<Presser>,
    /// Without one nothing is evicted.
    pub(crate) medium: Option<Arc<dyn Medium>>,
    pub(crate) seams: Seams,
    pub(crate) watch: Watch,
    pub(crate) settings: Settings,
}
