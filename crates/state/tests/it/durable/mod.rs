//! A state with a journal, on a disk that can do everything that a disk may do.

mod edits;
mod large;
mod ledger;
mod model;
mod notes;
mod rig;

mod asynchronous;
mod bare;
mod batches;
mod blocks;
mod checkpoint_crashes;
mod checkpoint_damage;
mod checkpoints;
mod closing;
mod crashes;
mod defects;
mod failing;
mod full;
mod long;
mod migrations;
mod panicking;
mod quarantine;
mod receipts;
mod records;
mod recover;
mod refusing;
mod reopening;
mod snapshot_crashes;
mod snapshot_damage;
mod snapshot_failures;
mod snapshot_tables;
mod snapshots;
mod strict;
mod sweep;
mod verifying;
