//! The cases taken over from what other clients test.
//!
//! Not all of them hold yet. Those that do are listed, so that none is lost, and one that is gained is put down.

mod reply;

use outcrop::ModelRequest;
use outcrop::config::ConfigEntry;
use serde_json::{Value, json};

use super::exchange::normalized;
use crate::support::json::entries;
use crate::support::tally::{Differences, Tally};

const CASES: &str = include_str!("../../cases/peers.json");

/// The settings that the cases are meant for.
const CONFIG: &str = r#"{"alternation": "merge", "filler": "."}"#;

/// The cases that hold.
const HOLD: &[&str] = &[
    "system_list_parts_become_separate_blocks",
    "system_part_cache_control_places_cachepoint_after_that_part",
    "developer_role_is_system",
    "empty_system_dropped",
    "parallel_tool_results_merge_into_one_user_message",
    "tool_result_then_user_text_merge_for_claude",
    "consecutive_user_messages_merge",
    "consecutive_assistant_messages_merge",
    "assistant_text_and_tool_calls_share_one_message",
    "empty_assistant_without_tool_calls_dropped",
    "assistant_blank_text_beside_tool_calls_dropped",
    "blank_user_text_gets_placeholder",
    "no_messages_but_system_gets_placeholder_user",
    "leading_assistant_gets_placeholder_user_on_nova",
    "tool_arguments_empty_string_is_empty_object",
    "tool_arguments_not_an_object_are_wrapped",
    "tool_result_image_stays_an_image",
    "tool_choice_none_with_no_tool_history_omits_toolConfig",
    "required_tool_choice_is_any",
    "forced_choice_with_thinking_downgrades_to_auto",
    "empty_tool_description_omitted",
    "tool_cache_control_adds_cachepoint_entry",
    "tool_result_then_user_text_split_for_llama",
    "trailing_whitespace_of_final_assistant_prefill_trimmed",
    "trailing_assistant_on_no_prefill_model_gets_user_turn",
    "tool_name_sanitised_alike_in_spec_choice_and_history",
    "foreign_tool_call_id_sanitised_on_both_sides",
    "empty_tool_result_is_not_blank_text",
    "tool_choice_none_with_tool_history_keeps_toolConfig",
    "tool_history_without_tools_defines_them",
    "orphan_tool_use_is_answered",
    "orphan_tool_result_is_removed_but_its_text_kept",
    "document_name_sanitised_and_text_added",
    "duplicate_document_names_made_unique",
    "cachepoint_never_follows_a_document",
    "unsigned_thinking_is_not_replayed_to_claude",
    "parallel_tool_calls_false_on_claude_4_5",
    "data_url_jpg_is_jpeg",
    "s3_image_url_is_s3Location",
    "stop_string_becomes_list_and_empty_is_dropped",
    "top_k_per_family",
    "effort_on_adaptive_claude",
    "effort_on_gpt_oss_nova2_qwen",
    "temperature_and_top_p_conflict",
    "thinking_budget_clamped_and_max_tokens_lifted",
    "native_json_schema_is_a_json_string",
    "json_schema_on_unsupported_model_is_a_forced_tool",
    "guardrail_last_user_message_wrapped",
    "signed_thinking_precedes_tool_use_unchanged",
    "usage_folds_cache_into_prompt_tokens",
    "response_citations_content_is_text",
    "response_server_tool_blocks_are_not_client_tool_calls",
];

#[test]
fn exactly_the_listed_cases_hold() {
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    let mut tally = Tally::default();
    for case in &cases {
        let [input, expected] = [&case["input"], &case["expected"]];
        tally.check(case["name"].as_str().unwrap(), |differences| match case["kind"].as_str() {
            Some("request") => check_request(input, expected, differences),
            Some("response") => reply::check(input, expected, differences),
            kind => panic!("no such kind is known: {kind:?}"),
        });
    }
    tally.holds_exactly(HOLD, 55);
}

/// A request is the expected one, member by member.
fn check_request(params: &Value, expected: &Value, differences: &mut Differences) {
    let entry = ConfigEntry::settings_from_json(CONFIG).unwrap();
    let encoded = ModelRequest::from_value(params).and_then(|request| entry.encode(&request));
    let body = match encoded {
        Ok(encoded) => normalized(&json!(encoded.body)),
        Err(error) => return differences.add(format!("error: {error}")),
    };
    let expected = normalized(expected);
    for (name, wanted) in entries(&expected) {
        differences.same(name, body[name].clone(), wanted);
    }
    for (name, value) in entries(&body).filter(|(name, _)| expected.get(name).is_none()) {
        differences.add(format!("{name}: {value} for nothing"));
    }
}
