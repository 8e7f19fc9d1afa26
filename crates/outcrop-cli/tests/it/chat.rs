//! Tests of `outcrop chat`.

use serde_json::Value;

use crate::command::{File, run, run_with_input};

#[test]
fn readme_command_runs_tool_and_answers() {
    let shown = run(&["chat", "--emulator", "What is the weather in Lisbon?"]);
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    assert!(shown.stdout.contains("Lisbon") && shown.stdout.contains("21 °C"), "{}", shown.stdout);
    for part in
        ["→ get_weather {\"city\":\"Lisbon\"}", "← 21 °C", "tokens in", "$0.", " s ", "tool_calls", "stop"]
    {
        assert!(shown.stderr.contains(part), "{part}: {}", shown.stderr);
    }
}

#[test]
fn standard_input_without_terminal_is_prompt() {
    let shown = run_with_input(&["chat", "--emulator"], "Hello from a pipe\n");
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    assert!(shown.stdout.contains("Hello from a pipe"), "{}", shown.stdout);
    assert_eq!(run_with_input(&["chat", "--emulator"], " \n").status, 2, "a blank prompt");
}

#[test]
fn json_flags_print_only_json() {
    for (flags, marker) in [
        (&["--json"][..], "provider"),
        (&["--json", "--no-stream"], "provider"),
        (&["--v1", "--no-stream"], "choices"),
    ] {
        let shown = run(&[&["chat", "--emulator", "What is the weather in Lisbon?"], flags].concat());
        assert_eq!(shown.status, 0, "{}", shown.stderr);
        let lines = json_lines(&shown.stdout);
        assert_eq!(lines.len(), 2, "the tool call, then the answer");
        assert!(lines.iter().all(|line| line.get(marker).is_some()), "{flags:?}");
    }
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

#[test]
fn v1_stream_prints_chunks_equal_to_completion() {
    let shown = run(&["chat", "--emulator", "--v1", "Hello there"]);
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    let chunks = json_lines(&shown.stdout);
    assert!(chunks.iter().all(|chunk| chunk["object"] == "chat.completion.chunk"));
    assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant");
    let texts = chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str());
    let text: String = texts.collect();
    let whole = json_lines(&run(&["chat", "--emulator", "--v1", "--no-stream", "Hello there"]).stdout);
    assert_eq!(whole[0]["choices"][0]["message"]["content"], text);
    let last = chunks.last().expect("there are chunks");
    let finished = (&last["choices"][0]["finish_reason"], &last["usage"]);
    assert_eq!(finished, (&whole[0]["choices"][0]["finish_reason"], &whole[0]["usage"]));
}

#[test]
fn time_to_first_token_is_printed_for_streams_only() {
    let streamed = run(&["chat", "--emulator", "hi"]);
    assert!(streamed.stderr.contains("first token after"), "{}", streamed.stderr);
    let whole = run(&["chat", "--emulator", "--no-stream", "hi"]);
    assert!(!whole.stderr.contains("first token") && whole.stderr.contains("tokens in"), "{}", whole.stderr);
    assert_eq!(streamed.stdout, whole.stdout);
}

#[test]
fn images_and_documents_are_sent() {
    // The signature is enough for the type to be detected.
    let image = File::new("dot.png", b"\x89PNG\r\n\x1a\n");
    let document = File::new("notes.txt", b"Rivers: Tagus, Rhine.");
    let args =
        ["chat", "--emulator", "--show-request", "--image", image.path(), "--document", document.path()];
    let shown = run(&[&args[..], &["What is this?"]].concat());
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    let request = shown.stderr.lines().find(|line| line.starts_with('{')).expect("the request is printed");
    let request: Value = serde_json::from_str(request).expect("the request is JSON");
    let content = request["messages"][0]["content"].as_array().expect("the message has blocks");
    assert_eq!(content.len(), 3);
    assert!(content.iter().any(|block| block["image"]["format"] == "png"), "{request}");
    assert!(content.iter().any(|block| block["document"]["format"] == "txt"), "{request}");
}

#[test]
fn tool_file_is_offered() {
    let tool = File::new(
        "tool.json",
        br#"{"name": "find_river", "parameters": {"type": "object", "properties": {"name": {"type": "string"}}}}"#,
    );
    let shown = run(&["chat", "--emulator", "--show-request", "--tool", tool.path(), "hi"]);
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    assert!(shown.stderr.contains("find_river") && shown.stderr.contains("get_weather"), "{}", shown.stderr);
}

#[test]
fn flags_reach_the_request() {
    let args = ["chat", "--emulator", "--show-request", "--system", "Be brief.", "--max-tokens", "7"];
    let shown =
        run(&[&args[..], &["--temperature", "0.7", "--model", "amazon.nova-pro-v1:0", "hi"]].concat());
    assert!(shown.stderr.contains("POST /model/amazon.nova-pro-v1%3A0/converse"), "{}", shown.stderr);
    assert!(
        shown.stderr.contains(r#""inferenceConfig":{"maxTokens":7,"temperature":0.7}"#),
        "{}",
        shown.stderr
    );
    assert!(shown.stderr.contains(r#""system":[{"text":"Be brief."}]"#), "{}", shown.stderr);
}

#[test]
fn parameters_reach_the_request() {
    let schema = File::new(
        "schema.json",
        br#"{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": false}"#,
    );
    let args = ["chat", "--emulator", "--show-request", "-m", "us.anthropic.claude-haiku-4-5-20251001-v1:0"];
    let rest =
        ["-s", "Be brief.", "--top-p", "0.5", "--stop", "END", "--stop", "STOP", "--param", "top_k=20"];
    let more = ["--param", r#"serviceTier={"type":"flex"}"#, "--schema", schema.path(), "hi"];
    let shown = run(&[&args[..], &rest, &more].concat());
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    for part in [
        r#""system":[{"text":"Be brief."}]"#,
        r#""topP":0.5"#,
        r#""stopSequences":["END","STOP"]"#,
        r#""top_k":20"#,
        r#""serviceTier":{"type":"flex"}"#,
        r#""city""#,
    ] {
        assert!(shown.stderr.contains(part), "{part}: {}", shown.stderr);
    }
    let reasoned = run(&[&args[..], &["--reasoning-effort", "low", "hi"]].concat());
    assert!(reasoned.stderr.contains(r#""budget_tokens""#), "{}", reasoned.stderr);
}

#[test]
fn invalid_parameter_is_an_error_with_its_reason() {
    for (args, reason) in [
        (["--param", "top_k"], "NAME=VALUE"),
        (["--param", "messages=[]"], "the conversation sets it"),
        (["--temperature", "NaN"], "finite"),
        (["--schema", "/no/such/schema.json"], "schema.json"),
    ] {
        let failed = run(&[&["chat", "--emulator"][..], &args, &["hi"]].concat());
        assert_eq!(failed.status, 2, "{args:?}: {}", failed.stderr);
        assert!(failed.stderr.contains(reason), "{args:?}: {}", failed.stderr);
    }
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "fish", "zsh"] {
        let script = run(&["completions", shell]);
        assert_eq!(script.status, 0, "{shell}: {}", script.stderr);
        assert!(script.stdout.contains("emulate") && script.stdout.contains("top-p"), "{shell}");
    }
}

#[test]
fn errors_print_line_hint_and_status() {
    let keys = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "s")];
    let model = ["chat", "--region", "eu-west-1", "--model", "amazon.nova-lite-v1:0"];
    let nowhere = [&model[..], &["--endpoint-url", "http://127.0.0.1:9", "hi"]].concat();
    let no_region = ["chat", "--model", "amazon.nova-lite-v1:0", "hi"];
    // The region of an ARN is used, so that the error is about the address.
    let arn = "arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/ab12cd34ef56";
    let in_arn = ["chat", "--model", arn, "--endpoint-url", "http://127.0.0.1:9", "hi"];
    let no_file = ["chat", "--emulator", "--image", "/no/such/file.png", "hi"];
    let no_model = ["chat", "--emulator", "--model", "amazon.no-such-model", "hi"];
    // U29.
    let no_gpt = ["chat", "--emulator", "--model", "gpt-4o", "hi"];
    for (args, with_keys, status, message, hint) in [
        (&no_region[..], true, 3, "region", "AWS_REGION"),
        (&[&model[..], &["hi"]].concat(), false, 3, "credentials", "AWS_ACCESS_KEY_ID"),
        (&nowhere, true, 3, "could not be reached", "endpoint"),
        (&in_arn, true, 3, "could not be reached", "endpoint"),
        (&no_model, true, 1, "model", ""),
        (&no_gpt, true, 1, "model", "did you mean `openai.gpt"),
        (&no_file, true, 2, "/no/such/file.png", ""),
    ] {
        let mut command = crate::command::outcrop(args);
        command.env("AWS_MAX_ATTEMPTS", "1").stdin(std::process::Stdio::null());
        if with_keys {
            command.envs(keys);
        }
        let output = command.output().expect("the command runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {stderr}");
        assert!(output.stdout.is_empty());
        let mut lines = stderr.lines();
        let first = lines.next().unwrap_or_default();
        assert!(first.starts_with("error: ") && first.contains(message), "{args:?}: {stderr}");
        match lines.next() {
            Some(second) => {
                assert!(second.starts_with("hint: ") && second.contains(hint), "{args:?}: {stderr}");
            }
            None => assert_eq!(hint, "", "{args:?}: {stderr}"),
        }
        assert_eq!(lines.next(), None, "{args:?}: {stderr}");
    }
}

#[test]
fn invalid_arguments_exit_with_2() {
    for args in [&["chat", "--temprature", "1"][..], &["talk"], &[], &["chat", "--max-tokens", "many", "hi"]]
    {
        let shown = run(args);
        assert_eq!(shown.status, 2, "{args:?}");
        assert!(shown.stdout.is_empty() && !shown.stderr.is_empty(), "{args:?}");
    }
}
