//! ApplyGuardrail.

use outcrop_converse::wire::{
    ApplyGuardrailRequest, ApplyGuardrailResponse, GuardrailAction, GuardrailAssessment,
    GuardrailContentBlock, GuardrailCounts, GuardrailCoverage, GuardrailCustomWord,
    GuardrailInvocationMetrics, GuardrailOutputContent, GuardrailPolicyAction, GuardrailUsage,
    GuardrailWordPolicyAssessment,
};

use crate::call::{self, Call};
use crate::fault::Fault;
use crate::reply::Reply;
use crate::schema::{self, BodySchema};

/// The words that the default guardrail blocks, in this spelling.
const BLOCKED: &str = "BLOCK ME";

/// What it says instead.
const INSTEAD: &str = "Sorry, the guardrail of this emulator blocked that.";

/// How many characters are billed as one unit.
const CHARACTERS_A_UNIT: u64 = 1000;

const LATENCY_MS: u64 = 20;

pub(super) fn check(call: &Call) -> Result<(), Fault> {
    schema::check(BodySchema::ApplyGuardrail, call.body())
}

/// Every guardrail has one policy, of words, with one word in it.
pub(super) fn answer(call: &Call) -> Result<Reply, Fault> {
    super::reply(&judge(&call.judgement()?), LATENCY_MS)
}

fn judge(request: &ApplyGuardrailRequest) -> ApplyGuardrailResponse {
    let texts = call::texts(request);
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
    assessment.word_policy = blocked.then(blocked_word);
    assessment.invocation_metrics = Some(metrics);

    let mut response = ApplyGuardrailResponse::new(action);
    response.usage = Some(usage(characters));
    response.action_reason = Some(if blocked { "Guardrail blocked." } else { "No action." }.to_owned());
    response.outputs = Some(if blocked { vec![instead()] } else { Vec::new() });
    response.assessments = Some(vec![assessment]);
    response.guardrail_coverage = Some(coverage(characters, count(images)));
    response
}

fn blocked_word() -> GuardrailWordPolicyAssessment {
    let mut word = GuardrailCustomWord::new();
    word.matched = Some(BLOCKED.to_owned());
    word.action = Some(GuardrailPolicyAction::Blocked);
    word.detected = Some(true);
    let mut policy = GuardrailWordPolicyAssessment::new();
    policy.custom_words = Some(vec![word]);
    policy.managed_word_lists = Some(Vec::new());
    policy
}

fn instead() -> GuardrailOutputContent {
    let mut output = GuardrailOutputContent::new();
    output.text = Some(INSTEAD.to_owned());
    output
}

/// Only words are judged; the service model requires the other counts as well.
fn usage(characters: u64) -> GuardrailUsage {
    let mut usage = GuardrailUsage::new();
    usage.word_policy_units = Some(characters.div_ceil(CHARACTERS_A_UNIT));
    usage.topic_policy_units = Some(0);
    usage.content_policy_units = Some(0);
    usage.sensitive_information_policy_units = Some(0);
    usage.sensitive_information_policy_free_units = Some(0);
    usage.contextual_grounding_policy_units = Some(0);
    usage
}

/// Texts are looked at, images are not.
fn coverage(characters: u64, images: u64) -> GuardrailCoverage {
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

fn count(things: usize) -> u64 {
    u64::try_from(things).unwrap_or(u64::MAX)
}
