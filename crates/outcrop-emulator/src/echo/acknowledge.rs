//! What is said to a user who wants nothing special.

use outcrop_converse::wire::{ContentBlock, ConverseRequest, DocumentBlock, DocumentSource, MediaSource};

use crate::call::last_user_text;

/// Describes what the user shows and repeats what the user says.
pub(super) fn told(request: &ConverseRequest) -> String {
    let blocks = super::last_turn(request).map(|turn| turn.blocks()).unwrap_or_default();
    let mut sentences: Vec<String> = blocks.iter().filter_map(seen).collect();
    let said = last_user_text(request);
    if !said.is_empty() {
        sentences.push(format!("You said: {said}"));
    }
    if sentences.is_empty() { "I am listening.".to_owned() } else { sentences.join(" ") }
}

/// A sentence for each thing that is shown.
fn seen(block: &ContentBlock) -> Option<String> {
    Some(match block {
        ContentBlock::Image(image) => format!("I see a {} image {}.", image.format, size(&image.source)),
        ContentBlock::Video(video) => format!("I see a {} video {}.", video.format, size(&video.source)),
        ContentBlock::Audio(audio) => format!("I hear {} sound {}.", audio.format, size(&audio.source)),
        ContentBlock::Document(document) => {
            let format = document.format.as_ref().map_or("txt", |format| format.as_str());
            format!("I read the {format} document \"{}\" {}.", document.name, length(document))
        }
        _ => return None,
    })
}

fn size(source: &MediaSource) -> String {
    match source {
        MediaSource::Bytes(blob) => format!("of {} bytes", blob.len()),
        MediaSource::S3Location(place) => format!("at {}", place.uri),
        _ => "from somewhere".to_owned(),
    }
}

fn length(document: &DocumentBlock) -> String {
    match &document.source {
        DocumentSource::Bytes(blob) => format!("of {} bytes", blob.len()),
        DocumentSource::S3Location(place) => format!("at {}", place.uri),
        DocumentSource::Text(text) => format!("of {} bytes", text.len()),
        DocumentSource::Content(pieces) => format!("of {} pieces", pieces.len()),
        _ => "from somewhere".to_owned(),
    }
}
