//! An ordered tree whose clones are free and independent.
