//! A directory of files as a backing store.
