//! What guardrails and prompt routers did.

use outcrop_core::{OrderedMap, open_struct};

use super::GuardrailAssessment;

open_struct! {
    /// What guardrails and prompt routers did (`ConverseTrace`, `ConverseStreamTrace`).
    pub struct ConverseTrace {
        /// What the guardrail found.
        optional guardrail: GuardrailTraceAssessment = "guardrail",
        /// What the prompt router chose.
        optional prompt_router: PromptRouterTrace = "promptRouter",
    }
}

open_struct! {
    /// What a guardrail found.
    pub struct GuardrailTraceAssessment {
        /// What the model said before the guardrail stepped in.
        optional model_output: Vec<String> = "modelOutput",
        /// Findings in the input, by guardrail.
        optional input_assessment: OrderedMap<GuardrailAssessment> = "inputAssessment",
        /// Findings in the output, by guardrail.
        optional output_assessments: OrderedMap<Vec<GuardrailAssessment>> = "outputAssessments",
        /// Why the guardrail did what it did.
        optional action_reason: String = "actionReason",
    }
}

open_struct! {
    /// What a prompt router chose.
    pub struct PromptRouterTrace {
        /// The model that was asked in the end.
        optional invoked_model_id: String = "invokedModelId",
    }
}
