//! What a guardrail judges, where it shall not judge all.

use super::Encoder;
use crate::wire::{
    ContentBlock, ConversationRole, ConverseRequest, GuardContentImageFormat, GuardrailConverseContentBlock,
    GuardrailConverseImageBlock, GuardrailConverseImageSource, GuardrailConverseTextBlock, ImageBlock,
    ImageFormat, MediaSource, Message,
};

impl Encoder<'_> {
    /// Marks what the user said last for the guardrail, which then judges nothing else of the conversation.
    ///
    /// The turn is the last one of the user that has words; results of tools are no words.
    pub(super) fn guard_last_turn(&mut self, body: &mut ConverseRequest) {
        let turns = body.messages.iter_mut().flatten().rev();
        let mut of_user = turns.filter(|turn| turn.role == ConversationRole::User);
        let has_words =
            |turn: &&mut Message| turn.blocks().iter().any(|block| matches!(block, ContentBlock::Text(_)));
        let Some(turn) = of_user.find(has_words) else { return };
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
}

/// An image as guardrails take it: PNG or JPEG, by its bytes. Others stay as they are, and are not judged.
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
