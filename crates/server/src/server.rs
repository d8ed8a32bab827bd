//! What all connections share.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use forebay::seam::{Clock, Random};
use forebay::{Cursor, Moment, Seams};
use forebay_store::sync::Mutex;

use crate::clients::Clients;
use crate::config::{Config, Resolved};
use crate::cursors::Cursors;
use crate::input::Input;
use crate::keyspace::Keyspace;
use crate::output::Output;
use crate::statistics::{Counted, Statistics};
use crate::wakes::Wakes;

/// What all connections share.
pub(crate) struct Server {
    pub(crate) config: Config,
    /// Every setting as it was given, without the secret ones.
    pub(crate) settings: BTreeMap<&'static str, String>,
    pub(crate) keyspace: Arc<Keyspace>,
    pub(crate) clients: Arc<Clients>,
    pub(crate) cursors: Cursors,
    /// Where the next `RANDOMKEY` draws from.
    pub(crate) wander: Mutex<Option<Cursor>>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) input: Input,
    pub(crate) output: Output,
    pub(crate) wakes: Arc<Wakes>,
    pub(crate) counters: Statistics,
    pub(crate) clock: Arc<dyn Clock>,
    started: Moment,
    /// The address that the system gave, once it did.
    bound: OnceLock<SocketAddr>,
}

impl Server {
    pub(crate) fn new(resolved: Resolved, keyspace: Keyspace, seams: &Seams) -> Self {
        let settings = resolved.given();
        let config = resolved.config;
        Self {
            settings,
            keyspace: Arc::new(keyspace),
            clients: Arc::new(Clients::new(config.clients)),
            cursors: Cursors::new(Arc::clone(&seams.random)),
            wander: Mutex::default(),
            random: Arc::clone(&seams.random),
            input: Input::new(config.input_bytes),
            output: Output::new(config.output_bytes),
            wakes: Arc::default(),
            counters: Statistics::default(),
            clock: Arc::clone(&seams.clock),
            started: seams.clock.now(),
            bound: OnceLock::new(),
            config,
        }
    }

    /// Notes the address that it listens on.
    pub(crate) fn set_bound(&self, address: SocketAddr) {
        let _ = self.bound.set(address);
    }

    /// The address that it listens on, if it does.
    pub(crate) fn bound(&self) -> Option<SocketAddr> {
        self.bound.get().copied()
    }

    /// How long it runs.
    pub(crate) fn uptime(&self) -> Duration {
        self.clock.now().since(self.started)
    }

    /// What was counted.
    pub(crate) fn statistics(&self) -> Counted {
        self.counters.counted(self.keyspace.stats())
    }

    /// Counts from zero.
    pub(crate) fn reset_statistics(&self) {
        self.counters.reset(&self.keyspace.stats());
    }
}
