//! An object whose own code fails when it is told to.

use std::fmt;
use std::sync::{Arc, Mutex};

use forebay_pool::{BlobCodec, Object, Sink, Source};
use forebay_store::sync::atomic::{AtomicU32, Ordering};
use forebay_store::{Error, Result};

/// An object whose own code fails when it is told to: each switch is how many times more.
#[derive(Debug, Default)]
pub(crate) struct Fickle {
    pub(crate) number: u32,
    pub(crate) switches: Arc<Switches>,
}

#[derive(Default)]
pub(crate) struct Switches {
    /// Is called once while it is encoded.
    pub(crate) while_encoding: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    pub(crate) encode_panics: AtomicU32,
    pub(crate) encode_fails: AtomicU32,
    pub(crate) weighing_panics: AtomicU32,
    pub(crate) drop_panics: AtomicU32,
    pub(crate) clone_panics: AtomicU32,
    pub(crate) drops: AtomicU32,
}

impl fmt::Debug for Switches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Switches").finish_non_exhaustive()
    }
}

fn is_on(switch: &AtomicU32) -> bool {
    let less = |times: u32| times.checked_sub(1);
    switch.fetch_update(Ordering::AcqRel, Ordering::Acquire, less).is_ok()
}

impl Fickle {
    pub(crate) fn new(number: u32) -> (Self, Arc<Switches>) {
        let switches = Arc::<Switches>::default();
        (Self { number, switches: Arc::clone(&switches) }, switches)
    }
}

impl Clone for Fickle {
    fn clone(&self) -> Self {
        assert!(!is_on(&self.switches.clone_panics), "clone panics, as its switch says");
        Self { number: self.number, switches: Arc::clone(&self.switches) }
    }
}

impl Drop for Fickle {
    fn drop(&mut self) {
        self.switches.drops.fetch_add(1, Ordering::AcqRel);
        if !std::thread::panicking() {
            assert!(!is_on(&self.switches.drop_panics), "drop panics, as its switch says");
        }
    }
}

struct Numbers;

impl BlobCodec<Fickle> for Numbers {
    fn id(&self) -> u16 {
        1000
    }

    fn name(&self) -> &'static str {
        "numbers"
    }

    fn encode(&self, value: &Fickle, out: &mut dyn Sink) -> Result<()> {
        assert!(!is_on(&value.switches.encode_panics), "encode panics, as its switch says");
        let during = value.switches.while_encoding.lock().unwrap().take();
        if let Some(during) = during {
            during();
        }
        if is_on(&value.switches.encode_fails) {
            return Err(Error::refused("not this one"));
        }
        out.put(&value.number.to_le_bytes())
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<Fickle>) -> Result<Fickle> {
        let mut number = [0; 4];
        from.fill(&mut number)?;
        Ok(Fickle { number: u32::from_le_bytes(number), switches: Arc::default() })
    }
}

impl Object for Fickle {
    const NAME: &'static str = "fickle";
    const CODEC: &'static dyn BlobCodec<Self> = &Numbers;

    fn heap_bytes(&self) -> usize {
        assert!(!is_on(&self.switches.weighing_panics), "weighing panics, as its switch says");
        100
    }
}
