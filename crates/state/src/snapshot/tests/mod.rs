//! What a snapshot takes while it is read.

mod lookahead;
