//! The assessment of a guardrail, in traces and in ApplyGuardrail, with its costs and its coverage.

use outcrop_core::{open_enum, open_struct};

use super::{
    GuardrailAutomatedReasoningPolicyAssessment, GuardrailContentPolicyAssessment,
    GuardrailContextualGroundingPolicyAssessment, GuardrailSensitiveInformationPolicyAssessment,
    GuardrailTopicPolicyAssessment, GuardrailWordPolicyAssessment,
};

open_struct! {
    /// The findings of a guardrail, by policy.
    pub struct GuardrailAssessment {
        /// Denied topics.
        optional topic_policy: GuardrailTopicPolicyAssessment = "topicPolicy",
        /// Harmful content.
        optional content_policy: GuardrailContentPolicyAssessment = "contentPolicy",
        /// Denied terms.
        optional word_policy: GuardrailWordPolicyAssessment = "wordPolicy",
        /// Personal data and patterns.
        optional sensitive_information_policy: GuardrailSensitiveInformationPolicyAssessment = "sensitiveInformationPolicy",
        /// The grounding of the response in its sources.
        optional contextual_grounding_policy: GuardrailContextualGroundingPolicyAssessment = "contextualGroundingPolicy",
        /// The consistency of the response with rules.
        optional automated_reasoning_policy: GuardrailAutomatedReasoningPolicyAssessment = "automatedReasoningPolicy",
        /// The duration and the costs of the assessment.
        optional invocation_metrics: GuardrailInvocationMetrics = "invocationMetrics",
        /// The guardrail.
        optional applied_guardrail_details: AppliedGuardrailDetails = "appliedGuardrailDetails",
    }
}

// Each assessment has its own, so the costs of a call with several guardrails are the sum over its assessments.
open_struct! {
    /// The duration and the costs of an assessment.
    pub struct GuardrailInvocationMetrics {
        /// The duration in milliseconds.
        optional guardrail_processing_latency: u64 = "guardrailProcessingLatency",
        /// The billed units.
        optional usage: GuardrailUsage = "usage",
        /// The amount of content that was evaluated.
        optional guardrail_coverage: GuardrailCoverage = "guardrailCoverage",
    }
}

// The service model requires the first six members. They are optional because gateways leave some out.
open_struct! {
    /// The billed units, by policy.
    pub struct GuardrailUsage {
        /// Units of denied topics.
        optional topic_policy_units: u64 = "topicPolicyUnits",
        /// Units of harmful content.
        optional content_policy_units: u64 = "contentPolicyUnits",
        /// Units of denied terms.
        optional word_policy_units: u64 = "wordPolicyUnits",
        /// Units of personal data.
        optional sensitive_information_policy_units: u64 = "sensitiveInformationPolicyUnits",
        /// Units of patterns, which are free.
        optional sensitive_information_policy_free_units: u64 = "sensitiveInformationPolicyFreeUnits",
        /// Units of contextual grounding.
        optional contextual_grounding_policy_units: u64 = "contextualGroundingPolicyUnits",
        /// Units of images.
        optional content_policy_image_units: u64 = "contentPolicyImageUnits",
        /// Units of automated reasoning.
        optional automated_reasoning_policy_units: u64 = "automatedReasoningPolicyUnits",
        /// The number of automated reasoning policies.
        optional automated_reasoning_policies: u64 = "automatedReasoningPolicies",
    }
}

open_struct! {
    /// The amount of content that was evaluated.
    pub struct GuardrailCoverage {
        /// Characters of text.
        optional text_characters: GuardrailCounts = "textCharacters",
        /// Images.
        optional images: GuardrailCounts = "images",
    }
}

open_struct! {
    /// The evaluated part of a total (`GuardrailTextCharactersCoverage`, `GuardrailImageCoverage`).
    pub struct GuardrailCounts {
        /// The number that was evaluated.
        optional guarded: u64 = "guarded",
        /// The total number.
        optional total: u64 = "total",
    }
}

open_struct! {
    /// The guardrail of an assessment.
    pub struct AppliedGuardrailDetails {
        /// The id.
        optional guardrail_id: String = "guardrailId",
        /// The version.
        optional guardrail_version: String = "guardrailVersion",
        /// The ARN.
        optional guardrail_arn: String = "guardrailArn",
        /// The levels that require the guardrail.
        optional guardrail_origin: Vec<GuardrailOrigin> = "guardrailOrigin",
        /// The owner.
        optional guardrail_ownership: GuardrailOwnership = "guardrailOwnership",
    }
}

// A guardrail of the account or the organization applies to a request without one as well, so a trace may name guardrails
// that the caller has never set.
open_enum! {
    /// The level that requires a guardrail.
    pub enum GuardrailOrigin {
        /// The request.
        Request = "REQUEST",
        /// The account.
        AccountEnforced = "ACCOUNT_ENFORCED",
        /// The organization.
        OrganizationEnforced = "ORGANIZATION_ENFORCED",
    }
}

open_enum! {
    /// The owner of a guardrail.
    pub enum GuardrailOwnership {
        // `Self` is a keyword of Rust.
        /// The caller's account.
        Own = "SELF",
        /// Another account.
        CrossAccount = "CROSS_ACCOUNT",
    }
}
