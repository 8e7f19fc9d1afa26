//! Only for the bench.
