//! Reads the blocks of a message, also if a part of a block is not as documented.

use outcrop_core::{Blob, JsonError, JsonObject, RawJson, sniff_media_type};

use super::LenientReader;
use super::clean::{drop_empty, needs_cleaning};
use super::prune::{child, prune};
use crate::media_format::image_format;
use crate::wire::ContentBlock;

impl LenientReader {
    /// Reads a block. One that cannot be read is left out, with a note.
    pub(super) fn block(&mut self, value: &RawJson, path: &str, blocks: &mut Vec<ContentBlock>) {
        if value.is_null() {
            return;
        }
        let Some(mut members) = self.members(value, path) else {
            match self.clean(value, path).as_string() {
                Some(text) => {
                    self.note(path, "read the block as text: it is a string");
                    blocks.push(ContentBlock::Text(text.into_owned()));
                }
                None => self.note(path, "could not read the block: it is not an object"),
            }
            return;
        };
        if !needs_cleaning(value.as_str()) {
            if let Ok(block) = value.deserialize() {
                blocks.push(block);
                return;
            }
        }
        drop_empty(&mut members);
        let mut read = JsonObject::new();
        for (name, value) in members {
            let is_known = is_known_member(&name);
            let value = if is_known {
                let value = self.clean(&value, &child(path, &name));
                self.known(&name, value, path)
            } else {
                Some(value)
            };
            read.extend(value.map(|value| (name, value)));
        }
        if !read.is_empty() {
            blocks.extend(RawJson::from(read).deserialize());
        }
    }

    /// Returns the value of a known member of a block in a form that can be read. `None` if there is none.
    fn known(&mut self, name: &str, value: RawJson, block: &str) -> Option<RawJson> {
        let path = child(block, name);
        let value = match name {
            "text" => self.text(value, &path),
            "toolUse" => self.identified(value, &path, &["toolUseId", "name"]),
            "image" => self.with_image_format(value, &path),
            _ => value,
        };
        let object = RawJson::from([(name, value.clone())].into_iter().collect::<JsonObject>());
        if object.deserialize::<ContentBlock>().is_ok() {
            return Some(value);
        }
        let pruned = prune::<ContentBlock>(&object);
        for error in pruned.errors {
            self.unread(&error.with_path_prefix(block));
        }
        let pruned = pruned.value.and_then(|pruned| RawJson::from_serialize(&pruned).ok())?;
        pruned.as_object()?.get(name).cloned()
    }

    /// Returns a value as a text, if it is another scalar.
    pub(crate) fn text(&mut self, value: RawJson, path: &str) -> RawJson {
        if value.is_string() || value.is_object() || value.is_array() {
            return value;
        }
        self.note(path, "read the value as text: it is not a string");
        RawJson::from(value.as_str())
    }

    /// Returns an image with its format, which its first bytes show if it has none.
    fn with_image_format(&mut self, value: RawJson, path: &str) -> RawJson {
        let format_of = |members: &JsonObject| {
            let bytes = members.get("source")?.as_object()?.get("bytes")?.as_string()?.into_owned();
            sniff_media_type(&Blob::from_base64(bytes).head::<12>()).and_then(image_format)
        };
        let Some(mut members) = value.as_object().filter(|members| !members.contains("format")) else {
            return value;
        };
        let Some(format) = format_of(&members) else { return value };
        self.note(&child(path, "format"), "added the format that the bytes show: the image has none");
        members.insert("format", RawJson::from(format.as_str()));
        RawJson::from(members)
    }

    /// Returns an object that has these members as strings: a call without an id or a name is still a call.
    pub(crate) fn identified(&mut self, value: RawJson, path: &str, names: &[&str]) -> RawJson {
        let Some(mut members) = self.members(&value, path) else { return value };
        for name in names {
            let given = members.get(name);
            if given.is_some_and(RawJson::is_string) {
                continue;
            }
            let is_scalar = |given: &&RawJson| !given.is_null() && !given.is_object() && !given.is_array();
            let text = given.filter(is_scalar).map_or("", RawJson::as_str);
            self.unread(&JsonError::new(child(path, name), "it must be a string"));
            members.insert(*name, RawJson::from(text));
        }
        RawJson::from(members)
    }
}

/// Returns whether a block may have this member, according to the service model.
pub(crate) fn is_known_member(name: &str) -> bool {
    let empty = RawJson::from([(name, RawJson::null())].into_iter().collect::<JsonObject>());
    // An unknown member accepts any value, a known one no `null`.
    empty.deserialize::<ContentBlock>().is_err()
}
