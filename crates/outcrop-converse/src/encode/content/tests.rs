//! Helpers for the tests of content.

use outcrop_core::{ContentBlock, ModelRequest, Role, UnifiedMessage};

use crate::encode::encode_request;
use crate::encode::tests::{body, notes};
use crate::options::EncodeOptions;

/// Encodes a block of a user message. Returns the block as JSON, and the notes.
pub(super) fn encode_block(model: &str, block: impl Into<ContentBlock>) -> (String, Vec<String>) {
    let message = UnifiedMessage::new(Role::User, vec!["a".into(), block.into()]);
    let encoded =
        encode_request(&ModelRequest::builder(model).message(message).build(), &EncodeOptions::ag2())
            .unwrap();
    let body = body(&encoded);
    let (_, after) = body.split_once(r#"{"text":"a"}"#).unwrap();
    let block = after.strip_suffix("]}]}").unwrap();
    (block.trim_start_matches(',').to_owned(), notes(&encoded))
}
