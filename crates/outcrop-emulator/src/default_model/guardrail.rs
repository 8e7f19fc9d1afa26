//! The default guardrail: every guardrail has one policy, with one blocked phrase.

use outcrop_converse::wire::{
    ApplyGuardrailRequest, ApplyGuardrailResponse, GuardrailAction, GuardrailAssessment,
    GuardrailContentBlock, GuardrailCounts, GuardrailCoverage, GuardrailCustomWord,
    GuardrailInvocationMetrics, GuardrailOutputContent, GuardrailPolicyAction, GuardrailUsage,
    GuardrailWordPolicyAssessment,
};

use crate::protocol::call::guarded_texts;

/// The phrase that is blocked, in this spelling. It is unlikely in a text that is not meant to be blocked.
const BLOCKED: &str = "BLOCK ME";

/// The output instead of a blocked text.
const BLOCKED_MESSAGE: &str = "Sorry, the guardrail of this emulator blocked that.";

/// The number of characters that AWS bills as one unit. See <https://aws.amazon.com/bedrock/pricing/>.
const CHARACTERS_PER_UNIT: u64 = 1000;

/// The latency that an assessment reports.
pub(super) const LATENCY_MS: u64 = 20;

/// Assesses the texts of a request.
pub(super) fn assess(request: &ApplyGuardrailRequest) -> ApplyGuardrailResponse {
    let texts = guarded_texts(request);
    let blocked = texts.iter().any(|text| text.contains(BLOCKED));
    let action = if blocked { GuardrailAction::GuardrailIntervened } else { GuardrailAction::None };
    let characters = texts.iter().map(|text| count(text.chars().count())).sum();
    let images =
        request.content.iter().filter(|block| matches!(block, GuardrailContentBlock::Image(_))).count();

    let mut metrics = GuardrailInvocationMetrics::new();
    metrics.guardrail_processing_latency = Some(LATENCY_MS);
    metrics.usage = Some(usage(characters));
    metrics.guardrail_coverage = Some(coverage(characters, count(images)));
    let mut assessment = GuardrailAssessment::new();
    assessment.word_policy = blocked.then(word_policy);
    assessment.invocation_metrics = Some(metrics);

    let mut response = ApplyGuardrailResponse::new(action);
    response.usage = Some(usage(characters));
    response.action_reason = Some(if blocked { "Guardrail blocked." } else { "No action." }.to_owned());
    response.outputs = Some(if blocked { vec![blocked_output()] } else { Vec::new() });
    response.assessments = Some(vec![assessment]);
    response.guardrail_coverage = Some(coverage(characters, count(images)));
    response
}

fn word_policy() -> GuardrailWordPolicyAssessment {
    let mut word = GuardrailCustomWord::new();
    word.matched = Some(BLOCKED.to_owned());
    word.action = Some(GuardrailPolicyAction::Blocked);
    word.detected = Some(true);
    let mut policy = GuardrailWordPolicyAssessment::new();
    policy.custom_words = Some(vec![word]);
    policy.managed_word_lists = Some(Vec::new());
    policy
}

fn blocked_output() -> GuardrailOutputContent {
    let mut output = GuardrailOutputContent::new();
    output.text = Some(BLOCKED_MESSAGE.to_owned());
    output
}

fn usage(characters: u64) -> GuardrailUsage {
    // There is only a word policy, but the service model requires the units of all policies.
    let mut usage = GuardrailUsage::new();
    usage.word_policy_units = Some(characters.div_ceil(CHARACTERS_PER_UNIT));
    usage.topic_policy_units = Some(0);
    usage.content_policy_units = Some(0);
    usage.sensitive_information_policy_units = Some(0);
    usage.sensitive_information_policy_free_units = Some(0);
    usage.contextual_grounding_policy_units = Some(0);
    usage
}

fn coverage(characters: u64, images: u64) -> GuardrailCoverage {
    // Images pass unseen, and the coverage reports it.
    let counts = |guarded, total| {
        let mut counts = GuardrailCounts::new();
        counts.guarded = Some(guarded);
        counts.total = Some(total);
        counts
    };
    let mut coverage = GuardrailCoverage::new();
    coverage.text_characters = Some(counts(characters, characters));
    coverage.images = (images > 0).then(|| counts(0, images));
    coverage
}

fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}
