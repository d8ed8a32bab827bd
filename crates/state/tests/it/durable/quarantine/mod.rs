//! Values that the tables of today cannot take.

mod shapes;

mod bounds;
mod causes;
mod crashes;
mod leaving;
mod purging;
mod retrying;
mod strict;
