//! The bodies of InvokeGuardrailChecks, which assesses messages with checks that are in the request itself.
//!
//! The members of a finding are optional, although the service model requires them: the call was billed, and a missing
//! member must not make the other findings unreadable.

use outcrop_core::{open_enum, open_struct, open_union};
use serde_json::Number;

use super::GuardrailPiiEntityType;

open_struct! {
    /// The body of an InvokeGuardrailChecks request.
    pub struct InvokeGuardrailChecksRequest {
        /// The messages to assess, at least one.
        required messages: Vec<GuardrailChecksMessage> = "messages",
        /// The checks, at least one.
        required checks: GuardrailChecksConfig = "checks",
    }
}

open_struct! {
    /// A message to assess.
    pub struct GuardrailChecksMessage {
        /// The author.
        required role: GuardrailChecksRole = "role",
        /// The content, at least one block.
        required content: Vec<GuardrailChecksContentBlock> = "content",
    }
}

// The roles of a conversation are fewer: a system message is a member of its own there.
open_enum! {
    /// The author of a message to assess.
    pub enum GuardrailChecksRole {
        /// The user.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// The program.
        System = "system",
    }
}

open_union! {
    /// Content of a message to assess.
    pub enum GuardrailChecksContentBlock {
        /// Text, not empty.
        Text(String) = "text",
    }
}

open_struct! {
    /// The checks of a request. Those that are absent are not made.
    pub struct GuardrailChecksConfig {
        /// Harmful content.
        optional content_filter: GuardrailChecksContentFilterConfig = "contentFilter",
        /// Attacks on the prompt.
        optional prompt_attack: GuardrailChecksPromptAttackConfig = "promptAttack",
        /// Personal data.
        optional sensitive_information: GuardrailChecksSensitiveInformationConfig = "sensitiveInformation",
    }
}

open_struct! {
    /// The check for harmful content.
    pub struct GuardrailChecksContentFilterConfig {
        /// The categories, one to five.
        required categories: Vec<GuardrailChecksContentFilterCategoryConfig> = "categories",
    }
}

open_struct! {
    /// A category of harmful content to look for.
    pub struct GuardrailChecksContentFilterCategoryConfig {
        /// The category.
        required category: GuardrailChecksContentFilterCategory = "category",
    }
}

// Unlike the filters of a guardrail, these have no prompt attack: that is a check of its own.
open_enum! {
    /// A category of harmful content.
    pub enum GuardrailChecksContentFilterCategory {
        Violence = "VIOLENCE", Hate = "HATE", Sexual = "SEXUAL", Misconduct = "MISCONDUCT", Insults = "INSULTS",
    }
}

open_struct! {
    /// The check for attacks on the prompt.
    pub struct GuardrailChecksPromptAttackConfig {
        /// The categories, one to three.
        required categories: Vec<GuardrailChecksPromptAttackCategoryConfig> = "categories",
    }
}

open_struct! {
    /// A category of attacks to look for.
    pub struct GuardrailChecksPromptAttackCategoryConfig {
        /// The category.
        required category: GuardrailChecksPromptAttackCategory = "category",
    }
}

open_enum! {
    /// A category of attacks on the prompt.
    pub enum GuardrailChecksPromptAttackCategory {
        /// Text that makes the model ignore its safeguards.
        Jailbreak = "JAILBREAK",
        /// Text that replaces the instructions of the program.
        PromptInjection = "PROMPT_INJECTION",
        /// Text that makes the model repeat its instructions.
        PromptLeakage = "PROMPT_LEAKAGE",
    }
}

open_struct! {
    /// The check for personal data.
    pub struct GuardrailChecksSensitiveInformationConfig {
        /// The kinds of data, one to 31.
        required entities: Vec<GuardrailChecksSensitiveInformationEntityConfig> = "entities",
    }
}

open_struct! {
    /// A kind of personal data to look for.
    pub struct GuardrailChecksSensitiveInformationEntityConfig {
        /// The kind.
        required kind: GuardrailPiiEntityType = "type",
    }
}

open_struct! {
    /// The body of an InvokeGuardrailChecks response.
    pub struct InvokeGuardrailChecksResponse {
        /// The findings of the checks.
        required results: GuardrailChecksResults = "results",
        /// The billed units.
        optional usage: GuardrailChecksUsageResults = "usage",
    }
}

open_struct! {
    /// The findings, by check. Only checks of the request have one.
    pub struct GuardrailChecksResults {
        /// Harmful content.
        optional content_filter: GuardrailChecksContentFilterResult = "contentFilter",
        /// Attacks on the prompt.
        optional prompt_attack: GuardrailChecksPromptAttackResult = "promptAttack",
        /// Personal data.
        optional sensitive_information: GuardrailChecksSensitiveInformationResult = "sensitiveInformation",
    }
}

open_struct! {
    /// The findings of the check for harmful content.
    pub struct GuardrailChecksContentFilterResult {
        /// The severity of each category.
        optional results: Vec<GuardrailChecksContentFilterResultEntry> = "results",
    }
}

open_struct! {
    /// The severity of a category of harmful content.
    pub struct GuardrailChecksContentFilterResultEntry {
        /// The category.
        optional category: GuardrailChecksContentFilterCategory = "category",
        /// The severity, 0 to 1.
        optional severity_score: Number = "severityScore",
    }
}

open_struct! {
    /// The findings of the check for attacks on the prompt.
    pub struct GuardrailChecksPromptAttackResult {
        /// The severity of each category.
        optional results: Vec<GuardrailChecksPromptAttackResultEntry> = "results",
    }
}

open_struct! {
    /// The severity of a category of attacks.
    pub struct GuardrailChecksPromptAttackResultEntry {
        /// The category.
        optional category: GuardrailChecksPromptAttackCategory = "category",
        /// The severity, 0 to 1.
        optional severity_score: Number = "severityScore",
    }
}

open_struct! {
    /// The findings of the check for personal data.
    pub struct GuardrailChecksSensitiveInformationResult {
        /// The data that was found.
        optional results: Vec<GuardrailChecksSensitiveInformationResultEntry> = "results",
        /// Whether there is more data than the list has.
        optional truncated: bool = "truncated",
    }
}

open_struct! {
    /// Personal data in a message.
    pub struct GuardrailChecksSensitiveInformationResultEntry {
        /// The kind.
        optional kind: GuardrailPiiEntityType = "type",
        /// The confidence, 0 to 1.
        optional confidence_score: Number = "confidenceScore",
        /// The first character, within its block.
        optional begin_offset: u64 = "beginOffset",
        /// The character after the last one, within its block.
        optional end_offset: u64 = "endOffset",
        /// The index of the message.
        optional message_index: u64 = "messageIndex",
        /// The index of the block within the message.
        optional content_index: u64 = "contentIndex",
    }
}

open_struct! {
    /// The billed units, by check.
    pub struct GuardrailChecksUsageResults {
        /// Harmful content.
        optional content_filter: GuardrailChecksUsage = "contentFilter",
        /// Attacks on the prompt.
        optional prompt_attack: GuardrailChecksUsage = "promptAttack",
        /// Personal data.
        optional sensitive_information: GuardrailChecksUsage = "sensitiveInformation",
    }
}

// The service model has a structure per check, which are the same.
open_struct! {
    /// The billed units of a check.
    pub struct GuardrailChecksUsage {
        /// The units of text.
        optional text_units: u64 = "textUnits",
    }
}
