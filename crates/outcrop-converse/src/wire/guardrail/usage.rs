//! What an assessment took, covered and was made by.

use outcrop_core::{open_enum, open_struct};

open_struct! {
    /// What an assessment took.
    pub struct GuardrailInvocationMetrics {
        /// Milliseconds.
        optional guardrail_processing_latency: u64 = "guardrailProcessingLatency",
        /// Units that are billed.
        optional usage: GuardrailUsage = "usage",
        /// How much was looked at.
        optional guardrail_coverage: GuardrailCoverage = "guardrailCoverage",
    }
}

open_struct! {
    /// Units that are billed, policy by policy. Gateways leave members out.
    pub struct GuardrailUsage {
        /// Of topics.
        optional topic_policy_units: u64 = "topicPolicyUnits",
        /// Of harmful content.
        optional content_policy_units: u64 = "contentPolicyUnits",
        /// Of words.
        optional word_policy_units: u64 = "wordPolicyUnits",
        /// Of personal data.
        optional sensitive_information_policy_units: u64 = "sensitiveInformationPolicyUnits",
        /// Of patterns, which are free.
        optional sensitive_information_policy_free_units: u64 = "sensitiveInformationPolicyFreeUnits",
        /// Of contextual grounding.
        optional contextual_grounding_policy_units: u64 = "contextualGroundingPolicyUnits",
        /// Of images.
        optional content_policy_image_units: u64 = "contentPolicyImageUnits",
        /// Of automated reasoning.
        optional automated_reasoning_policy_units: u64 = "automatedReasoningPolicyUnits",
        /// How many policies of automated reasoning there were.
        optional automated_reasoning_policies: u64 = "automatedReasoningPolicies",
    }
}

open_struct! {
    /// How much was looked at.
    pub struct GuardrailCoverage {
        /// Of the text's characters.
        optional text_characters: GuardrailCounts = "textCharacters",
        /// Of the images.
        optional images: GuardrailCounts = "images",
    }
}

open_struct! {
    /// How many were looked at, of how many (`GuardrailTextCharactersCoverage`, `GuardrailImageCoverage`).
    pub struct GuardrailCounts {
        /// How many were looked at.
        optional guarded: u64 = "guarded",
        /// How many there were.
        optional total: u64 = "total",
    }
}

open_struct! {
    /// Which guardrail made an assessment.
    pub struct AppliedGuardrailDetails {
        /// Its id.
        optional guardrail_id: String = "guardrailId",
        /// Its version.
        optional guardrail_version: String = "guardrailVersion",
        /// Its ARN.
        optional guardrail_arn: String = "guardrailArn",
        /// Who asked for it.
        optional guardrail_origin: Vec<GuardrailOrigin> = "guardrailOrigin",
        /// Whose it is.
        optional guardrail_ownership: GuardrailOwnership = "guardrailOwnership",
    }
}

open_enum! {
    /// Who asked for a guardrail.
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
    /// Whose a guardrail is.
    pub enum GuardrailOwnership {
        /// The caller's own.
        Own = "SELF",
        /// Another account's.
        CrossAccount = "CROSS_ACCOUNT",
    }
}
