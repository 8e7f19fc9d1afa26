//! `outcrop check`: findings with places and hints, and a status that says whether there were any.

use crate::command::{run, run_with_input};

const CLAUDE: &str = "us.anthropic.claude-haiku-4-5-20251001-v1:0";

#[test]
fn a_request_that_is_in_order_has_no_findings() {
    let request = format!(r#"{{"model": "{CLAUDE}", "messages": [{{"role": "user", "content": "hi"}}]}}"#);
    for args in [&["check"][..], &["check", "-"]] {
        let outcome = run_with_input(args, &request);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
    }
    assert_eq!(run_with_input(&["check", "--json"], &request).stdout, "[]\n");
}

#[test]
fn what_would_be_refused_is_told_with_its_place_and_a_hint() {
    let request = format!(
        r#"{{"model": "{CLAUDE}", "messages": [{{"role": "user", "content": "a"}}, {{"role": "user", "content": "b"}}], "logit_bias": {{}}}}"#
    );
    let outcome = run_with_input(&["check"], &request);
    assert_eq!(outcome.status, 1, "{}", outcome.stderr);
    assert_eq!(
        outcome.stdout,
        "refused: messages[1]: turns of user and assistant must alternate [turns.alternate]\n\
         hint: merging turns mends it: joined with the turn before it, since user and assistant must alternate\n\
         adapted: logit_bias: left out, since Converse has no such parameter [params.unknown]\n"
    );
    let json = run_with_input(&["check", "--json"], &request).stdout;
    let findings: Vec<serde_json::Value> = serde_json::from_str(&json).expect("it prints JSON alone");
    assert_eq!(findings[0]["rule"], "turns.alternate");
    assert_eq!(findings[0]["severity"], "refused");
    assert_eq!(findings[1]["severity"], "adapted");
}

#[test]
fn the_body_of_a_converse_call_is_checked_for_the_model_that_is_named() {
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
fn what_is_no_request_is_an_error_of_the_input() {
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
    assert!(outcome.stderr.contains("could not be read"), "{}", outcome.stderr);
}
