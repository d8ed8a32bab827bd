//! What is done in memory, without anybody beside it.

pub(super) fn lines() -> Vec<String> {
    vec![
        "A point read takes a view (`read()`, a read transaction, a snapshot), looks a key up, and \
         looks at the first text of the value. A range is the same with a hundred entries from the \
         key on. Forebay is there twice: `read()` keeps nothing from one read to the next, as everybody \
         else; a `Reader` is made once by each thread, and at each read looks for the newest state, for \
         which it needs no locked instruction. The targets are judged for both."
            .to_owned(),
        "Maps without an order have rows of their own: Forebay's `HashTable`, read both ways, and etchdb's \
         `HashMap`, which has its values in itself. A loss is told against the ordered table, read by \
         `read()`."
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
    ]
}
