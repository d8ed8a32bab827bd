//! Version 0.6.1, with maps by hash.

version!(etchdb, may_fail, HashMap, no_ranges);
