//! How it was measured, and what each number is and is not.

use crate::effort::Effort;
use crate::measured::Measured;
use crate::subjects::peak::ROWS;
use crate::work::Size;

pub(super) fn method(measured: &Measured) -> String {
    let effort = if measured.quick { Effort::QUICK } else { Effort::FULL };
    let lines = [
        format!("Machine: {}. The run took {} s.", measured.machine, measured.seconds),
        format!(
            "One program. Each of {} rounds gives everybody a turn; one more round before them is not \
             counted. A cell is the median of the rounds, and a ratio is the median of the ratios of \
             each round. The noise is half the distance between the quarters. `pool.csv` has every \
             round.",
            effort.rounds
        ),
        "Speeds and ratios are of processor time, of all threads of the program together, because the \
         clock counts the work of others on the machine, too; it has a column of its own."
            .to_owned(),
        format!(
            "Rows of `f32`, no two the same: {}. Who is shipped with a codec that makes a system call a \
             number gets a sixteenth of them.",
            Size::ALL.map(|size| format!("{} of {}", size.rows(), size.label())).join(", ")
        ),
        "*Store* is from a value in memory to the page cache, and the value is let go. *Load* is from the \
         page cache to a value that can be used, and it is let go, too. Nothing is synced. Forebay \
         and cacache check what they read; file_backed does not."
            .to_owned(),
        "Forebay's pool is in the way in both directions: store is `evict`, load is `get` and `evict`. Its \
         spill uses places and files again that were given back, as a pool does that has run for a while; \
         the others make a file a row. `file_backed` is spared its pool."
            .to_owned(),
        "*Keep* is durable when it is answered, and is judged by the clock: Forebay by one commit, or one by \
         one; `file_backed` by a link a row and a sync of the whole file system; files by a sync each; the \
         limit is all rows in one file, with one sync."
            .to_owned(),
        "foyer is a cache, and may drop what it is given: its queues are set larger than a round, its \
         codec writes a row as it is, and what it had lost all the same stands below its row."
            .to_owned(),
        "*Leaving*: two rows are being written to a medium that takes 50 ms for a write and for a read, and \
         are to leave memory then; each is read meanwhile. *At once*: 32 threads each have a row written to \
         that medium; Forebay has a lane for each. Both are judged by the clock. *Drop* is of rows that are \
         in the medium only, until all that follows from it is done, in whatever thread."
            .to_owned(),
        format!(
            "*The most memory* is what a process of its own has more at its worst than before the first row. \
             Each of {ROWS} rows is made, put in and let go, and all are read once at the end. Forebay \
             reserves the room of a row before it is made; file_backed counts rows, and is told four. What \
             the page cache has of the files counts for nobody. The target holds where the allocator gives \
             back what is freed (`MALLOC_MMAP_THRESHOLD_=131072`): else glibc keeps blocks of up to 32 MiB \
             for itself, whoever has freed them; those rows are there, too."
        ),
        "*Of the limit*: how near Forebay comes to what the machine did in the same rounds, copying or \
         mapping included: a store to one file that is written over; a load to that file read into memory \
         that is there, or to files that are mapped and summed, whichever is faster; a durable keep to one \
         file with one sync; a hit to an `Arc` that is cloned and dropped."
            .to_owned(),
        "A *hit* takes a guard of a row in memory, reads two numbers of it and drops it: 64 objects, or one. \
         A row to *insert* has 4 KiB and is there already."
            .to_owned(),
    ];
    lines.iter().fold(String::new(), |text, line| text + "- " + line + "\n")
}
