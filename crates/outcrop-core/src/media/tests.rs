//! Tests.

mod blob;
mod data_uri;
mod sniff;
