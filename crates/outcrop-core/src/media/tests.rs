//! Tests of bytes, data URIs and media types.

mod blob;
mod data_uri;
mod office;
mod sniff;
