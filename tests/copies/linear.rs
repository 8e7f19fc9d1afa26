//! The cost of a request and of a response grows with its size, not with the square of it (R-M8, R-M9, R-P1).
//!
//! Each case is one thing that callers or models can have many of.

use std::fmt::Write as _;

use bytes::Bytes;
use outcrop::ModelRequest;
use outcrop::converse::{EncodeOptions, Encoded, ResponseMetadata, decode_response, encode_request};
use outcrop::core::openai::{ChatChunks, ChatCompletion};
use outcrop::core::{ResponseAccumulator, StreamEvent};

/// A case: what there are many of, and the step whose time counts, with its input prepared for a number of them.
type Case = (&'static str, fn(usize) -> Box<dyn Fn()>);

const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

/// Returns the nanoseconds that this thread has run. `None` where the system does not show them.
fn thread_time() -> Option<u64> {
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

/// Returns the time of a step in nanoseconds, without that of other processes: the best of two.
fn time(step: &dyn Fn()) -> Option<u64> {
    let measure = || {
        let start = thread_time()?;
        step();
        Some(thread_time()? - start)
    };
    (0..2).filter_map(|_| measure()).min()
}

/// Checks that eight times the size takes far less than the 64 times of a quadratic cost.
pub(crate) fn cost_is_linear() {
    let mut findings = String::new();
    for (name, case) in CASES {
        let (Some(small), Some(large)) = (time(&case(500)), time(&case(4_000))) else { return };
        println!("{name}: {} µs, {} µs", small / 1_000, large / 1_000);
        // Linux counts in steps of up to 4 ms.
        if large > small.max(4_000_000) * 24 {
            writeln!(findings, "{name}: {small} ns for 500 and {large} ns for 4,000").unwrap();
        }
    }
    assert!(findings.is_empty(), "\n{findings}");
}

fn list(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(",")
}

fn parse(model: &str, messages: &str, members: &str) -> ModelRequest {
    let params = format!(r#"{{"model":"{model}","messages":[{messages}]{members}}}"#);
    ModelRequest::from_json(&params).unwrap()
}

fn encode(request: &ModelRequest, options: &EncodeOptions) -> Encoded {
    encode_request(request, options).unwrap()
}

/// Parses and encodes a request, in each dialect.
fn request(messages: String, members: String) -> Box<dyn Fn()> {
    request_to(CLAUDE, messages, members)
}

fn request_to(model: &'static str, messages: String, members: String) -> Box<dyn Fn()> {
    Box::new(move || {
        let request = parse(model, &messages, &members);
        encode(&request, &EncodeOptions::converse());
        encode(&request, &EncodeOptions::ag2());
        request.to_openai_json().unwrap();
    })
}

const QUESTION: &str = r#"{"role":"user","content":"Hello."}"#;

fn tools(count: usize, name: impl Fn(usize) -> String, schema: &str) -> String {
    let tool = |index| {
        let name = name(index);
        format!(r#"{{"type":"function","function":{{"name":"{name}","parameters":{schema}}}}}"#)
    };
    format!(r#","tools":[{}]"#, list(count, tool))
}

fn schema(members: &str) -> Box<dyn Fn()> {
    let schema = format!(r#"{{"type":"object",{members}}}"#);
    let format = format!(
        r#","response_format":{{"type":"json_schema","json_schema":{{"name":"a","strict":true,"schema":{schema}}}}}"#
    );
    request(QUESTION.to_owned(), tools(1, |_| "a".to_owned(), &schema) + &format)
}

fn response(content: &str, members: &str) -> Box<dyn Fn()> {
    let body = format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{content}]}}}},"stopReason":"end_turn"{members}}}"#
    );
    let body = Bytes::from(body);
    Box::new(move || {
        let mut request = parse(CLAUDE, QUESTION, "");
        let context = encode(&request, &EncodeOptions::converse()).context;
        let response = decode_response(&body, &context, ResponseMetadata::default()).unwrap();
        serde_json::to_string(&ChatCompletion::from(&response)).unwrap();
        // The next turn.
        request.messages.extend(response.clone().into_messages());
        request.messages.push(outcrop::UnifiedMessage::user("And then?"));
        encode(&request, &EncodeOptions::converse());
        let (mut chunks, mut accumulator) =
            (ChatChunks::new("", CLAUDE), ResponseAccumulator::new("", CLAUDE, "bedrock"));
        for event in StreamEvent::replay(response) {
            accumulator.push(&event);
            chunks.push(event);
        }
        drop(accumulator.finish());
    })
}

fn call(index: usize) -> String {
    format!(r#"{{"id":"call_{index}","type":"function","function":{{"name":"look_up","arguments":"{{}}"}}}}"#)
}

const CASES: &[Case] = &[
    ("messages", |count| {
        let role = |index| if index % 2 == 0 { "user" } else { "assistant" };
        request(
            list(count + 1 - count % 2, |i| format!(r#"{{"role":"{}","content":"a"}}"#, role(i))),
            String::new(),
        )
    }),
    ("messages of one role", |count| request(list(count, |_| QUESTION.to_owned()), String::new())),
    ("system messages", |count| {
        request(
            list(count, |_| r#"{"role":"system","content":"a"}"#.to_owned()) + "," + QUESTION,
            String::new(),
        )
    }),
    ("text parts", |count| {
        let parts = list(count, |_| r#"{"type":"text","text":"a"}"#.to_owned());
        request(format!(r#"{{"role":"user","content":[{parts}]}}"#), String::new())
    }),
    ("blank text parts", |count| {
        let parts = list(count, |_| r#"{"type":"text","text":" "}"#.to_owned());
        request(
            format!(r#"{{"role":"user","content":[{parts},{{"type":"text","text":"a"}}]}}"#),
            String::new(),
        )
    }),
    ("cache points", |count| {
        let parts =
            list(count, |_| r#"{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}"#.to_owned());
        request(format!(r#"{{"role":"user","content":[{parts}]}}"#), String::new())
    }),
    ("documents", |count| {
        let parts = list(count, |_| {
            r#"{"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,YQ=="}}"#
                .to_owned()
        });
        request(
            format!(r#"{{"role":"user","content":[{parts},{{"type":"text","text":"a"}}]}}"#),
            String::new(),
        )
    }),
    ("images", |count| {
        let parts = list(count, |_| {
            r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}"#.to_owned()
        });
        request(
            format!(r#"{{"role":"user","content":[{parts},{{"type":"text","text":"a"}}]}}"#),
            String::new(),
        )
    }),
    ("calls and results of one turn", |count| {
        let results =
            list(count, |index| format!(r#"{{"role":"tool","tool_call_id":"call_{index}","content":"a"}}"#));
        let calls = list(count, call);
        request(
            format!(r#"{QUESTION},{{"role":"assistant","content":null,"tool_calls":[{calls}]}},{results}"#),
            tools(1, |_| "look_up".to_owned(), r#"{"type":"object"}"#),
        )
    }),
    ("calls without results", |count| {
        let calls = list(count, call);
        request(
            format!(r#"{QUESTION},{{"role":"assistant","content":null,"tool_calls":[{calls}]}},{QUESTION}"#),
            tools(1, |_| "look_up".to_owned(), r#"{"type":"object"}"#),
        )
    }),
    ("results without calls", |count| {
        let results =
            list(count, |index| format!(r#"{{"role":"tool","tool_call_id":"call_{index}","content":"a"}}"#));
        request(format!("{QUESTION},{results}"), tools(1, |_| "a".to_owned(), r#"{"type":"object"}"#))
    }),
    ("calls with equal ids", |count| {
        let turn = |_| {
            let call = call(0);
            format!(
                r#"{{"role":"assistant","content":null,"tool_calls":[{call}]}},{{"role":"tool","tool_call_id":"call_0","content":"a"}}"#
            )
        };
        request(
            format!("{QUESTION},{}", list(count, turn)),
            tools(1, |_| "look_up".to_owned(), r#"{"type":"object"}"#),
        )
    }),
    ("calls without ids", |count| {
        let call = r#"{"type":"function","function":{"name":"look_up","arguments":"{}"}}"#;
        let calls = list(count, |_| call.to_owned());
        request(
            format!(r#"{QUESTION},{{"role":"assistant","content":null,"tool_calls":[{calls}]}},{QUESTION}"#),
            tools(1, |_| "look_up".to_owned(), r#"{"type":"object"}"#),
        )
    }),
    ("call ids that a model rejects", |count| {
        let results = list(count, |index| {
            format!(r#"{{"role":"tool","tool_call_id":"call:{index}:call","content":"a"}}"#)
        });
        let calls = list(count, |index| {
            format!(
                r#"{{"id":"call:{index}:call","type":"function","function":{{"name":"look_up","arguments":"{{}}"}}}}"#
            )
        });
        request_to(
            "mistral.mistral-large-2407-v1:0",
            format!(r#"{QUESTION},{{"role":"assistant","content":null,"tool_calls":[{calls}]}},{results}"#),
            tools(1, |_| "look_up".to_owned(), r#"{"type":"object"}"#),
        )
    }),
    ("tools", |count| {
        request(QUESTION.to_owned(), tools(count, |index| format!("tool_{index}"), r#"{"type":"object"}"#))
    }),
    ("tools with names that are rejected", |count| {
        request(QUESTION.to_owned(), tools(count, |index| format!("tool.{index}"), r#"{"type":"object"}"#))
    }),
    ("tools with long names of one beginning", |count| {
        let name = |index| format!("{}{index}", "a".repeat(70));
        request(QUESTION.to_owned(), tools(count, name, r#"{"type":"object"}"#))
    }),
    ("tools that collide after renaming", |count| {
        let name = |index: usize| {
            (0..16).map(|bit| if index >> bit & 1 == 0 { '.' } else { ':' }).chain("a".chars()).collect()
        };
        request(QUESTION.to_owned(), tools(count, name, r#"{"type":"object"}"#))
    }),
    ("properties of a schema", |count| {
        schema(&format!(
            r#""properties":{{{}}},"required":[{}]"#,
            list(count, |index| format!(r#""p{index}":{{"type":"string"}}"#)),
            list(count, |index| format!(r#""p{index}""#))
        ))
    }),
    // So many that the comparison of names shows.
    ("required members of an enforced output", |count| {
        let count = count * 6;
        let members = list(count, |index| format!(r#""p{index}":{{"type":"string"}}"#));
        let names = list(count, |index| format!(r#""p{index}""#));
        let schema = format!(r#"{{"type":"object","properties":{{{members}}},"required":[{names}]}}"#);
        let format = format!(
            r#","response_format":{{"type":"json_schema","json_schema":{{"name":"a","schema":{schema}}}}}"#
        );
        let request = parse(CLAUDE, QUESTION, &format);
        Box::new(move || drop(encode(&request, &EncodeOptions::converse())))
    }),
    ("open text blocks of a stream", |count| {
        Box::new(move || {
            let (mut chunks, mut accumulator) =
                (ChatChunks::new("", CLAUDE), ResponseAccumulator::new("", CLAUDE, "bedrock"));
            for index in 0..count * 4 {
                let event = StreamEvent::Text { index, text: "a".to_owned() };
                accumulator.push(&event);
                chunks.push(event);
            }
            let response = Box::new(accumulator.finish());
            chunks.push(StreamEvent::Completed { response });
        })
    }),
    ("definitions of a schema", |count| {
        schema(&format!(
            r##""properties":{{{}}},"$defs":{{{}}}"##,
            list(count, |index| format!(r##""p{index}":{{"$ref":"#/$defs/d{index}"}}"##)),
            list(count, |index| format!(r#""d{index}":{{"type":"string","description":"a"}}"#))
        ))
    }),
    ("values of an enumeration", |count| {
        schema(&format!(
            r#""properties":{{"a":{{"enum":[{}]}}}}"#,
            list(count, |index| format!(r#""v{index}""#))
        ))
    }),
    ("alternatives of a schema", |count| {
        let item = |index| format!(r#"{{"type":"object","properties":{{"p{index}":{{"type":"string"}}}}}}"#);
        schema(&format!(r#""properties":{{"a":{{"anyOf":[{}]}}}}"#, list(count, item)))
    }),
    ("parts of a schema", |count| {
        let item = |index| format!(r#"{{"type":"object","properties":{{"p{index}":{{"type":"string"}}}}}}"#);
        schema(&format!(r#""properties":{{"a":{{"allOf":[{}]}}}}"#, list(count, item)))
    }),
    ("unknown parameters", |count| {
        request(QUESTION.to_owned(), format!(",{}", list(count, |index| format!(r#""new_{index}":1"#))))
    }),
    ("unknown members of a message", |count| {
        let members = list(count, |index| format!(r#""m{index}":1"#));
        request(format!(r#"{{"role":"user","content":"a",{members}}}"#), String::new())
    }),
    ("text blocks of a response", |count| response(&list(count, |_| r#"{"text":"a"}"#.to_owned()), "")),
    ("calls of a response", |count| {
        let call = |index| format!(r#"{{"toolUse":{{"toolUseId":"t{index}","name":"a","input":{{}}}}}}"#);
        response(&list(count, call), "")
    }),
    ("calls of a response without ids", |count| {
        response(&list(count, |_| r#"{"toolUse":{"toolUseId":"","name":"a","input":{}}}"#.to_owned()), "")
    }),
    ("unknown blocks of a response", |count| {
        response(&list(count, |index| format!(r#"{{"new{index}":{{"a":1}}}}"#)), "")
    }),
    ("reasoning of a response", |count| {
        let block = r#"{"reasoningContent":{"reasoningText":{"text":"a","signature":"s"}}}"#;
        response(&list(count, |_| block.to_owned()), "")
    }),
    ("unknown members of a response", |count| {
        response(r#"{"text":"a"}"#, &format!(",{}", list(count, |index| format!(r#""m{index}":1"#))))
    }),
    ("malformed members of a response", |count| {
        let usage = list(count, |index| format!(r#""m{index}":"x""#));
        response(r#"{"text":"a"}"#, &format!(r#","usage":{{"inputTokens":"x",{usage}}}"#))
    }),
];
