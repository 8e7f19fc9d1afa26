//! Messages that OpenAI's API returned as audio.
//!
//! See <https://platform.openai.com/docs/guides/audio>. The transcript has the text of the response; the recording itself is
//! not part of a request.

use super::Additions;
use crate::content::ContentBlock;
use crate::error::ModelError;
use crate::note::NoteAction;
use crate::openai::fields::{Fields, Reader};
use crate::openai::path::Path;

pub(super) fn rewrite(
    other: &mut Fields<'_>,
    additions: &mut Additions<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), ModelError> {
    let Some(mut audio) = other.take_object("audio", path)? else { return Ok(()) };
    let path = path.name("audio");
    let Some(transcript) = audio.take_string("transcript")? else {
        let message = "the message is audio without a transcript, which only OpenAI's API can find by its id";
        return Err(path.error("InvalidMessage", message).with_hint("send the transcript of the audio"));
    };
    additions.after.push(ContentBlock::text(transcript));
    if audio.has("data") {
        reader.note("messages.audio", NoteAction::Changed, &path, "replaced the audio by its transcript");
    }
    for name in ["data", "id", "expires_at", "format"] {
        audio.take(name);
    }
    reader.note_unread(audio, &path);
    Ok(())
}
