//! What the journal promises, one behaviour a file.
