//! Findings, policy by policy.
//!
//! None of the members is required, though the reference has them so: findings are told beside an answer that was paid
//! for, and must not keep it from being read.

use outcrop_core::{open_enum, open_struct};
use serde_json::Number;

open_enum! {
    /// What was done about a finding. Which of these there are differs by policy.
    pub enum GuardrailPolicyAction {
        /// The text was blocked.
        Blocked = "BLOCKED",
        /// The passage was masked.
        Anonymized = "ANONYMIZED",
        /// Nothing.
        None = "NONE",
    }
}

open_enum! {
    /// A level of confidence, or of strictness.
    pub enum GuardrailLevel { None = "NONE", Low = "LOW", Medium = "MEDIUM", High = "HIGH" }
}

open_struct! {
    /// Topics that were found.
    pub struct GuardrailTopicPolicyAssessment {
        /// The topics.
        optional topics: Vec<GuardrailTopic> = "topics",
    }
}

open_struct! {
    /// A topic that was found.
    pub struct GuardrailTopic {
        /// Its name.
        optional name: String = "name",
        /// What the policy says of it.
        optional kind: GuardrailTopicType = "type",
        /// What was done.
        optional action: GuardrailPolicyAction = "action",
        /// Whether it was found.
        optional detected: bool = "detected",
    }
}

open_enum! {
    /// What a policy says of a topic.
    pub enum GuardrailTopicType { Deny = "DENY" }
}

open_struct! {
    /// Harmful content that was found.
    pub struct GuardrailContentPolicyAssessment {
        /// The filters that looked for it.
        optional filters: Vec<GuardrailContentFilter> = "filters",
    }
}

open_struct! {
    /// A filter for harmful content.
    pub struct GuardrailContentFilter {
        /// What it looks for.
        optional kind: GuardrailContentFilterType = "type",
        /// How sure it is.
        optional confidence: GuardrailLevel = "confidence",
        /// How strict it is.
        optional filter_strength: GuardrailLevel = "filterStrength",
        /// What was done.
        optional action: GuardrailPolicyAction = "action",
        /// Whether anything was found.
        optional detected: bool = "detected",
    }
}

open_enum! {
    /// What a filter for harmful content looks for.
    pub enum GuardrailContentFilterType {
        Insults = "INSULTS", Hate = "HATE", Sexual = "SEXUAL", Violence = "VIOLENCE", Misconduct = "MISCONDUCT",
        PromptAttack = "PROMPT_ATTACK",
    }
}

open_struct! {
    /// Words that were found.
    pub struct GuardrailWordPolicyAssessment {
        /// Words of the policy's own.
        optional custom_words: Vec<GuardrailCustomWord> = "customWords",
        /// Words of lists that AWS keeps.
        optional managed_word_lists: Vec<GuardrailManagedWord> = "managedWordLists",
    }
}

open_struct! {
    /// A word of the policy's own.
    pub struct GuardrailCustomWord {
        /// The word.
        optional matched: String = "match",
        /// What was done.
        optional action: GuardrailPolicyAction = "action",
        /// Whether it was found.
        optional detected: bool = "detected",
    }
}

open_struct! {
    /// A word of a list that AWS keeps.
    pub struct GuardrailManagedWord {
        /// The word.
        optional matched: String = "match",
        /// The list.
        optional kind: GuardrailManagedWordType = "type",
        /// What was done.
        optional action: GuardrailPolicyAction = "action",
        /// Whether it was found.
        optional detected: bool = "detected",
    }
}

open_enum! {
    /// A list that AWS keeps.
    pub enum GuardrailManagedWordType { Profanity = "PROFANITY" }
}

open_struct! {
    /// Personal data and patterns that were found.
    pub struct GuardrailSensitiveInformationPolicyAssessment {
        /// Personal data.
        optional pii_entities: Vec<GuardrailPiiEntityFilter> = "piiEntities",
        /// Patterns.
        optional regexes: Vec<GuardrailRegexFilter> = "regexes",
    }
}

open_struct! {
    /// Personal data.
    pub struct GuardrailPiiEntityFilter {
        /// The data.
        optional matched: String = "match",
        /// What kind of data it is.
        optional kind: GuardrailPiiEntityType = "type",
        /// What was done.
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
        /// Its name.
        optional name: String = "name",
        /// What it was found in.
        optional matched: String = "match",
        /// The pattern.
        optional regex: String = "regex",
        /// What was done.
        optional action: GuardrailPolicyAction = "action",
        /// Whether it was found.
        optional detected: bool = "detected",
    }
}

open_struct! {
    /// Whether the answer keeps to its sources.
    pub struct GuardrailContextualGroundingPolicyAssessment {
        /// The filters that looked at it.
        optional filters: Vec<GuardrailContextualGroundingFilter> = "filters",
    }
}

open_struct! {
    /// A filter of contextual grounding.
    pub struct GuardrailContextualGroundingFilter {
        /// What it looks at.
        optional kind: GuardrailContextualGroundingFilterType = "type",
        /// The least score that passes, 0 to 1.
        optional threshold: Number = "threshold",
        /// The score, 0 to 1.
        optional score: Number = "score",
        /// What was done.
        optional action: GuardrailPolicyAction = "action",
        /// Whether the score was too low.
        optional detected: bool = "detected",
    }
}

open_enum! {
    /// What a filter of contextual grounding looks at.
    pub enum GuardrailContextualGroundingFilterType {
        /// Whether the answer follows from the source.
        Grounding = "GROUNDING",
        /// Whether the answer is one to the question.
        Relevance = "RELEVANCE",
    }
}
