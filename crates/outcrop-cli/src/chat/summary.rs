//! The line that follows a reply.

use std::time::Duration;

use outcrop::UnifiedResponse;

/// Usage, cost, latency, the time to the first piece, and finish reason in a line.
pub(super) fn summary(response: &UnifiedResponse, elapsed: Duration, first: Option<Duration>) -> String {
    let usage = &response.usage;
    let tokens = |count: Option<u64>| count.map_or_else(|| "?".to_owned(), |count| count.to_string());
    let mut parts =
        vec![format!("{} tokens in, {} out", tokens(usage.prompt_tokens), tokens(usage.completion_tokens))];
    if let Some(read) = usage.cache_read_input_tokens.filter(|read| *read > 0) {
        parts.push(format!("{read} of them from the cache"));
    }
    parts.push(response.cost.map_or_else(|| "cost unknown".to_owned(), |cost| format!("${cost:.6}")));
    parts.push(format!("{:.2} s", elapsed.as_secs_f64()));
    parts.extend(first.map(|first| format!("first token after {:.2} s", first.as_secs_f64())));
    parts.push(
        response.finish_reason.as_ref().map_or_else(|| "no finish reason".to_owned(), ToString::to_string),
    );
    format!("[{}]", parts.join(" · "))
}
