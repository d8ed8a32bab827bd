//! How it was measured, and what each number is and is not.

use crate::effort::Effort;
use crate::measured::Measured;
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
        "A *hit* takes a guard of a row in memory, reads two numbers of it and drops it: 64 objects, or one. \
         A row to *insert* has 4 KiB and is there already."
            .to_owned(),
    ];
    lines.iter().fold(String::new(), |text, line| text + "- " + line + "\n")
}
