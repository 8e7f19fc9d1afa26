//! Tests of the handling of schemas.
