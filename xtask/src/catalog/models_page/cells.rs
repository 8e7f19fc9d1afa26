//! The cells of the page: facts of the catalog as what is sent.
//!
//! A variant without a text of its own appears by its name, so that a new one never stops the generator.

use super::super::facts::Facts;

/// What is not known.
const UNKNOWN: &str = "?";

/// Returns what is sent for reasoning.
pub(super) fn reasoning(facts: &Facts) -> String {
    let (name, levels) = split(facts.get("reasoning"));
    let levels = levels.map(|levels| format!(" ({})", effort_levels(levels))).unwrap_or_default();
    let none = match name {
        Some("Budget" | "BudgetAndEffort" | "BudgetOrAdaptive" | "ReasoningConfig") => {
            "; `none` sends nothing, and it does not reason"
        }
        Some("Adaptive") => "; `none` becomes `thinking: {type: disabled}`",
        Some("AdaptiveOrBetweenTools") => {
            "; `none` becomes `thinking: {type: between_tools}`, the lowest setting, which allows efforts up to high"
        }
        Some("ReasoningObject") => "; `none` is one of its efforts",
        Some("AlwaysAdaptive" | "ReasoningEffort" | "AlwaysReasoningObject" | "LowOrHigh") => {
            "; `none` is dropped: it always reasons"
        }
        _ => "",
    };
    let sent = match name {
        None => UNKNOWN.to_owned(),
        Some("Unsupported") => "nothing".to_owned(),
        Some("Always") => "nothing: it always reasons".to_owned(),
        Some("Budget") => "`thinking: {type: enabled, budget_tokens}`; an effort becomes a budget".to_owned(),
        Some("BudgetAndEffort") => {
            format!("`thinking: {{type: enabled, budget_tokens}}` and `output_config.effort`{levels}")
        }
        Some("BudgetOrAdaptive") => format!(
            "`thinking: {{type: enabled, budget_tokens}}`, or `thinking: {{type: adaptive}}` with `output_config.effort`{levels}"
        ),
        Some("Adaptive" | "AlwaysAdaptive" | "AdaptiveOrBetweenTools") => {
            format!("`thinking: {{type: adaptive}}` with `output_config.effort`{levels}")
        }
        Some("ReasoningConfig") => {
            "`reasoningConfig: {type: enabled, maxReasoningEffort}` (low, medium, high)".to_owned()
        }
        Some("ReasoningEffort") => format!("`reasoning_effort`{levels}"),
        Some("ReasoningObject" | "AlwaysReasoningObject") => format!("`reasoning: {{effort}}`{levels}"),
        Some("LowOrHigh") => "`reasoning_config` (low, high)".to_owned(),
        Some(other) => format!("{other}{levels}"),
    };
    let sent = format!("{sent}{none}");
    let replay = match facts.get("reasoning_replay") {
        None => return sent,
        Some("Signed") => "sent back: signed and encrypted, of the same model",
        Some("Unsigned") => "sent back: text without signatures",
        Some("Encrypted") => "sent back: encrypted, of the same model",
        Some("Unsupported") => "sent back: none",
        Some(other) => return format!("{sent}; sent back: {other}"),
    };
    format!("{sent}; {replay}")
}

/// Returns what is sent of the parameters of sampling.
pub(super) fn sampling(facts: &Facts) -> String {
    let has_none = facts.get("sampling") == Some("Unsupported");
    let mut cell = match facts.get("sampling") {
        _ if has_none => "no `temperature`, `topP` and `top_k`".to_owned(),
        None => UNKNOWN.to_owned(),
        Some("All") => "`temperature`, `topP`".to_owned(),
        Some("TemperatureOrTopP") => "`temperature`, or `topP` without it".to_owned(),
        Some(other) => other.to_owned(),
    };
    match facts.get("top_k") {
        _ if has_none => {}
        None => {}
        Some("TopK") => cell.push_str("; `top_k`"),
        Some("K") => cell.push_str("; `top_k` as `k`"),
        Some("InferenceConfig") => cell.push_str("; `top_k` as `inferenceConfig.topK`"),
        Some("Unsupported") => cell.push_str("; no `top_k`"),
        Some(other) => cell.push_str(&format!("; `top_k` as {other}")),
    }
    if facts.get("stop_sequences") == Some("No") {
        cell.push_str("; no `stopSequences`");
    }
    cell
}

/// Returns what is sent for a structured output.
pub(super) fn structured_output(facts: &Facts) -> String {
    let has_tools = facts.get("tools") != Some("No");
    match facts.get("structured_output") {
        Some("Yes") => "`outputConfig.textFormat`",
        _ if !has_tools => "the system prompt",
        _ => "the output tool",
    }
    .to_owned()
}

/// Returns what is sent for the choice of tools.
pub(super) fn tool_choice(facts: &Facts) -> String {
    if facts.get("tools") == Some("No") {
        return "no tools".to_owned();
    }
    let mut cell = match facts.get("tool_choice") {
        None => UNKNOWN.to_owned(),
        Some("All") => "`auto`, `any`, `tool`".to_owned(),
        Some("AllUnlessThinking") => "`auto`, `any`, `tool`; `auto` while it thinks".to_owned(),
        Some("AutoAndAny") => "`auto`, `any`".to_owned(),
        Some("AutoOnly") => "`auto`".to_owned(),
        Some("Unsupported") => "no `toolChoice`".to_owned(),
        Some(other) => other.to_owned(),
    };
    match facts.get("strict_tools") {
        Some("Yes") => cell.push_str("; `strict`"),
        Some("No") => cell.push_str("; no `strict`"),
        _ => {}
    }
    if facts.get("parallel_tools_switch") == Some("Yes") {
        cell.push_str("; `disable_parallel_tool_use`");
    }
    cell
}

/// Returns where cache points are sent.
pub(super) fn caching(facts: &Facts) -> String {
    match facts.get("caching") {
        None => return UNKNOWN.to_owned(),
        Some("Unsupported") => return "none".to_owned(),
        Some("Implicit") => return "automatic, without cache points".to_owned(),
        Some("Points") => {}
        Some(other) => return other.to_owned(),
    }
    let mut cell = match facts.get("cache_scope") {
        Some("Everywhere") => "cache points in tools, system and messages".to_owned(),
        Some("OutsideTools") => {
            "cache points in system and messages, not among tools and tool blocks".to_owned()
        }
        Some(other) => format!("cache points: {other}"),
        None => "cache points".to_owned(),
    };
    if let Some(minimum) = facts.get("cache_min") {
        cell.push_str(&format!("; from {minimum} tokens"));
    }
    match facts.get("cache_ttl") {
        Some("FiveMinutes") => cell.push_str("; 5 minutes"),
        Some("UpToOneHour") => cell.push_str("; `ttl` of 5 minutes or 1 hour"),
        Some("Unsupported") => cell.push_str("; no `ttl`"),
        Some(other) => cell.push_str(&format!("; {other}")),
        None => {}
    }
    cell
}

/// Returns which media are sent.
pub(super) fn media(facts: &Facts) -> String {
    let kinds = ["image", "document", "video", "audio"].map(|kind| {
        let from = match facts.get(kind) {
            None => UNKNOWN,
            Some("Unsupported") => "no",
            Some("Supported") => "bytes",
            Some("BytesOnly") => "bytes, not S3",
            Some("BytesAndS3") => "bytes, S3",
            Some(other) => other,
        };
        format!("{kind}: {from}")
    });
    let results = [("result_image", "images"), ("result_document", "documents"), ("result_video", "videos")];
    let results: Vec<String> = results
        .iter()
        .filter_map(|(column, kind)| match facts.get(column)? {
            "No" | "Unsupported" => Some(format!("no {kind}")),
            "PlainText" => Some("documents of plain text".to_owned()),
            "Yes" | "All" => Some((*kind).to_owned()),
            other => Some(format!("{kind}: {other}")),
        })
        .collect();
    let results =
        if results.is_empty() { String::new() } else { format!("; in tool results: {}", results.join(", ")) };
    format!("{}{results}", kinds.join("; "))
}

/// Splits a variant from the levels in it, such as `Adaptive(UpToMax)`.
fn split(value: Option<&str>) -> (Option<&str>, Option<&str>) {
    match value.and_then(|value| value.split_once('(')) {
        Some((name, levels)) => (Some(name), levels.strip_suffix(')')),
        None => (value, None),
    }
}

fn effort_levels(name: &str) -> &str {
    match name {
        "UpToHigh" => "low, medium, high",
        "UpToHighAndMax" => "low, medium, high, max",
        "UpToXhigh" => "low, medium, high, xhigh",
        "UpToMax" => "low, medium, high, xhigh, max",
        other => other,
    }
}
