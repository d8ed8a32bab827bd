//! Who is in the way.

use forebay_store::{ByteSize, Moment};

use crate::error::{AllPinned, Holder};
use crate::inner::Inner;

/// So many are named.
const NAMED: usize = 16;

/// Who is in the way. It looks at every slot.
pub(super) fn all_pinned(inner: &Inner) -> AllPinned {
    let books = inner.ledger.standing();
    let mut unsavable = 0;
    let mut looked_at: Vec<Holder> = Vec::new();
    inner.queue.each(&mut |slot| {
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
    AllPinned {
        budget: ByteSize::bytes(books.budget),
        resident: ByteSize::bytes(books.resident),
        reserved: ByteSize::bytes(books.reserved),
        own: ByteSize::bytes(books.standing()),
        unsavable: ByteSize::bytes(unsavable),
        looked_at,
    }
}
