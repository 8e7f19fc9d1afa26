//! Messages of Ollama: `images` in Base64, `thinking`, and results that are paired by `tool_name`.
//!
//! See <https://docs.ollama.com/api/chat>.

use serde_json::value::RawValue;

use super::Additions;
use super::media::image_from_base64;
use crate::error::ModelError;
use crate::openai::fields::Fields;
use crate::openai::raw::{Message, string};

pub(super) fn rewrite<'a>(
    message: &mut Message<'a>,
    other: &mut Fields<'a>,
    additions: &mut Additions<'a>,
) -> Result<(), ModelError> {
    if other.peek("images").is_some_and(is_list_of_texts) {
        for image in other.take_list("images").unwrap_or_default() {
            additions.after.extend(string(image)?.map(image_from_base64));
        }
    }
    if message.reasoning_content.is_none() && other.has_string("thinking") {
        message.reasoning_content = other.take("thinking");
    }
    if let Some(name) = other.take_string("tool_name")? {
        additions.tool_name = Some(name);
    }
    Ok(())
}

fn is_list_of_texts(value: &RawValue) -> bool {
    let list: Vec<&RawValue> = serde_json::from_str(value.get()).unwrap_or_default();
    !list.is_empty() && list.iter().all(|item| item.get().starts_with('"'))
}
