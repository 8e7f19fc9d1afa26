//! The default findings of InvokeGuardrailChecks: the blocked phrase of the default guardrail is harmful and an attack, and
//! e-mail addresses are personal data.

use outcrop_converse::wire::{
    GuardrailChecksContentBlock, GuardrailChecksContentFilterResult, GuardrailChecksContentFilterResultEntry,
    GuardrailChecksPromptAttackResult, GuardrailChecksPromptAttackResultEntry, GuardrailChecksResults,
    GuardrailChecksSensitiveInformationResult, GuardrailChecksSensitiveInformationResultEntry,
    GuardrailChecksUsage, GuardrailChecksUsageResults, GuardrailPiiEntityType, InvokeGuardrailChecksRequest,
    InvokeGuardrailChecksResponse,
};
use serde_json::Number;

use super::guardrail::{BLOCKED, CHARACTERS_PER_UNIT, count};
use crate::protocol::call::checked_texts;

/// Makes the checks of a request. Only these have findings and units.
pub(super) fn assess(request: &InvokeGuardrailChecksRequest) -> InvokeGuardrailChecksResponse {
    let checks = &request.checks;
    let score = Number::from_f64(f64::from(checked_texts(request).any(|text| text.contains(BLOCKED))));
    let characters: u64 = checked_texts(request).map(|text| count(text.chars().count())).sum();
    let mut units = GuardrailChecksUsage::new();
    units.text_units = Some(characters.div_ceil(CHARACTERS_PER_UNIT));

    let mut results = GuardrailChecksResults::new();
    let mut usage = GuardrailChecksUsageResults::new();
    if let Some(check) = &checks.content_filter {
        let entries = check.categories.iter().map(|config| {
            let mut entry = GuardrailChecksContentFilterResultEntry::new();
            entry.category = Some(config.category.clone());
            entry.severity_score.clone_from(&score);
            entry
        });
        let mut result = GuardrailChecksContentFilterResult::new();
        result.results = Some(entries.collect());
        results.content_filter = Some(result);
        usage.content_filter = Some(units.clone());
    }
    if let Some(check) = &checks.prompt_attack {
        let entries = check.categories.iter().map(|config| {
            let mut entry = GuardrailChecksPromptAttackResultEntry::new();
            entry.category = Some(config.category.clone());
            entry.severity_score.clone_from(&score);
            entry
        });
        let mut result = GuardrailChecksPromptAttackResult::new();
        result.results = Some(entries.collect());
        results.prompt_attack = Some(result);
        usage.prompt_attack = Some(units.clone());
    }
    if let Some(check) = &checks.sensitive_information {
        let looks_for_mail = check.entities.iter().any(|entity| entity.kind == GuardrailPiiEntityType::Email);
        let mut result = GuardrailChecksSensitiveInformationResult::new();
        result.results = Some(if looks_for_mail { mail_addresses(request) } else { Vec::new() });
        result.truncated = Some(false);
        results.sensitive_information = Some(result);
        usage.sensitive_information = Some(units);
    }
    let mut response = InvokeGuardrailChecksResponse::new(results);
    response.usage = Some(usage);
    response
}

/// Finds the e-mail addresses of all messages.
fn mail_addresses(
    request: &InvokeGuardrailChecksRequest,
) -> Vec<GuardrailChecksSensitiveInformationResultEntry> {
    let mut found = Vec::new();
    for (message, message_index) in request.messages.iter().zip(0..) {
        for (block, content_index) in message.content.iter().zip(0..) {
            let GuardrailChecksContentBlock::Text(text) = block else { continue };
            for (begin, end) in mail_addresses_in(text) {
                let mut entry = GuardrailChecksSensitiveInformationResultEntry::new();
                entry.kind = Some(GuardrailPiiEntityType::Email);
                entry.confidence_score = Number::from_f64(1.0);
                entry.begin_offset = Some(begin);
                entry.end_offset = Some(end);
                entry.message_index = Some(message_index);
                entry.content_index = Some(content_index);
                found.push(entry);
            }
        }
    }
    found
}

/// Returns the first character of each e-mail address and the character after it. Offsets count characters, not bytes.
fn mail_addresses_in(text: &str) -> Vec<(u64, u64)> {
    let is_part = |character: char| character.is_alphanumeric() || "@.+-_".contains(character);
    let mut found = Vec::new();
    let mut offset: u64 = 0;
    for part in text.split_inclusive(|character| !is_part(character)) {
        // A full stop after an address ends the sentence.
        let address = part.trim_end_matches(|character| !is_part(character) || character == '.');
        if address.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
            found.push((offset, offset.saturating_add(count(address.chars().count()))));
        }
        offset = offset.saturating_add(count(part.chars().count()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::mail_addresses_in;

    #[test]
    fn offsets_of_addresses_count_characters() {
        for (text, found) in [
            ("", vec![]),
            ("ann@example.com", vec![(0, 15)]),
            ("é: <ann@example.com>, bob@b.org.", vec![(4, 19), (22, 31)]),
            ("@home or a@b", vec![]),
        ] {
            assert_eq!(mail_addresses_in(text), found, "{text}");
        }
    }
}
