//! Parsing `tool_choice`, in the forms of all APIs, and `function_call`, its deprecated form.

use super::fields::{Fields, Reader};
use super::path::Path;
use super::raw::{Members, string};
use crate::error::ModelError;
use crate::note::{Note, NoteAction};
use crate::request::ToolChoice;

/// Parses the choice of a tool: the forms of OpenAI's chat-completion and Responses APIs, of Anthropic's API and of
/// Converse. Returns whether the choice also limits the answer to one call, as Anthropic's may.
///
/// # Errors
/// `InvalidToolChoice`: the choice has none of the forms.
pub(super) fn parse_choice(
    params: &Members<'_>,
    notes: &mut Vec<Note>,
) -> Result<(Option<ToolChoice>, bool), ModelError> {
    let (choice, deprecated) = (params.get_non_null("tool_choice"), params.get_non_null("function_call"));
    let name = if choice.is_some() { "tool_choice" } else { "function_call" };
    let Some(value) = choice.or(deprecated) else { return Ok((None, false)) };
    let mut reader = Reader::new(notes);
    if choice.is_some() && deprecated.is_some() {
        let message = "dropped `function_call`: the request has `tool_choice`";
        reader.note("tools.functions", NoteAction::Dropped, &Path::parameter("function_call"), message);
    }
    let path = Path::parameter(name);
    let mut is_single = false;
    let choice = match string(value)? {
        Some(name) => by_name(&name),
        None => match Fields::parse(value, &path).ok().flatten() {
            Some(mut fields) => {
                let choice = read_object(&mut fields, &path, &mut reader, name == "function_call")?;
                is_single = fields.take_bool("disable_parallel_tool_use") == Some(true);
                if choice.is_some() {
                    fields.take("type");
                    reader.note_unread(fields, &path);
                }
                choice
            }
            None => None,
        },
    };
    match choice {
        Some(choice) => Ok((Some(choice), is_single)),
        None => Err(path.error(
            "InvalidToolChoice",
            "the tool choice is not one of `\"auto\"`, `\"required\"`, `\"none\"` and \
             `{\"type\": \"function\", \"function\": {\"name\": …}}`",
        )),
    }
}

fn by_name(name: &str) -> Option<ToolChoice> {
    match name {
        "auto" => Some(ToolChoice::Auto),
        "required" | "any" => Some(ToolChoice::Required),
        "none" => Some(ToolChoice::None),
        _ => None,
    }
}

fn read_object(
    fields: &mut Fields<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
    is_deprecated: bool,
) -> Result<Option<ToolChoice>, ModelError> {
    for member in ["function", "tool", "custom"] {
        if !fields.has(member) {
            continue;
        }
        let path = path.name(member);
        let Some(mut function) = fields.take_object(member, &path)? else { return Ok(None) };
        let name = function.take_string("name")?;
        reader.note_unread(function, &path);
        return Ok(name.map(ToolChoice::Tool));
    }
    let kind = fields.kind();
    if matches!(kind.as_ref(), "tool" | "function" | "custom") || is_deprecated {
        return Ok(fields.take_string("name")?.map(ToolChoice::Tool));
    }
    if !kind.is_empty() {
        return Ok(by_name(&kind));
    }
    // Converse's unions have empty objects as values, so only the presence of the member matters.
    for (member, choice) in [("auto", ToolChoice::Auto), ("any", ToolChoice::Required)] {
        if fields.take(member).is_some() {
            return Ok(Some(choice));
        }
    }
    Ok(None)
}
