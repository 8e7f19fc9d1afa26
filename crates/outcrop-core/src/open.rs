//! Wire types that lose nothing: [`open_struct!`](crate::open_struct), [`open_union!`](crate::open_union), [`open_enum!`](crate::open_enum).
//!
//! A provider adds members to its API every few weeks. A type declared with these macros reads what it knows
//! into fields and keeps the rest verbatim, so that a value written again equals the value read, whatever was
//! in it. A new member of the API is one line in the declaration.
//!
//! ```
//! use outcrop_core::{open_enum, open_struct, open_union};
//!
//! open_enum! {
//!     /// How an image is coded.
//!     pub enum Format { Png = "png", Jpeg = "jpeg" }
//! }
//! open_struct! {
//!     /// An image.
//!     pub struct Image {
//!         /// Its coding.
//!         required format: Format = "format",
//!         /// What it shows.
//!         optional alt: String = "altText",
//!     }
//! }
//! open_union! {
//!     /// One piece of a message.
//!     pub enum Piece {
//!         /// Words.
//!         Text(String) = "text",
//!         /// A picture.
//!         Image(Image) = "image",
//!     }
//! }
//!
//! let sent = r#"{"image":{"format":"heic","altText":"a cat","width":7}}"#;
//! let piece: Piece = serde_json::from_str(sent)?;
//! let Piece::Image(image) = &piece else { unreachable!() };
//! assert_eq!(image.format.as_str(), "heic");
//! assert_eq!(image.unknown.get("width").map(|w| w.as_str()), Some("7"));
//! assert_eq!(serde_json::to_string(&piece)?, sent);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! The rules, the same for all three:
//! - An absent member is not written; `null` for an optional member is kept in `unknown` and written back.
//! - A member given twice is an error, and so is a value of the wrong kind; [`from_slice`](crate::from_slice) names the place.
//! - A union with one member that is known is that variant; with none, several or an unknown one it is `Unknown`.
//! - An enum keeps the spelling of a value that it does not know.
//! - `Debug` shows the shape, never the content (see [`RedactedDebug`](crate::RedactedDebug)).

mod enums;
mod key;
mod structs;
mod unions;

/// What the macros expand to; not for direct use.
#[doc(hidden)]
pub mod __private {
    pub use super::enums::OtherName;
    pub use super::key::{Key, collect_unknown, read_optional, read_required, read_unknown};
    pub use crate::json::ObjectWriter;
    pub use serde;
}

#[cfg(test)]
mod tests;
