//! `outcrop chat`.

use serde_json::Value;

use crate::command::{File, run, run_with_input};

#[test]
fn the_first_command_of_the_readme_shows_the_whole_path() {
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
fn standard_input_is_the_prompt() {
    let shown = run_with_input(&["chat", "--emulator"], "Hello from a pipe\n");
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    assert!(shown.stdout.contains("Hello from a pipe"), "{}", shown.stdout);
    assert_eq!(run_with_input(&["chat", "--emulator"], " \n").status, 2, "nothing is no prompt");
}

#[test]
fn json_is_all_there_is_on_standard_output() {
    for (flags, marker) in [
        (&["--json"][..], "provider"),
        (&["--json", "--no-stream"], "provider"),
        (&["--v1", "--no-stream"], "choices"),
    ] {
        let shown = run(&[&["chat", "--emulator", "What is the weather in Lisbon?"], flags].concat());
        assert_eq!(shown.status, 0, "{}", shown.stderr);
        let lines = json_lines(&shown.stdout);
        assert_eq!(lines.len(), 2, "the call of the tool, then the answer");
        assert!(lines.iter().all(|line| line.get(marker).is_some()), "{flags:?}");
    }
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

#[test]
fn chunks_come_one_a_line_and_say_what_the_completion_says() {
    let shown = run(&["chat", "--emulator", "--v1", "Hello there"]);
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    let chunks = json_lines(&shown.stdout);
    assert!(chunks.iter().all(|chunk| chunk["object"] == "chat.completion.chunk"));
    assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant");
    let words = chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str());
    let words: String = words.collect();
    let whole = json_lines(&run(&["chat", "--emulator", "--v1", "--no-stream", "Hello there"]).stdout);
    assert_eq!(whole[0]["choices"][0]["message"]["content"], words);
    let last = chunks.last().expect("there are chunks");
    assert_eq!((&last["choices"], &last["usage"]), (&serde_json::json!([]), &whole[0]["usage"]));
}

#[test]
fn the_time_to_the_first_token_is_that_of_a_stream() {
    let streamed = run(&["chat", "--emulator", "hi"]);
    assert!(streamed.stderr.contains("first token after"), "{}", streamed.stderr);
    let whole = run(&["chat", "--emulator", "--no-stream", "hi"]);
    assert!(!whole.stderr.contains("first token") && whole.stderr.contains("tokens in"), "{}", whole.stderr);
    assert_eq!(streamed.stdout, whole.stdout);
}

#[test]
fn files_go_along() {
    // The smallest PNG: a signature is enough for the type to be known.
    let image = File::new("dot.png", b"\x89PNG\r\n\x1a\n");
    let document = File::new("notes.txt", b"Rivers: Tagus, Rhine.");
    let args =
        ["chat", "--emulator", "--show-request", "--image", image.path(), "--document", document.path()];
    let shown = run(&[&args[..], &["What is this?"]].concat());
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    let request = shown.stderr.lines().find(|line| line.starts_with('{')).expect("the request is shown");
    let request: Value = serde_json::from_str(request).expect("it is JSON");
    let content = request["messages"][0]["content"].as_array().expect("it has blocks");
    assert_eq!(content.len(), 3);
    assert!(content.iter().any(|block| block["image"]["format"] == "png"), "{request}");
    assert!(content.iter().any(|block| block["document"]["format"] == "txt"), "{request}");
}

#[test]
fn a_tool_comes_from_a_file() {
    let tool = File::new(
        "tool.json",
        br#"{"name": "find_river", "parameters": {"type": "object", "properties": {"name": {"type": "string"}}}}"#,
    );
    let shown = run(&["chat", "--emulator", "--show-request", "--tool", tool.path(), "hi"]);
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    assert!(shown.stderr.contains("find_river") && shown.stderr.contains("get_weather"), "{}", shown.stderr);
}

#[test]
fn settings_reach_the_request() {
    let args = ["chat", "--emulator", "--show-request", "--system", "Be brief.", "--max-tokens", "7"];
    let shown =
        run(&[&args[..], &["--temperature", "0.7", "--model", "amazon.nova-pro-v1:0", "hi"]].concat());
    assert!(shown.stderr.contains("POST /model/amazon.nova-pro-v1:0/converse"), "{}", shown.stderr);
    assert!(
        shown.stderr.contains(r#""inferenceConfig":{"maxTokens":7,"temperature":0.7}"#),
        "{}",
        shown.stderr
    );
    assert!(shown.stderr.contains(r#""system":[{"text":"Be brief."}]"#), "{}", shown.stderr);
}

#[test]
fn what_went_wrong_is_a_line_a_hint_and_a_status() {
    let keys = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "s")];
    let model = ["chat", "--region", "eu-west-1", "--model", "amazon.nova-lite-v1:0"];
    let nowhere = [&model[..], &["--endpoint-url", "http://127.0.0.1:9", "hi"]].concat();
    let no_region = ["chat", "--model", "amazon.nova-lite-v1:0", "hi"];
    let no_file = ["chat", "--emulator", "--image", "/no/such/file.png", "hi"];
    let no_model = ["chat", "--emulator", "--model", "amazon.no-such-model", "hi"];
    for (args, with_keys, status, said, hint) in [
        (&no_region[..], true, 3, "region", "AWS_REGION"),
        (&[&model[..], &["hi"]].concat(), false, 3, "credentials", "AWS_ACCESS_KEY_ID"),
        (&nowhere, true, 3, "could not be reached", "endpoint"),
        (&no_model, true, 1, "model", ""),
        (&no_file, true, 2, "/no/such/file.png", ""),
    ] {
        let mut command = crate::command::outcrop(args);
        command.env("AWS_MAX_ATTEMPTS", "1").stdin(std::process::Stdio::null());
        if with_keys {
            command.envs(keys);
        }
        let output = command.output().expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {stderr}");
        assert!(output.stdout.is_empty());
        let mut lines = stderr.lines();
        let first = lines.next().unwrap_or_default();
        assert!(first.starts_with("error: ") && first.contains(said), "{args:?}: {stderr}");
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
fn wrong_words_are_an_error_of_the_command_line() {
    for args in [&["chat", "--temprature", "1"][..], &["talk"], &[], &["chat", "--max-tokens", "many", "hi"]]
    {
        let shown = run(args);
        assert_eq!(shown.status, 2, "{args:?}");
        assert!(shown.stdout.is_empty() && !shown.stderr.is_empty(), "{args:?}");
    }
}
