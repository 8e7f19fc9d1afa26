//! Macros for wire types without loss: [`open_struct!`](crate::open_struct), [`open_union!`](crate::open_union) and
//! [`open_enum!`](crate::open_enum).
//!
//! Providers add members to their APIs every few weeks. A type declared with these macros parses known members into
//! fields and keeps the others verbatim, so that a value is equal after a round trip through JSON, whatever it
//! contained. A new member of an API is one line in a declaration.
//!
//! ```
//! use outcrop_core::{open_enum, open_struct, open_union};
//!
//! open_enum! {
//!     /// The format of an image.
//!     pub enum Format { Png = "png", Jpeg = "jpeg" }
//! }
//! open_struct! {
//!     /// An image.
//!     pub struct Image {
//!         /// The format.
//!         required format: Format = "format",
//!         /// A description of the image.
//!         optional alt: String = "altText",
//!     }
//! }
//! open_union! {
//!     /// A block of a message.
//!     pub enum Block {
//!         /// Text.
//!         Text(String) = "text",
//!         /// An image.
//!         Image(Image) = "image",
//!     }
//! }
//!
//! let sent = r#"{"image":{"format":"heic","altText":"a cat","width":7}}"#;
//! let block: Block = serde_json::from_str(sent)?;
//! let Block::Image(image) = &block else { unreachable!() };
//! assert_eq!(image.format.as_str(), "heic");
//! assert_eq!(image.unknown.get("width").map(|w| w.as_str()), Some("7"));
//! assert_eq!(serde_json::to_string(&block)?, sent);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! All declared types follow the same rules:
//! - An absent member is not written. A `null` for an optional member is kept in `unknown` and written back.
//! - A duplicate member and a value of the wrong type are errors; [`from_slice`](crate::from_slice) reports their paths.
//! - A union with exactly one member, which is known, is that variant. Any other object is `Unknown`.
//! - An enum keeps the spelling of a value that it does not know.
//! - `Debug` shows the structure and never the content (see [`RedactedDebug`](crate::RedactedDebug)).

#[doc(hidden)]
pub mod __private;
mod enums;
mod structs;
mod unions;

#[cfg(test)]
mod tests;
