//! Tests of the decoding.
