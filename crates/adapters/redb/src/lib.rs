//! redb as a backing store: the embedded default.
