//! Content that the guardrail shall judge.

use outcrop_core::{Blob, open_enum, open_struct, open_union};

open_union! {
    /// Content that the guardrail shall judge.
    pub enum GuardrailConverseContentBlock {
        /// Words.
        Text(GuardrailConverseTextBlock) = "text",
        /// An image.
        Image(GuardrailConverseImageBlock) = "image",
    }
}

open_struct! {
    /// Words that the guardrail shall judge.
    pub struct GuardrailConverseTextBlock {
        /// The words.
        required text: String = "text",
        /// What they are in contextual grounding.
        optional qualifiers: Vec<GuardContentQualifier> = "qualifiers",
    }
}

open_enum! {
    /// What guarded words are in contextual grounding.
    pub enum GuardContentQualifier {
        /// The source that answers must keep to.
        GroundingSource = "grounding_source",
        /// The question.
        Query = "query",
        /// Neither; just to be judged.
        GuardContent = "guard_content",
    }
}

open_struct! {
    /// An image that the guardrail shall judge.
    pub struct GuardrailConverseImageBlock {
        /// Its coding.
        required format: GuardContentImageFormat = "format",
        /// Its bytes.
        required source: GuardrailConverseImageSource = "source",
    }
}

open_enum! {
    /// How a guarded image is coded.
    pub enum GuardContentImageFormat { Png = "png", Jpeg = "jpeg" }
}

open_union! {
    /// Where the bytes of a guarded image are.
    pub enum GuardrailConverseImageSource {
        /// Here.
        Bytes(Blob) = "bytes",
    }
}
