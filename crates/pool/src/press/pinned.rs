//! Who is in the way.

use forebay_store::{ByteSize, Moment};

use super::presser::Presser;
use crate::error::{AllPinned, Holder};
use crate::inner::Inner;

/// So many are named.
const NAMED: usize = 16;

/// What the last look at everybody has found, and until when that is good enough.
#[derive(Debug)]
pub(super) struct Known {
    found: AllPinned,
    until: Moment,
}

impl Presser {
    /// So many are looked at whenever somebody is refused.
    pub(super) const FEW: usize = 1_024;

    /// Who is in the way. It looks at every slot; of many it says what was found lately, so that those who are
    /// refused one after the other do not look at everybody each.
    pub(super) fn in_the_way(&self, inner: &Inner) -> AllPinned {
        let now = inner.seams.clock.now();
        if let Some(found) = self.known(now) {
            return found;
        }
        let (found, looks) = all_pinned(inner);
        let until = now.after(Self::rest_of(looks));
        let known = Known { found: found.clone(), until };
        self.desk.lock().known = (looks > Self::FEW).then_some(known);
        found
    }

    /// What was found lately. Who looks now does so for all who come meanwhile: they hear what was found before.
    fn known(&self, now: Moment) -> Option<AllPinned> {
        let mut desk = self.desk.lock();
        let known = desk.known.as_mut()?;
        if now < known.until {
            return Some(known.found.clone());
        }
        known.until = now.after(Self::REST_MAX);
        None
    }
}

/// Who is in the way, and how many were looked at for that.
fn all_pinned(inner: &Inner) -> (AllPinned, usize) {
    let books = inner.ledger.standing();
    let (mut unsavable, mut looks) = (0, 0);
    let mut looked_at: Vec<Holder> = Vec::new();
    inner.queue.each(&mut |slot| {
        looks += 1;
        let look = slot.look();
        if inner.medium.is_none() || look.not_before == Some(Moment(u64::MAX)) {
            unsavable += look.weight;
        }
        let Some(holder) = slot.holder() else { return };
        let at = looked_at.partition_point(|other| other.bytes >= holder.bytes);
        if at < NAMED {
            looked_at.insert(at, holder);
            looked_at.truncate(NAMED);
        }
    });
    let found = AllPinned {
        budget: ByteSize::bytes(books.budget),
        resident: ByteSize::bytes(books.resident),
        reserved: ByteSize::bytes(books.reserved),
        own: ByteSize::bytes(books.standing().saturating_add(books.passing)),
        unsavable: ByteSize::bytes(unsavable),
        looked_at,
    };
    (found, looks)
}
