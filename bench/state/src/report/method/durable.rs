//! What is done with a log on the disk.

pub(super) fn lines() -> Vec<String> {
    vec![
        "Durable writes are into a fresh store on the disk in each round, which is twice as long: new text \
         keys that rise in each thread. Between two stores the disk is let come to rest. Synced: \
         each transaction is on the device when it is answered. Handed over: Forebay, fjall and SQLite \
         have given it to the operating system; etchdb (grouped, 10 ms) and redb keep it in their own \
         memory, where the end of the process takes it, too. That is what Forebay's rung `Memory` \
         promises, so this is held against etchdb's groups; `Journaled`, which promises more, is judged \
         by the same bound. *Grouped, flushed* is etchdb in groups of 10 ms where everybody waits for \
         the flush of what he wrote: a promise like that of synced writes. etchdb's compaction is off, \
         which serves it best. Making the records is not timed: sixteen are made, and then written one \
         after the other."
            .to_owned(),
        "A thousand in a transaction is measured twice, because it matters there who else takes turns. A \
         store writes into pages of the system's file cache; after stores that have used much memory \
         those come cold, or from a hypervisor, and to fill one takes some times as long. That costs most \
         where most is written in a second. The first time Forebay and etchdb are alone with the limit, \
         the second time everybody is there. Both are judged."
            .to_owned(),
        "*The limit* of synced writes is measured in the same rounds: as many bytes as the keys and values \
         have, appended to a file that was filled before, and synced; threads that come at the same time \
         share a sync. It keeps, finds and checks nothing; what a thousand records are to the processor it \
         leaves out."
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
    ]
}
