//! Messages of OpenRouter: `reasoning`, `reasoning_details`, and `images` that a model made.
//!
//! See <https://openrouter.ai/docs/use-cases/reasoning-tokens>. vLLM has `reasoning` as well.

use super::Additions;
use crate::content::ReasoningContent;
use crate::error::ModelError;
use crate::media::Blob;
use crate::openai::fields::{Fields, Reader};
use crate::openai::path::Path;
use crate::openai::raw::Message;

pub(super) fn rewrite<'a>(
    message: &mut Message<'a>,
    other: &mut Fields<'a>,
    additions: &mut Additions<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), ModelError> {
    if message.reasoning_content.is_none() && other.has_string("reasoning") {
        message.reasoning_content = other.take("reasoning");
    }
    for (index, detail) in other.take_list("reasoning_details").unwrap_or_default().into_iter().enumerate() {
        let list = path.name("reasoning_details");
        let path = list.index(index);
        let Some(fields) = Fields::parse(detail, &path)? else {
            reader.dropped_part(&path, "it is not an object");
            continue;
        };
        additions.reasoning.extend(read_detail(fields, &path, reader)?);
    }
    // Images of a user message are Ollama's, which are texts.
    additions.images = other.take_list("images").unwrap_or_default();
    Ok(())
}

/// Reads `reasoning.text`, `reasoning.summary` or `reasoning.encrypted`.
fn read_detail(
    mut fields: Fields<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<Option<ReasoningContent>, ModelError> {
    let reasoning = if let Some(data) = fields.take_string("data")? {
        Some(ReasoningContent::redacted(Blob::from_base64(data)))
    } else {
        let signature = fields.take_string("signature")?;
        let text = fields.take_first_string(&["text", "summary"])?;
        let is_given = text.is_some() || signature.is_some();
        is_given.then(|| ReasoningContent { signature, ..ReasoningContent::new(text.unwrap_or_default()) })
    };
    // What identifies the detail in a stream of OpenRouter's.
    for name in ["type", "format", "id", "index"] {
        fields.take(name);
    }
    if reasoning.is_none() {
        reader.dropped_part(path, "it has no reasoning");
    }
    reader.note_unread(fields, path);
    Ok(reasoning)
}
