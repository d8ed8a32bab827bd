//! How it was measured, and what each number is and is not.

use crate::effort::Effort;
use crate::measured::Measured;

pub(crate) fn method(measured: &Measured) -> String {
    let effort = if measured.quick { Effort::QUICK } else { Effort::FULL };
    let lines = [
        format!("Machine: {}. The run took {} s.", measured.machine, measured.seconds),
        format!(
            "One program, one disk. Each of {} rounds gives every subject a turn, in a fresh folder: \
             it is opened, its threads put for {} ms that nobody looks at, then for {} ms that \
             count. The folder is removed and the disk is quiet before the next turn.",
            effort.rounds,
            effort.warm_up.as_millis(),
            effort.timed.as_millis(),
        ),
        "A cell is the median of the rounds, the slowest put is that of all rounds, and a ratio is \
         the median of the ratios of each round. The noise is half the distance between the \
         quarters of the puts a second. `journal.csv` has every round."
            .to_owned(),
        "A record has a key of 16 random bytes, none twice, and a value of 100 bytes that does not \
         compress. Durable puts are all timed; elsewhere every eighth is, so that reading the clock \
         is no part of a short put. The best peer is the one with the most puts a second; its p99 \
         is the one that is compared."
            .to_owned(),
        "*Own syncs* are counted by a wrapper around Forebay's directory, and by the ideal; where a \
         cell is empty it could not be had without tracing. *Flushes of the disk* are the \
         system's count for the whole disk, whoever asked; *bytes* are what the system charged \
         this process with, in whole pages."
            .to_owned(),
        "Forebay has its default settings, and every 20 ms what is synced is retired, so its segments \
         are used again. The ideal has no checksums, segments, numbers or recovery: a file of \
         zeros, two buffers, one sync for all who wait."
            .to_owned(),
        "The peers are set up as serves them best. etchdb compacts never (by default, every \
         thousandth put copies everything), okaywal has segments of 64 MiB, raft-engine has its \
         files filled before and 64 regions, fjall buffers its journal where each put is synced \
         anyway, SQLite has one connection behind a lock."
            .to_owned(),
        "Not all that is handed over is as safe: etchdb and redb keep such puts in their own \
         memory, where the end of the process takes them, too; Forebay, raft-engine, fjall, SQLite \
         and LMDB have given them to the operating system. okaywal has no put without a sync. \
         Logs (Forebay, okaywal) keep no index; the others do, and pay for it."
            .to_owned(),
        format!(
            "Recovery: {} records in synced batches of a thousand, each all or nothing, by a process \
             that then ends without closing; a fresh process opens them and gets one. Forebay and \
             okaywal have no map; both hand their records to the same two threads, which put the \
             place of each into maps of the standard library, in parts by key; the bytes stay in the \
             memory that was handed over. Before each opening the system is asked to forget \
             the files' pages. The memory is the most that the process had.",
            measured.records
        ),
        "RocksDB is missing because its crate builds C++ and needs libclang; LMDB is there.".to_owned(),
    ];
    lines.iter().fold(String::new(), |text, line| text + "- " + line + "\n")
}
