//! How it was measured, and what each number is and is not.

use crate::effort::Effort;
use crate::measured::Measured;

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
         looks at the first text of the value; nothing is kept from one read to the next but by \
         Forebay's `Reader`, which is for that. A range is the same with a hundred entries from the \
         key on."
            .to_owned(),
        "redb, fjall and SQLite keep bytes, so a value is decoded (postcard) when it is read; SQLite \
         has a connection a thread. All of it fits their caches. They take part in the reads only."
            .to_owned(),
        "A single write is a transaction of one record. New records lie between those that are there, \
         and are taken out again when they are one in four. Making the records is not timed; freeing \
         the old ones is."
            .to_owned(),
        "What one thread does alone is measured first, for all records, so that \
         it has not to do with what other threads have done before. The last row of each part says what \
         that comes to."
            .to_owned(),
        "Beside a writer: one more thread overwrites records, one a transaction, as fast as it can. \
         etchdb 0.6.1 copies the whole state for each write in memory, and nobody reads meanwhile; so \
         it is there with its log, which does not: syncs grouped over 10 ms, compaction off. `RwLock<BTreeMap>` has no transactions and no views."
            .to_owned(),
        "Durable writes are into a fresh store on the disk, new text keys that rise in each thread. Synced: \
         each transaction is on the device when it is answered. Handed over: Forebay, fjall and SQLite \
         have given it to the operating system, etchdb (grouped, 10 ms) and redb keep it in their own \
         memory, where the end of the process takes it, too: that is Forebay's rung `Memory`. etchdb's compaction is off, which serves \
         it best."
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
