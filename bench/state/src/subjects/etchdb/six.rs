//! Version 0.6.1.

version!(etchdb, may_fail);
