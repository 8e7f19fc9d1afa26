//! Tests of the fetching of media.
