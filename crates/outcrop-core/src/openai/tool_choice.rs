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
    if value.get() == "{}" {
        // Cursor writes `{}` for no choice: https://github.com/BerriAI/litellm/pull/25193.
        reader.note("tools.choice", NoteAction::Dropped, &path, "dropped the tool choice: it is empty");
        return Ok((None, false));
    }
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
    if kind == "allowed_tools" {
        return read_allowed_tools(fields, path, reader);
    }
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

/// Reads OpenAI's `allowed_tools`: a mode, and the tools that may be called. A required choice of one tool is this tool.
/// Otherwise, the choice is the mode, with a note: no other API can limit the tools without changing the list of them.
///
/// See <https://platform.openai.com/docs/guides/function-calling#tool-choice>.
fn read_allowed_tools(
    fields: &mut Fields<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<Option<ToolChoice>, ModelError> {
    // The Responses API has the members next to the type.
    let inner = fields.take_object("allowed_tools", path)?;
    let path = if inner.is_some() { path.name("allowed_tools") } else { *path };
    let mut allowed = inner.unwrap_or_else(|| std::mem::take(fields));
    let mode = allowed.take_string("mode")?;
    let Some(choice) = by_name(mode.as_deref().unwrap_or("auto")) else { return Ok(None) };
    let mut names = Vec::new();
    let list = path.name("tools");
    for (index, tool) in allowed.take_list("tools").unwrap_or_default().into_iter().enumerate() {
        let path = list.index(index);
        let Some(mut tool) = Fields::parse(tool, &path)? else { return Ok(None) };
        let function = tool.take_object("function", &path)?;
        names.extend(function.unwrap_or(tool).take_string("name")?);
    }
    allowed.take("type");
    reader.note_unread(allowed, &path);
    if let (ToolChoice::Required, [name]) = (&choice, names.as_slice()) {
        return Ok(Some(ToolChoice::Tool(name.clone())));
    }
    if !names.is_empty() {
        let message = "dropped the list of allowed tools: the model may call any tool of the request";
        reader.note("tools.allowed", NoteAction::Dropped, &list, message);
    }
    Ok(Some(choice))
}
