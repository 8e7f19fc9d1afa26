//! The default guardrail: every guardrail has one policy, with one blocked phrase. It judges texts on their own, and the input
//! and output of conversations.

use outcrop_converse::wire::{
    ApplyGuardrailRequest, ApplyGuardrailResponse, ContentBlock, ConverseRequest, GuardrailAction,
    GuardrailAssessment, GuardrailContentBlock, GuardrailConverseContentBlock, GuardrailCounts,
    GuardrailCoverage, GuardrailCustomWord, GuardrailInvocationMetrics, GuardrailOutputContent,
    GuardrailPolicyAction, GuardrailStreamProcessingMode, GuardrailTrace, GuardrailTraceAssessment,
    GuardrailUsage, GuardrailWordPolicyAssessment, Message, SystemContentBlock,
};

use crate::protocol::call::guarded_texts;

/// The phrase that is blocked, in this spelling. It is unlikely in a text that is not meant to be blocked.
pub(super) const BLOCKED: &str = "BLOCK ME";

/// The output instead of a blocked text.
const BLOCKED_MESSAGE: &str = "Sorry, the guardrail of this emulator blocked that.";

/// The number of characters that AWS bills as one unit. See <https://aws.amazon.com/bedrock/pricing/>.
pub(super) const CHARACTERS_PER_UNIT: u64 = 1000;

/// The latency that an assessment reports.
pub(super) const LATENCY_MS: u64 = 20;

/// Assesses the texts of a request.
pub(super) fn assess(request: &ApplyGuardrailRequest) -> ApplyGuardrailResponse {
    let texts = guarded_texts(request);
    let images =
        request.content.iter().filter(|block| matches!(block, GuardrailContentBlock::Image(_))).count();
    let blocked = is_blocked(&texts);
    let characters = count_characters(&texts);

    let action = if blocked { GuardrailAction::GuardrailIntervened } else { GuardrailAction::None };
    let mut response = ApplyGuardrailResponse::new(action);
    response.usage = Some(usage(characters));
    response.action_reason = Some(action_reason(blocked));
    response.outputs = Some(if blocked { vec![blocked_output()] } else { Vec::new() });
    response.assessments = Some(vec![assessment(&texts, count(images))]);
    response.guardrail_coverage = Some(coverage(characters, count(images)));
    response
}

/// Returns whether a guardrail blocks any of some texts.
fn is_blocked(texts: &[String]) -> bool {
    texts.iter().any(|text| text.contains(BLOCKED))
}

fn action_reason(blocked: bool) -> String {
    if blocked { "Guardrail blocked." } else { "No action." }.to_owned()
}

fn assessment(texts: &[String], images: u64) -> GuardrailAssessment {
    let characters = count_characters(texts);
    let mut metrics = GuardrailInvocationMetrics::new();
    metrics.guardrail_processing_latency = Some(LATENCY_MS);
    metrics.usage = Some(usage(characters));
    metrics.guardrail_coverage = Some(coverage(characters, images));
    let mut assessment = GuardrailAssessment::new();
    assessment.word_policy = is_blocked(texts).then(word_policy);
    assessment.invocation_metrics = Some(metrics);
    assessment
}

fn count_characters(texts: &[String]) -> u64 {
    texts.iter().map(|text| count(text.chars().count())).sum()
}

/// The guardrail of a conversation.
pub(super) struct Guard<'r> {
    id: &'r str,
    has_trace: bool,
    /// Whether a stream is sent while the guardrail judges it.
    is_async: bool,
    input: Vec<String>,
}

/// The judgement of a response.
pub(super) struct JudgedOutput {
    /// The content in place of the response, if it is blocked.
    pub(super) replacement: Option<Vec<ContentBlock>>,
    pub(super) trace: Option<GuardrailTraceAssessment>,
}

impl<'r> Guard<'r> {
    /// Returns the guardrail that a request names.
    pub(super) fn from_request(request: &'r ConverseRequest) -> Option<Self> {
        let config = request.guardrail_config.as_ref()?;
        let id = config.guardrail_identifier.as_deref().filter(|id| !id.is_empty())?;
        let has_trace = matches!(config.trace, Some(GuardrailTrace::Enabled | GuardrailTrace::EnabledFull));
        let is_async = config.stream_processing_mode == Some(GuardrailStreamProcessingMode::Async);
        Some(Self { id, has_trace, is_async, input: input_texts(request) })
    }

    /// Returns the content in place of a response, if the input is blocked.
    pub(super) fn block_input(&self) -> Option<Vec<ContentBlock>> {
        is_blocked(&self.input).then(blocked_content)
    }

    /// Returns the trace of the input, if the request enables it.
    pub(super) fn input_trace(&self) -> Option<GuardrailTraceAssessment> {
        self.has_trace.then(|| {
            let mut trace = GuardrailTraceAssessment::new();
            trace.input_assessment = Some([(self.id, assessment(&self.input, 0))].into_iter().collect());
            trace.action_reason = Some(action_reason(is_blocked(&self.input)));
            trace
        })
    }

    /// Judges a response.
    ///
    /// A stream in the mode `async` is sent up to the blocked phrase, because it is judged on the way. All others are
    /// replaced. See <https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-streaming.html>.
    pub(super) fn judge_output(&self, content: &[ContentBlock], is_stream: bool) -> JudgedOutput {
        let texts = content.iter().filter_map(|block| match block {
            ContentBlock::Text(text) => Some(text.clone()),
            _ => None,
        });
        let texts: Vec<String> = texts.collect();
        let blocked = is_blocked(&texts);
        let replacement = blocked.then(|| {
            if is_stream && self.is_async { content_up_to_phrase(content) } else { blocked_content() }
        });
        let trace = self.has_trace.then(|| {
            let mut trace = GuardrailTraceAssessment::new();
            trace.output_assessments = Some([(self.id, vec![assessment(&texts, 0)])].into_iter().collect());
            trace.model_output = blocked.then_some(texts);
            trace.action_reason = Some(action_reason(blocked));
            trace
        });
        JudgedOutput { replacement, trace }
    }

    /// Merges the traces of input and output. The reason is that of the output, which was reached.
    pub(super) fn merge_traces(
        &self,
        input: Option<GuardrailTraceAssessment>,
        output: Option<GuardrailTraceAssessment>,
    ) -> Option<GuardrailTraceAssessment> {
        let mut merged = output?;
        merged.input_assessment = input.and_then(|input| input.input_assessment);
        Some(merged)
    }
}

/// Returns the texts of a conversation that a guardrail judges: those that are marked, or all of the messages if none is.
// Marked text is in `guardContent`. See https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-converse-api.html.
fn input_texts(request: &ConverseRequest) -> Vec<String> {
    let marked_text = |content: &GuardrailConverseContentBlock| match content {
        GuardrailConverseContentBlock::Text(block) => Some(block.text.clone()),
        _ => None,
    };
    let system = request.system.iter().flatten().filter_map(|block| match block {
        SystemContentBlock::GuardContent(content) => marked_text(content),
        _ => None,
    });
    let blocks = || request.messages.iter().flatten().flat_map(Message::blocks);
    let messages = blocks().filter_map(|block| match block {
        ContentBlock::GuardContent(content) => marked_text(content),
        _ => None,
    });
    let marked: Vec<String> = system.chain(messages).collect();
    if !marked.is_empty() {
        return marked;
    }
    let all = blocks().filter_map(|block| match block {
        ContentBlock::Text(text) => Some(text.clone()),
        _ => None,
    });
    all.collect()
}

fn blocked_content() -> Vec<ContentBlock> {
    vec![ContentBlock::Text(BLOCKED_MESSAGE.to_owned())]
}

/// Cuts content after the blocked phrase.
fn content_up_to_phrase(content: &[ContentBlock]) -> Vec<ContentBlock> {
    let mut sent = Vec::new();
    for block in content {
        if let ContentBlock::Text(text) = block {
            if let Some(start) = text.find(BLOCKED) {
                let end = start.saturating_add(BLOCKED.len());
                sent.push(ContentBlock::Text(text.get(..end).unwrap_or(text).to_owned()));
                return sent;
            }
        }
        sent.push(block.clone());
    }
    sent
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

pub(super) fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}
