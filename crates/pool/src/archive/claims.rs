//! Who is putting which blob where, so that nobody does it twice at once.

use std::collections::HashSet;

use forebay_store::sync::{Condvar, Mutex};

use super::part::Part;
use crate::key::Key;

/// The names under which blobs are being put.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    names: Mutex<HashSet<(Part, Key)>>,
    changed: Condvar,
}

/// The right to put a blob there.
#[derive(Debug)]
pub(crate) struct Claim<'a> {
    of: &'a Claims,
    name: (Part, Key),
}

impl Claims {
    /// Waits until nobody else puts it.
    pub(crate) fn take(&self, part: Part, key: Key) -> Claim<'_> {
        let name = (part, key);
        let names = self.names.lock();
        self.changed.wait_while(names, |names| names.contains(&name)).insert(name);
        Claim { of: self, name }
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.of.names.lock().remove(&self.name);
        self.of.changed.notify_all();
    }
}
