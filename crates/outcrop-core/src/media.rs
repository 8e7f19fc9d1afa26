//! Bytes of images, documents, audio and video, and how they are told apart.

mod blob;
mod data_uri;
mod sniff;

pub use blob::{Blob, BlobError};
pub use data_uri::DataUri;
pub use sniff::sniff_media_type;

#[cfg(test)]
mod tests;
