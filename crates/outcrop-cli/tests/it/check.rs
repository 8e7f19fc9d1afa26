//! Tests of `outcrop check`.

use crate::command::{run, run_with_input};

const CLAUDE: &str = "us.anthropic.claude-haiku-4-5-20251001-v1:0";

#[test]
fn valid_request_has_no_findings() {
    let request = format!(r#"{{"model": "{CLAUDE}", "messages": [{{"role": "user", "content": "hi"}}]}}"#);
    for args in [&["check"][..], &["check", "-"]] {
        let outcome = run_with_input(args, &request);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
    }
    assert_eq!(run_with_input(&["check", "--json"], &request).stdout, "[]\n");
}

#[test]
fn findings_have_severity_path_and_hint() {
    let request = format!(
        r#"{{"model": "{CLAUDE}", "messages": [{{"role": "user", "content": "a"}}, {{"role": "user", "content": "b"}}], "logit_bias": {{}}}}"#
    );
    let outcome = run_with_input(&["check"], &request);
    assert_eq!(outcome.status, 1, "{}", outcome.stderr);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    for (line, (start, end)) in lines.iter().zip([
        ("rejected: messages[1]: ", "[turns.alternate]"),
        ("hint: ", ""),
        ("adapted: logit_bias: ", "[params.unknown]"),
    ]) {
        assert!(line.starts_with(start) && line.ends_with(end), "{}", outcome.stdout);
    }
    assert_eq!(lines.len(), 3, "{}", outcome.stdout);
    let json = run_with_input(&["check", "--json"], &request).stdout;
    let findings: Vec<serde_json::Value> = serde_json::from_str(&json).expect("the output is JSON");
    assert_eq!(findings[0]["rule"], "turns.alternate");
    assert_eq!(findings[0]["severity"], "refused");
    assert_eq!(findings[1]["severity"], "adapted");
}

#[test]
fn converse_body_is_checked_for_named_model() {
    let body = r#"{"messages": [{"role": "assistant", "content": [{"text": "a"}]}, {"role": "user", "content": [{"text": "b"}]}]}"#;
    let check = |model: &str| run_with_input(&["check", "--converse", "--model", model], body).status;
    assert_eq!(check(CLAUDE), 0);
    assert_eq!(check("us.amazon.nova-lite-v1:0"), 1);
    let body = r#"{"messages": [{"role": "user", "content": [{"text": "b"}]}], "inferenceConfig": {"temperature": 0.5}}"#;
    let check = |model: &str| run_with_input(&["check", "--converse", "--model", model], body).status;
    assert_eq!(check(CLAUDE), 0);
    assert_eq!(check("us.anthropic.claude-opus-4-7"), 1);
}

#[test]
fn invalid_request_exits_with_2() {
    for (args, input) in [
        (&["check"][..], "{"),
        (&["check"], "[]"),
        (&["check", "--converse", "--model", "m"], "[]"),
        (&["check", "--converse"], r#"{"messages": []}"#),
    ] {
        let outcome = run_with_input(args, input);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""), "{input}: {}", outcome.stderr);
        assert!(outcome.stderr.starts_with("error: "), "{}", outcome.stderr);
    }
    let outcome = run(&["check", "/nowhere/request.json"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("cannot be read"), "{}", outcome.stderr);
}
