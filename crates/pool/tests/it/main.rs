//! Claims about the pool.
