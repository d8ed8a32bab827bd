//! Seeded simulation of the whole: one seed is one run.
