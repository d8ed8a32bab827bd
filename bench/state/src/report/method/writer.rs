//! Reads beside a writer.

use crate::pace::RATE;

pub(super) fn lines() -> Vec<String> {
    vec![
        "Beside a writer at full speed: one more thread overwrites records, one a transaction, as fast \
         as it can, and that is not the same for everybody. The target holds memory against memory: \
         there etchdb 0.6.1 copies the whole state at each write, under the lock, so that its writer \
         does little, and its readers wait for each copy and go on while the old one is freed. It is \
         measured four times as long in each round, so that some of its writes fall into it. With its \
         log it does not copy; that row is for information, as are the others. A writer that does more \
         costs its readers more: they share the processors, and what was just written has to come from \
         one to the other."
            .to_owned(),
        format!(
            "Beside {RATE} writes a second: the writer has the same rate for everybody. It naps for half \
             a millisecond while nothing is due, and catches up when it was late. Who cannot keep the \
             rate beside the readers has fewer writes in its column, and its readers have it easier. The \
             target holds log against log: etchdb 0.6.1 with its log (syncs grouped over 10 ms, \
             compaction off), and Forebay with its log at the rung `Memory`, without snapshots; both \
             answer before the log has the write. Forebay, etchdb 0.3.3 and `RwLock<BTreeMap>` (no \
             transactions, no views) without a log are there for information."
        ),
        "*A reader's longest wait* is the longest that any reader took for 64 reads, the median of the \
         rounds. Where there are more threads than processors, much of it is the turn of another thread."
            .to_owned(),
    ]
}
