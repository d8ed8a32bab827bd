//! A memory tier in front of a slow system of record: what a user depends on.
