//! Version 0.3.3. What its derive makes names the crate as `etchdb`, so it is called that in here.

use etchdb_0_3 as etchdb;

version!(etchdb_0_3, cannot_fail, BTreeMap, ranges);
