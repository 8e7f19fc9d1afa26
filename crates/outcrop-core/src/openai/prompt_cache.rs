//! How a prompt is cached: `cache`, and AG2's proposed `prompt_caching` and `prompt_cache_ttl`.

use serde_json::value::RawValue;

use super::fields::{Fields, Reader};
use super::path::Path;
use super::raw::{Members, string, wrong_type};
use crate::error::ModelError;
use crate::note::{Note, NoteAction};
use crate::request::PromptCache;

/// The parameters that set it. The first that is present has precedence.
const NAMES: [&str; 2] = ["cache", "prompt_caching"];

/// The parameter with the lifetime, if it is not a member of `cache`.
const TTL: &str = "prompt_cache_ttl";

/// Reads how the prompt is cached. What cannot be read is dropped with a note.
///
/// # Errors
/// A text has a lone surrogate.
pub(super) fn parse_cache(
    params: &Members<'_>,
    notes: &mut Vec<Note>,
) -> Result<Option<PromptCache>, ModelError> {
    let mut cache: Option<PromptCache> = None;
    for name in NAMES {
        let Some(value) = params.get_non_null(name) else { continue };
        let Some(parsed) = parse_setting(value, name, notes)? else {
            // `cache` is also the object in which AG2 keeps responses, a setting of the client.
            if name != "cache" || value.get().starts_with('"') {
                notes.push(wrong_type(name, "`auto` or `off`"));
            }
            continue;
        };
        match &cache {
            Some(first) if *first != parsed => {
                let message =
                    format!("dropped `{name}`: `cache` is another spelling of it with a different value");
                notes.push(Note::new("params.duplicate", NoteAction::Dropped, name, message));
            }
            Some(_) => {}
            None => cache = Some(parsed),
        }
    }
    let Some(value) = params.get_non_null(TTL) else { return Ok(cache) };
    let Some(ttl) = string(value)? else {
        notes.push(wrong_type(TTL, "a string"));
        return Ok(cache);
    };
    match cache {
        Some(PromptCache::Auto(auto)) if auto.ttl.as_ref().is_none_or(|own| *own == ttl) => {
            Ok(Some(PromptCache::auto().with_ttl(ttl)))
        }
        other => {
            let reason = match other {
                Some(PromptCache::Auto(_)) => "`cache` has another `ttl`",
                _ => "the request does not set `cache` or `prompt_caching` to `auto`",
            };
            notes.push(Note::new(
                "params.cache_ttl",
                NoteAction::Dropped,
                TTL,
                format!("dropped `{TTL}`: {reason}"),
            ));
            Ok(other)
        }
    }
}

/// Reads `"auto"`, `"off"`, a boolean, or an object with the `type` and the `ttl`. Returns `None` for any other value.
fn parse_setting(
    value: &RawValue,
    name: &'static str,
    notes: &mut Vec<Note>,
) -> Result<Option<PromptCache>, ModelError> {
    match value.get() {
        "true" => return Ok(Some(PromptCache::auto())),
        "false" => return Ok(Some(PromptCache::Off)),
        _ => {}
    }
    if let Some(text) = string(value)? {
        return Ok(named(&text));
    }
    let path = Path::parameter(name);
    let Some(mut fields) = Fields::parse(value, &path)? else { return Ok(None) };
    let kind = fields.take_string("type")?;
    let ttl = fields.take_string("ttl")?;
    let cache = match (kind, ttl) {
        (None, None) => return Ok(None),
        (None, Some(ttl)) => Some(PromptCache::auto().with_ttl(ttl)),
        (Some(kind), None) => named(&kind),
        (Some(kind), Some(ttl)) => named(&kind).map(|cache| cache.with_ttl(ttl)),
    };
    if cache.is_some() {
        Reader::new(notes).note_unread(fields, &path);
    }
    Ok(cache)
}

fn named(text: &str) -> Option<PromptCache> {
    match text {
        "auto" => Some(PromptCache::auto()),
        "off" | "none" | "manual" => Some(PromptCache::Off),
        _ => None,
    }
}
