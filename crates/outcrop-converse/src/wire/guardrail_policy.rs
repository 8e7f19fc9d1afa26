//! The findings of a guardrail's policies.
//!
//! No member is required, although the service model requires some: findings come with a response that was billed, and
//! must not make it unreadable.

use outcrop_core::{open_enum, open_struct};
use serde_json::Number;

// The service model has an enum per policy. Each is a part of this one.
open_enum! {
    /// The action for a finding. No policy has all of them.
    pub enum GuardrailPolicyAction {
        /// The text was blocked.
        Blocked = "BLOCKED",
        /// The passage was masked.
        Anonymized = "ANONYMIZED",
        /// None.
        None = "NONE",
    }
}

// One type for `GuardrailContentFilterConfidence` and `GuardrailContentFilterStrength`, which have the same values.
open_enum! {
    /// A level of confidence or of strength.
    pub enum GuardrailLevel { None = "NONE", Low = "LOW", Medium = "MEDIUM", High = "HIGH" }
}

open_struct! {
    /// The findings of denied topics.
    pub struct GuardrailTopicPolicyAssessment {
        /// The topics.
        optional topics: Vec<GuardrailTopic> = "topics",
    }
}

open_struct! {
    /// A denied topic.
    pub struct GuardrailTopic {
        /// The name.
        optional name: String = "name",
        /// The kind of topic.
        optional kind: GuardrailTopicType = "type",
        /// The action.
        optional action: GuardrailPolicyAction = "action",
        // With `enabled_full`, a trace also lists what was not found.
        /// Whether it was found.
        optional detected: bool = "detected",
    }
}

open_enum! {
    /// A kind of topic.
    pub enum GuardrailTopicType { Deny = "DENY" }
}

open_struct! {
    /// The findings of harmful content.
    pub struct GuardrailContentPolicyAssessment {
        /// The filters.
        optional filters: Vec<GuardrailContentFilter> = "filters",
    }
}

open_struct! {
    /// A filter for harmful content.
    pub struct GuardrailContentFilter {
        /// The kind of content.
        optional kind: GuardrailContentFilterType = "type",
        /// The confidence of the finding.
        optional confidence: GuardrailLevel = "confidence",
        /// The strength of the filter.
        optional filter_strength: GuardrailLevel = "filterStrength",
        /// The action.
        optional action: GuardrailPolicyAction = "action",
        /// Whether anything was found.
        optional detected: bool = "detected",
    }
}

open_enum! {
    /// A kind of harmful content.
    pub enum GuardrailContentFilterType {
        Insults = "INSULTS", Hate = "HATE", Sexual = "SEXUAL", Violence = "VIOLENCE", Misconduct = "MISCONDUCT",
        PromptAttack = "PROMPT_ATTACK",
    }
}

open_struct! {
    /// The findings of denied terms.
    pub struct GuardrailWordPolicyAssessment {
        /// Terms of the policy.
        optional custom_words: Vec<GuardrailCustomWord> = "customWords",
        /// Terms of lists that AWS maintains.
        optional managed_word_lists: Vec<GuardrailManagedWord> = "managedWordLists",
    }
}

open_struct! {
    /// A term of the policy.
    pub struct GuardrailCustomWord {
        /// The term.
        optional matched: String = "match",
        /// The action.
        optional action: GuardrailPolicyAction = "action",
        /// Whether it was found.
        optional detected: bool = "detected",
    }
}

open_struct! {
    /// A term of a list that AWS maintains.
    pub struct GuardrailManagedWord {
        /// The term.
        optional matched: String = "match",
        /// The list.
        optional kind: GuardrailManagedWordType = "type",
        /// The action.
        optional action: GuardrailPolicyAction = "action",
        /// Whether it was found.
        optional detected: bool = "detected",
    }
}

open_enum! {
    /// A list that AWS maintains.
    pub enum GuardrailManagedWordType { Profanity = "PROFANITY" }
}

open_struct! {
    /// The findings of personal data and patterns.
    pub struct GuardrailSensitiveInformationPolicyAssessment {
        /// The personal data.
        optional pii_entities: Vec<GuardrailPiiEntityFilter> = "piiEntities",
        /// The patterns.
        optional regexes: Vec<GuardrailRegexFilter> = "regexes",
    }
}

open_struct! {
    /// Personal data.
    pub struct GuardrailPiiEntityFilter {
        /// The data.
        optional matched: String = "match",
        /// The kind of data.
        optional kind: GuardrailPiiEntityType = "type",
        /// The action.
        optional action: GuardrailPolicyAction = "action",
        /// Whether it was found.
        optional detected: bool = "detected",
    }
}

open_enum! {
    /// A kind of personal data.
    pub enum GuardrailPiiEntityType {
        Address = "ADDRESS", Age = "AGE", AwsAccessKey = "AWS_ACCESS_KEY", AwsSecretKey = "AWS_SECRET_KEY",
        CaHealthNumber = "CA_HEALTH_NUMBER", CaSocialInsuranceNumber = "CA_SOCIAL_INSURANCE_NUMBER",
        CreditDebitCardCvv = "CREDIT_DEBIT_CARD_CVV", CreditDebitCardExpiry = "CREDIT_DEBIT_CARD_EXPIRY",
        CreditDebitCardNumber = "CREDIT_DEBIT_CARD_NUMBER", DriverId = "DRIVER_ID", Email = "EMAIL",
        InternationalBankAccountNumber = "INTERNATIONAL_BANK_ACCOUNT_NUMBER", IpAddress = "IP_ADDRESS",
        LicensePlate = "LICENSE_PLATE", MacAddress = "MAC_ADDRESS", Name = "NAME", Password = "PASSWORD",
        Phone = "PHONE", Pin = "PIN", SwiftCode = "SWIFT_CODE",
        UkNationalHealthServiceNumber = "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
        UkNationalInsuranceNumber = "UK_NATIONAL_INSURANCE_NUMBER",
        UkUniqueTaxpayerReferenceNumber = "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER", Url = "URL", Username = "USERNAME",
        UsBankAccountNumber = "US_BANK_ACCOUNT_NUMBER", UsBankRoutingNumber = "US_BANK_ROUTING_NUMBER",
        UsIndividualTaxIdentificationNumber = "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
        UsPassportNumber = "US_PASSPORT_NUMBER", UsSocialSecurityNumber = "US_SOCIAL_SECURITY_NUMBER",
        VehicleIdentificationNumber = "VEHICLE_IDENTIFICATION_NUMBER",
    }
}

open_struct! {
    /// A pattern.
    pub struct GuardrailRegexFilter {
        /// The name.
        optional name: String = "name",
        /// The text that matched.
        optional matched: String = "match",
        /// The pattern.
        optional regex: String = "regex",
        /// The action.
        optional action: GuardrailPolicyAction = "action",
        /// Whether it was found.
        optional detected: bool = "detected",
    }
}

open_struct! {
    /// The findings on the grounding of the response in its sources.
    pub struct GuardrailContextualGroundingPolicyAssessment {
        /// The filters.
        optional filters: Vec<GuardrailContextualGroundingFilter> = "filters",
    }
}

open_struct! {
    /// A filter of contextual grounding.
    pub struct GuardrailContextualGroundingFilter {
        /// The kind of filter.
        optional kind: GuardrailContextualGroundingFilterType = "type",
        /// The minimum score, 0 to 1.
        optional threshold: Number = "threshold",
        /// The score, 0 to 1.
        optional score: Number = "score",
        /// The action.
        optional action: GuardrailPolicyAction = "action",
        /// Whether the score was below the minimum.
        optional detected: bool = "detected",
    }
}

open_enum! {
    /// A kind of contextual grounding.
    pub enum GuardrailContextualGroundingFilterType {
        /// Whether the response is based on the source.
        Grounding = "GROUNDING",
        /// Whether the response is an answer to the question.
        Relevance = "RELEVANCE",
    }
}
