//! Parameters other than the messages.

use super::blocks::Blocks;
use super::{chance, schemas};
use crate::json::{array, object, string};
use crate::random::Random;

/// Parameters with the values that they are drawn from, and how often they are present, in percent.
///
/// Values of a wrong type and parameters that only one family knows are among them.
const PARAMS: &[(&str, usize, &[&str])] = &[
    (
        "max_tokens",
        25,
        &["100", "100", "4096", "4096", "20000", "1000000", "1", "1", "5", "5", "50", "0", "\"many\""],
    ),
    ("max_completion_tokens", 3, &["500"]),
    ("temperature", 20, &["0", "0.7", "1", "1.0", "1.5", "\"warm\""]),
    ("top_p", 14, &["0.9", "1", "0.95", "0.9", "1", "0.95", "0.5", "0.5", "0.5", "2"]),
    ("top_k", 12, &["1", "40", "250", "500"]),
    ("seed", 6, &["1", "1.5"]),
    ("stop", 10, &["\"END\"", "[\"a\",\"\",\" \"]", "[\"a\",\"b\",\"c\",\"d\",\"e\"]", "\"\"", "[\"\\n\"]"]),
    ("parallel_tool_calls", 10, &["true", "false"]),
    (
        "reasoning_effort",
        18,
        &["\"none\"", "\"minimal\"", "\"low\"", "\"medium\"", "\"high\"", "\"xhigh\"", "\"max\"", "\"odd\""],
    ),
    (
        "thinking",
        9,
        &[
            r#"{"type":"enabled","budget_tokens":2000}"#,
            r#"{"type":"enabled","budget_tokens":500}"#,
            r#"{"type":"enabled","budget_tokens":90000}"#,
            r#"{"type":"enabled"}"#,
            r#"{"type":"adaptive"}"#,
            r#"{"type":"disabled"}"#,
            "true",
        ],
    ),
    (
        "additional_model_request_fields",
        12,
        &[
            r#"{"thinking":{"type":"enabled","budget_tokens":4000}}"#,
            r#"{"thinking":{"type":"adaptive"},"output_config":{"effort":"low"}}"#,
            r#"{"reasoning_config":{"type":"enabled","budget_tokens":1024}}"#,
            r#"{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}}"#,
            r#"{"top_k":10,"anthropic_beta":["context-1m-2025-08-07"]}"#,
            r#"{"inferenceConfig":{"topK":20}}"#,
            r#"{"top_k":5,"model":"other","timeout":3,"custom":{"b":1,"a":2.0}}"#,
            "[]",
        ],
    ),
    ("additionalModelRequestFields", 3, &[r#"{"k":7,"top_k":8}"#]),
    (
        "response_format",
        14,
        &[r#"{"type":"text"}"#, r#"{"type":"json_object"}"#, "SCHEMA", "STRICT", "NAMED", "BARE"],
    ),
    (
        "guardrailConfig",
        6,
        &[
            r#"{"guardrailIdentifier":"gr1","guardrailVersion":"1"}"#,
            r#"{"guardrailIdentifier":"gr1","guardrailVersion":"DRAFT","guard_last_turn_only":true}"#,
            r#"{"guardrailIdentifier":"gr1","guardrailVersion":"2","trace":"enabled","guard_last_turn_only":true}"#,
        ],
    ),
    (
        "guardrail_config",
        2,
        &[r#"{"guardrail_identifier":"gr2","guardrail_version":"1","stream_processing_mode":"sync"}"#],
    ),
    ("performanceConfig", 4, &[r#"{"latency":"optimized"}"#]),
    ("service_tier", 5, &["\"auto\"", "\"default\"", "\"flex\"", "\"priority\"", "\"odd\""]),
    ("serviceTier", 2, &["\"flex\"", r#"{"type":"priority"}"#]),
    ("metadata", 6, &[r#"{"team":"a","cost":"b"}"#, r#"{"n":1}"#, "\"x\""]),
    ("requestMetadata", 3, &[r#"{"z":"1","a":"2"}"#]),
    ("inferenceConfig", 3, &[r#"{"maxTokens":77,"topP":0.5,"stopSequences":["q"]}"#, r#"{"max_tokens":78}"#]),
    ("system", 4, &["\"Be brief.\"", r#"[{"text":"Be brief."},{"cachePoint":{"type":"default"}}]"#]),
    (
        "toolConfig",
        3,
        &[
            r#"{"tools":[{"systemTool":{"name":"nova_grounding"}}]}"#,
            r#"{"tools":[{"toolSpec":{"name":"own","inputSchema":{"json":{"type":"object"}}}}],"toolChoice":{"any":{}}}"#,
        ],
    ),
    ("additionalModelResponseFieldPaths", 3, &["[\"/stop_sequence\"]"]),
    ("promptVariables", 2, &[r#"{"city":"Oslo","n":{"text":"1"}}"#]),
    ("outputConfig", 2, &[r#"{"effort":"low"}"#]),
    ("supports_system_prompts", 8, &["false", "true", "0"]),
    ("cache_control", 4, &[r#"{"type":"ephemeral"}"#, r#"{"type":"ephemeral","ttl":"1h"}"#]),
    ("logit_bias", 3, &["{}"]),
    ("presence_penalty", 3, &["0.5"]),
    ("n", 2, &["2"]),
    ("user", 2, &["\"u\""]),
    ("timeout", 2, &["5"]),
    ("anthropic_beta", 2, &["[\"interleaved-thinking-2025-05-14\"]"]),
];

/// Draws the parameters of a request, without its messages.
pub(super) fn members(random: &mut Random) -> Vec<(&'static str, String)> {
    let mut members = Vec::new();
    // Few parameters in most requests, so that one rule doesn't hide another; many in some.
    let share = *random.pick(&[30, 60, 60, 100, 200]);
    for (name, percent, values) in PARAMS {
        if chance(random, (percent * share / 100).max(1)) {
            let value = *random.pick(values);
            members.push((*name, response_format(random, value).unwrap_or_else(|| value.to_owned())));
        }
    }
    if chance(random, 55) {
        let (tools, names) = tools(random);
        members.push(("tools", tools));
        if chance(random, 45) {
            members.push(("tool_choice", tool_choice(random, &names)));
        }
    } else if chance(random, 5) {
        members.push(("tool_choice", string("none")));
    }
    members
}

/// Returns the response format for a name of the table above.
fn response_format(random: &mut Random, word: &str) -> Option<String> {
    let schema = schemas::schema(random).to_owned();
    let json_schema = match word {
        "SCHEMA" => object([("schema", schema)]),
        "STRICT" => object([("name", string("answer")), ("schema", schema), ("strict", "true".to_owned())]),
        "NAMED" => {
            object([("name", string("my answer")), ("description", string("It is one.")), ("schema", schema)])
        }
        "BARE" => return Some(schema),
        _ => return None,
    };
    Some(object([("type", string("json_schema")), ("json_schema", json_schema)]))
}

/// Draws tools, and returns their names too.
fn tools(random: &mut Random) -> (String, Vec<String>) {
    let count = 1 + random.below(4);
    let mut names: Vec<String> = Vec::new();
    let mut tools = Vec::new();
    for _ in 0..count {
        let name = Blocks::new(random).tool_name();
        // Names that occur twice are an error, which few records need.
        if name.is_empty() || (names.contains(&name) && !chance(random, 4)) {
            continue;
        }
        let mut function = vec![("name", string(&name))];
        match random.below(8) {
            0 => {}
            1 => function.push(("description", string("  "))),
            _ => function.push(("description", string("Reads something."))),
        }
        if chance(random, 90) {
            function.push(("parameters", schemas::schema(random).to_owned()));
        }
        if chance(random, 15) {
            function.push(("strict", (*random.pick(&["true", "false"])).to_owned()));
        }
        let mut tool = vec![("type", string("function")), ("function", object(function))];
        if chance(random, 12) {
            tool.push(("cache_control", Blocks::new(random).cache_control()));
        }
        tools.push(object(tool));
        names.push(name);
    }
    if chance(random, 3) {
        tools.push(object([("type", string("web_search"))]));
    }
    (array(tools), names)
}

/// Draws the choice among tools, in the spellings of several APIs.
fn tool_choice(random: &mut Random, names: &[String]) -> String {
    const CHOICES: &[&str] =
        &["\"auto\"", "\"required\"", "\"none\"", "{\"type\":\"any\"}", "{\"auto\":{}}", "\"odd\""];
    let name = match names {
        [] => return (*random.pick(&CHOICES[..3])).to_owned(),
        names if chance(random, 92) => random.pick(names).clone(),
        _ => "missing".to_owned(),
    };
    match random.below(10) {
        0..6 => {
            let choices = if chance(random, 96) { &CHOICES[..5] } else { CHOICES };
            (*random.pick(choices)).to_owned()
        }
        6..9 => object([("type", string("function")), ("function", object([("name", string(&name))]))]),
        _ => object([("type", string("tool")), ("name", string(&name))]),
    }
}
