//! The part of a conversation that a guardrail evaluates.

use crate::wire::{
    ContentBlock, ConversationRole, ConverseRequest, GuardContentImageFormat, GuardrailConverseContentBlock,
    GuardrailConverseImageBlock, GuardrailConverseImageSource, GuardrailConverseTextBlock, ImageBlock,
    ImageFormat, MediaSource, Message,
};

/// Marks the last user turn with text as `guardContent`. The guardrail evaluates only marked content, if there is any.
///
/// A turn of tool results alone is passed over: they are not the user's text.
pub(super) fn guard_last_turn(body: &mut ConverseRequest) {
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
