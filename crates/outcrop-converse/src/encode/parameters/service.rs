//! Members of the body for the service: guardrail, output, performance, tier, metadata, prompt variables.

use outcrop_core::{ModelRequest, Note, NoteAction, ServiceTier as Tier};

use super::ServiceParameters;
use crate::bedrock::BedrockOptions;
use crate::wire::{
    ContentBlock, ConversationRole, ConverseRequest, GuardContentImageFormat, GuardrailConverseContentBlock,
    GuardrailConverseImageBlock, GuardrailConverseImageSource, GuardrailConverseTextBlock, ImageBlock,
    ImageFormat, MediaSource, Message, OutputFormat, ServiceTier,
};

/// Writes the members for the service, each only if it is set.
///
/// An output format of the caller's own overrides `output_format`, which is made from the request's response format.
pub(super) fn write_service_members(
    body: &mut ConverseRequest,
    parameters: ServiceParameters,
    output_format: Option<OutputFormat>,
    request: &ModelRequest,
    notes: &mut Vec<Note>,
) {
    let ServiceParameters { mut options, tier, mut metadata, .. } = parameters;
    body.service_tier = tier.or_else(|| service_tier(request, notes));
    // Labels of the request override those of `requestMetadata`; neither is hashed or cut, the service judges them (M66).
    metadata.extend(request.metadata.iter().map(|(name, value)| (name, value.clone())));
    body.request_metadata = Some(metadata).filter(|metadata| !metadata.is_empty());
    if let Some(format) = output_format {
        options.output.get_or_insert_default().text_format.get_or_insert(format);
    }
    if options == BedrockOptions::default() {
        return;
    }
    if options.guard_last_turn_only {
        guard_last_turn(body);
    }
    body.guardrail_config = options.guardrail;
    body.performance_config = options.performance;
    body.output_config = options.output;
    body.project_identifier = options.project;
    body.prompt_variables = Some(options.prompt_variables).filter(|variables| !variables.is_empty());
    let paths = options.response_field_paths;
    body.additional_model_response_field_paths = Some(paths).filter(|paths| !paths.is_empty());
    body.unknown = options.other;
}

fn service_tier(request: &ModelRequest, notes: &mut Vec<Note>) -> Option<ServiceTier> {
    match request.service_tier.as_ref()? {
        // OpenAI's `auto` is the default of the service, which has no name for it.
        Tier::Auto => {
            let message = "dropped `service_tier`: `auto` is the default of the service";
            notes.push(Note::new("params.service_tier", NoteAction::Dropped, "service_tier", message));
            None
        }
        tier => {
            let tier = ServiceTier::new(tier.as_str());
            if tier.kind.is_known() {
                return Some(tier);
            }
            // `scale` of OpenAI and `standard_only` of Anthropic are contracts with those services. A tier of AWS that is newer
            // than this version can be sent as `serviceTier`.
            let message = "dropped `service_tier`: the service has no such tier";
            notes.push(Note::new("params.service_tier", NoteAction::Dropped, "service_tier", message));
            None
        }
    }
}

/// Marks the last user turn with text as `guardContent`. The guardrail evaluates only marked content, if there is any.
///
/// A turn of tool results alone is passed over: they are not the user's text.
fn guard_last_turn(body: &mut ConverseRequest) {
    let turns = body.messages.iter_mut().flatten().rev();
    let mut user_turns = turns.filter(|turn| turn.role == ConversationRole::User);
    let has_text =
        |turn: &&mut Message| turn.blocks().iter().any(|block| matches!(block, ContentBlock::Text(_)));
    let Some(turn) = user_turns.find(has_text) else { return };
    // Blocks are replaced in place. Rebuilding the turn lost cache points in other clients:
    // https://github.com/BerriAI/litellm/issues/33281 (M65).
    for block in turn.content.iter_mut().flatten() {
        let guarded = match block {
            ContentBlock::Text(text) => {
                let text = GuardrailConverseTextBlock::new(std::mem::take(text));
                Some(GuardrailConverseContentBlock::Text(text))
            }
            ContentBlock::Image(image) => guarded_image(image),
            _ => None,
        };
        if let Some(guarded) = guarded {
            *block = ContentBlock::GuardContent(guarded);
        }
    }
}

/// Returns an image as guardrails accept it: PNG or JPEG, by its bytes. Others stay as they are, and are not evaluated.
fn guarded_image(image: &ImageBlock) -> Option<GuardrailConverseContentBlock> {
    let format = match image.format {
        ImageFormat::Png => GuardContentImageFormat::Png,
        ImageFormat::Jpeg => GuardContentImageFormat::Jpeg,
        _ => return None,
    };
    let MediaSource::Bytes(bytes) = &image.source else { return None };
    let source = GuardrailConverseImageSource::Bytes(bytes.clone());
    Some(GuardrailConverseContentBlock::Image(GuardrailConverseImageBlock::new(format, source)))
}
