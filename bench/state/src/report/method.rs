//! How it was measured, and what each number is and is not.

use crate::effort::Effort;
use crate::measured::Measured;
use crate::pace::RATE;

pub(crate) fn method(measured: &Measured) -> String {
    let effort = if measured.quick { Effort::QUICK } else { Effort::FULL };
    let lines = [
        format!("Machine: {}. The run took {} s.", measured.machine, measured.seconds),
        format!(
            "One program. Everybody is filled with the same records, then each of {} rounds gives \
             everybody a turn: {} ms that nobody looks at, then {} ms that count. Writes have no \
             time to warm up.",
            effort.rounds,
            effort.warm_up.as_millis(),
            effort.timed.as_millis(),
        ),
        "A cell is the median of the rounds, and a ratio is the median of the ratios of each round. \
         The noise is half the distance between the quarters. `state.csv` has every round."
            .to_owned(),
        "*Work in each* is the processor time of the thread that does it. It does not see who waits for \
         a lock, and it is not disturbed by others who use the machine, so single threads are best \
         compared by it."
            .to_owned(),
        "A value is a struct of five texts. Text keys are `user:` and twelve digits, number keys are 64 \
         bits, spread evenly. Keys are asked for in an order that looks random, a million before they \
         come again."
            .to_owned(),
        "A point read takes a view (`read()`, a read transaction, a snapshot), looks a key up, and \
         looks at the first text of the value. A range is the same with a hundred entries from the \
         key on. Forebay is there twice: `read()` keeps nothing from one read to the next, as everybody \
         else; a `Reader` is made once by each thread, and at each read looks for the newest state, for \
         which it needs no locked instruction. The targets are judged for both."
            .to_owned(),
        "*The floor* of a point read is a `HashMap` of boxes with a fast hash, without any lock: no \
         transactions, no views, and nobody can write to it. *Of the limit* is how near a row comes to \
         it. It is none of those that are compared."
            .to_owned(),
        "redb, fjall and SQLite keep bytes, so a value is decoded (postcard) when it is read; SQLite \
         has a connection a thread. All of it fits their caches. Of what is in memory they take part in \
         the reads without a writer."
            .to_owned(),
        "A single write is a transaction of one record. New records lie between those that are there, \
         and are taken out again when they are one in four. Making the records is not timed; freeing \
         the old ones is."
            .to_owned(),
        "What one thread does alone is measured first, for all records, so that \
         it has not to do with what other threads have done before. The last row of each part says what \
         that comes to."
            .to_owned(),
        "Beside a writer at full speed: one more thread overwrites records, one a transaction, as fast \
         as it can, and that is not the same for everybody. The target holds memory against memory: \
         there etchdb 0.6.1 copies the whole state at each write, under the lock, so that its writer \
         does little, and its readers wait for the copies; with many records they hardly get through. It \
         is measured four times as long in each round, so that some of its writes fall into it. With its \
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
        "Durable writes are into a fresh store on the disk, new text keys that rise in each thread. Synced: \
         each transaction is on the device when it is answered. Handed over: Forebay, fjall and SQLite \
         have given it to the operating system; etchdb (grouped, 10 ms) and redb keep it in their own \
         memory, where the end of the process takes it, too. That is what Forebay's rung `Memory` \
         promises, so this is held against etchdb's groups; `Journaled`, which promises more, is judged \
         by the same bound. etchdb's compaction is off, which serves it best. Making the records is not \
         timed."
            .to_owned(),
        "*The limit* of synced writes is measured in the same rounds: as many bytes as the keys and values \
         have, appended to a file that was filled before, and synced; threads that come at the same time \
         share a sync. It keeps, finds and checks nothing. It has no processor's work for a thousand \
         records, so nobody can come near it there."
            .to_owned(),
        "Openings: a process fills a store in transactions of a thousand, in an order that looks random, \
         and leaves it without closing; a fresh process opens it and gets one record. Its memory is \
         looked at then. The files were written just before, so they are in the system's memory, as after \
         a restart of the program alone."
            .to_owned(),
        "A snapshot beside a writer: a process fills a store, then one thread overwrites records, one a \
         transaction that is handed over to the log, as fast as it can, for three seconds before the \
         snapshot and until half a second after it."
            .to_owned(),
    ];
    lines.iter().fold(String::new(), |text, line| text + "- " + line + "\n")
}
