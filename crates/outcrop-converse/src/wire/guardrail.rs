//! What guardrails look at, find and cost: shared by traces and by ApplyGuardrail.

mod apply;
mod policy;
mod reasoning;
mod usage;

use outcrop_core::open_struct;

pub use apply::{
    ApplyGuardrailRequest, ApplyGuardrailResponse, GuardrailAction, GuardrailContentBlock,
    GuardrailContentSource, GuardrailImageBlock, GuardrailOutputContent, GuardrailOutputScope,
    GuardrailTextBlock,
};
pub use policy::{
    GuardrailContentFilter, GuardrailContentFilterType, GuardrailContentPolicyAssessment,
    GuardrailContextualGroundingFilter, GuardrailContextualGroundingFilterType,
    GuardrailContextualGroundingPolicyAssessment, GuardrailCustomWord, GuardrailLevel, GuardrailManagedWord,
    GuardrailManagedWordType, GuardrailPiiEntityFilter, GuardrailPiiEntityType, GuardrailPolicyAction,
    GuardrailRegexFilter, GuardrailSensitiveInformationPolicyAssessment, GuardrailTopic,
    GuardrailTopicPolicyAssessment, GuardrailTopicType, GuardrailWordPolicyAssessment,
};
pub use reasoning::{
    GuardrailAutomatedReasoningDifferences, GuardrailAutomatedReasoningFinding,
    GuardrailAutomatedReasoningInputTextReference, GuardrailAutomatedReasoningLogicWarning,
    GuardrailAutomatedReasoningLogicWarningType, GuardrailAutomatedReasoningNothing,
    GuardrailAutomatedReasoningPolicyAssessment, GuardrailAutomatedReasoningRule,
    GuardrailAutomatedReasoningScenario, GuardrailAutomatedReasoningStatement,
    GuardrailAutomatedReasoningTranslation, GuardrailAutomatedReasoningTranslationOption,
    GuardrailAutomatedReasoningVerdict,
};
pub use usage::{
    AppliedGuardrailDetails, GuardrailCounts, GuardrailCoverage, GuardrailInvocationMetrics, GuardrailOrigin,
    GuardrailOwnership, GuardrailUsage,
};

open_struct! {
    /// What a guardrail found, policy by policy.
    pub struct GuardrailAssessment {
        /// Topics that are denied.
        optional topic_policy: GuardrailTopicPolicyAssessment = "topicPolicy",
        /// Harmful content.
        optional content_policy: GuardrailContentPolicyAssessment = "contentPolicy",
        /// Words that are denied.
        optional word_policy: GuardrailWordPolicyAssessment = "wordPolicy",
        /// Personal data and patterns.
        optional sensitive_information_policy: GuardrailSensitiveInformationPolicyAssessment = "sensitiveInformationPolicy",
        /// Whether the answer keeps to its sources.
        optional contextual_grounding_policy: GuardrailContextualGroundingPolicyAssessment = "contextualGroundingPolicy",
        /// Whether the answer follows from rules.
        optional automated_reasoning_policy: GuardrailAutomatedReasoningPolicyAssessment = "automatedReasoningPolicy",
        /// What the assessment took.
        optional invocation_metrics: GuardrailInvocationMetrics = "invocationMetrics",
        /// Which guardrail it was.
        optional applied_guardrail_details: AppliedGuardrailDetails = "appliedGuardrailDetails",
    }
}
