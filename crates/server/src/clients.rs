//! Who is connected.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use forebay::Moment;
use forebay_store::sync::Mutex;

use crate::octets::Octets;
use crate::resp::Protocol;

/// Everybody who is connected: a bounded number.
#[derive(Debug)]
pub(crate) struct Clients {
    max: usize,
    last_id: AtomicU64,
    connected: Mutex<BTreeMap<u64, Arc<Client>>>,
}

/// One who is connected.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) id: u64,
    address: String,
    local: String,
    since: Moment,
    /// When its last commands came, as nanoseconds of the clock.
    active: AtomicU64,
    protocol: AtomicU8,
    name: Mutex<Octets>,
    command: Mutex<&'static str>,
}

/// A place among the clients, which is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    clients: Arc<Clients>,
    pub(crate) client: Arc<Client>,
}

impl Clients {
    /// Room for `max` clients.
    pub(crate) fn new(max: usize) -> Self {
        Self { max, last_id: AtomicU64::new(0), connected: Mutex::default() }
    }

    /// Lets a client in, if there is a place.
    pub(crate) fn enter(
        self: &Arc<Self>,
        address: String,
        local: String,
        now: Moment,
    ) -> Option<Place> {
        let mut connected = self.connected.lock();
        if connected.len() >= self.max {
            return None;
        }
        let client = Arc::new(Client {
            id: self.last_id.fetch_add(1, Ordering::Relaxed) + 1,
            address,
            local,
            since: now,
            active: AtomicU64::new(now.0),
            protocol: AtomicU8::new(2),
            name: Mutex::default(),
            command: Mutex::new("NULL"),
        });
        connected.insert(client.id, Arc::clone(&client));
        Some(Place { clients: Arc::clone(self), client })
    }

    /// How many are connected.
    pub(crate) fn count(&self) -> usize {
        self.connected.lock().len()
    }

    /// All who are connected, the longest first.
    pub(crate) fn all(&self) -> Vec<Arc<Client>> {
        self.connected.lock().values().cloned().collect()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.clients.connected.lock().remove(&self.client.id);
    }
}

impl Client {
    /// The name it gave itself.
    pub(crate) fn name(&self) -> Option<Octets> {
        let name = self.name.lock().clone();
        (!name.is_empty()).then_some(name)
    }

    /// Gives it a name; an empty one is none.
    pub(crate) fn rename(&self, name: &[u8]) {
        *self.name.lock() = Octets::copy_from_slice(name);
    }

    /// Notes that commands came, `command` the last of them.
    pub(crate) fn touch(&self, command: &'static str, protocol: Protocol, now: Moment) {
        *self.command.lock() = command;
        self.active.store(now.0, Ordering::Relaxed);
        self.protocol.store(if protocol == Protocol::Resp3 { 3 } else { 2 }, Ordering::Relaxed);
    }

    /// Its line in the list of clients.
    pub(crate) fn line(&self, now: Moment) -> String {
        let name = self.name.lock().clone();
        format!(
            "id={id} addr={address} laddr={local} fd=0 name={name} age={age} idle={idle} flags=N \
             db=0 sub=0 psub=0 ssub=0 multi=-1 cmd={command} user=default resp={protocol}\n",
            id = self.id,
            address = self.address,
            local = self.local,
            name = String::from_utf8_lossy(&name),
            age = now.since(self.since).as_secs(),
            idle = now.since(Moment(self.active.load(Ordering::Relaxed))).as_secs(),
            command = *self.command.lock(),
            protocol = self.protocol.load(Ordering::Relaxed),
        )
    }
}
