//! Running the calls of a response.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use outcrop_core::{
    ToolCallContent, ToolCallKind, ToolResultContent, ToolResultStatus, UnifiedMessage, UnifiedResponse,
};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::time::{Instant, sleep};

use super::Tools;
use crate::{Decision, Tool};

/// The weather in a city, now.
#[derive(Deserialize, JsonSchema)]
struct GetWeather {
    /// The city, such as Lisbon.
    city: String,
}

fn get_weather() -> Tool {
    Tool::new("get_weather", |input: GetWeather| async move { format!("sunny in {}", input.city) })
}

fn panics() -> Tool {
    async fn panics() -> String {
        panic!("secret")
    }
    Tool::without_input("panic", panics)
}

fn response(calls: &[(&str, &str, &str)]) -> UnifiedResponse {
    let calls = calls.iter().map(|(id, name, arguments)| ToolCallContent::new(*id, *name, *arguments).into());
    let message = UnifiedMessage::new(outcrop_core::Role::Assistant, calls.collect());
    UnifiedResponse::new("1", "m", "p", vec![message])
}

fn is_failed(result: &ToolResultContent) -> bool {
    result.status == Some(ToolResultStatus::Error)
}

#[test]
fn specification_has_the_schema_and_the_doc_comment_of_the_input() {
    let tools = Tools::new().with(get_weather()).with(Tool::without_input("clock", || async {}));
    let specs: Vec<_> = tools.specs().collect();
    assert_eq!(specs.iter().map(|spec| spec.name.as_str()).collect::<Vec<_>>(), ["get_weather", "clock"]);
    assert_eq!(specs[0].description.as_deref(), Some("The weather in a city, now."));
    let schema = specs[0].parameters.as_ref().unwrap().to_value();
    assert_eq!(schema["required"], serde_json::json!(["city"]));
    assert_eq!(schema["properties"]["city"]["description"], "The city, such as Lisbon.");
    assert_eq!(specs[1].parameters, None);
}

#[test]
fn tool_with_an_equal_name_replaces_the_earlier_one_in_its_place() {
    let again = get_weather().with_description("Again.");
    let tools: Tools =
        [get_weather(), Tool::without_input("clock", || async {}), again].into_iter().collect();
    let specs: Vec<_> = tools.specs().map(|spec| (spec.name, spec.description)).collect();
    assert_eq!(specs, [("get_weather".to_owned(), Some("Again.".to_owned())), ("clock".to_owned(), None)]);
}

#[tokio::test(start_paused = true)]
async fn results_are_in_the_order_of_the_calls_while_calls_run_at_the_same_time() {
    let tools = Tools::new().with(Tool::new("get_weather", |input: GetWeather| async move {
        sleep(Duration::from_secs(input.city.parse().unwrap())).await;
        input.city
    }));
    let started = Instant::now();
    let call = |id, seconds| (id, "get_weather", seconds);
    let results = tools
        .run_all(&response(&[
            call("a", r#"{"city": "3"}"#),
            call("b", r#"{"city": "1"}"#),
            call("c", r#"{"city": "2"}"#),
        ]))
        .await;
    let results: Vec<_> = results.iter().map(|r| (r.tool_call_id.as_str(), r.output.as_str())).collect();
    assert_eq!(results, [("a", "3"), ("b", "1"), ("c", "2")]);
    assert_eq!(started.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn calls_at_the_same_time_are_limited() {
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let tool = {
        let (running, most) = (Arc::clone(&running), Arc::clone(&most));
        Tool::without_input("wait", move || {
            let (running, most) = (Arc::clone(&running), Arc::clone(&most));
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
                sleep(Duration::from_secs(1)).await;
                running.fetch_sub(1, Ordering::Relaxed);
            }
        })
    };
    let calls: Vec<_> = (0..10).map(|_| ("a", "wait", "")).collect();
    for (limit, expected) in [(1, 1), (3, 3), (0, 1)] {
        most.store(0, Ordering::Relaxed);
        Tools::new().with(tool.clone()).with_concurrency(limit).run_all(&response(&calls)).await;
        assert_eq!(most.load(Ordering::Relaxed), expected, "limit {limit}");
    }
    Tools::new().with(tool).run_all(&response(&calls)).await;
    assert_eq!(most.load(Ordering::Relaxed), 10);
}

#[tokio::test(start_paused = true)]
async fn call_that_cannot_be_run_is_a_failed_result_with_advice() {
    let tools = Tools::new()
        .with(get_weather())
        .with(panics())
        .with(Tool::without_input("hang", std::future::pending::<()>).with_timeout(Duration::from_secs(5)))
        .with(Tool::without_input("fail", || async { Err::<(), _>("the service is down") }))
        .with(Tool::without_input("launch", || async { "launched" }).requires_approval());
    let cases = [
        ("get_wether", "{}", "Did you mean `get_weather`?"),
        ("cook", "{}", "There is no tool `cook`. The tools are: `get_weather`, `panic`, `hang`"),
        ("get_weather", "{}", "missing field `city`"),
        ("get_weather", r#"{"city": 3}"#, "city"),
        ("get_weather", r#"{"city": "Li"#, "do not match the schema of `get_weather`"),
        ("panic", "{}", "`panic` failed with an internal error"),
        ("hang", "{}", "took longer than 5s"),
        ("fail", "{}", "the service is down"),
        ("launch", "{}", "was not approved: nobody can approve it here"),
    ];
    for (name, arguments, expected) in cases {
        let results = tools.run_all(&response(&[("call_1", name, arguments)])).await;
        assert_eq!(results.len(), 1);
        assert!(is_failed(&results[0]), "{name} {arguments}");
        assert_eq!(results[0].tool_call_id, "call_1");
        assert!(results[0].output.contains(expected), "{name} {arguments}: {}", results[0].output);
        assert!(!results[0].output.contains("secret"));
    }
}

#[tokio::test]
async fn one_failure_does_not_affect_the_other_calls() {
    let tools = Tools::new().with(get_weather()).with(panics());
    let results = tools
        .run_all(&response(&[
            ("a", "panic", ""),
            ("b", "get_weather", r#"{"city": "Lisbon"}"#),
            ("c", "nope", ""),
        ]))
        .await;
    assert_eq!(results.iter().map(is_failed).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(results[1].output, "sunny in Lisbon");
}

#[tokio::test]
async fn empty_set_answers_every_call_with_a_failure() {
    let results = Tools::new().run_all(&response(&[("a", "get_weather", "{}")])).await;
    assert_eq!(results[0].output, "There is no tool `get_weather`, nor any other. Answer without tools.");
}

#[tokio::test]
async fn incomplete_call_is_not_run() {
    let mut call = ToolCallContent::new("a", "get_weather", r#"{"city": "Lisbon"}"#);
    call.incomplete = Some(true);
    let result = Tools::new().with(get_weather()).run(&call).await;
    assert!(is_failed(&result));
    assert!(result.output.contains("was not run"), "{}", result.output);
}

#[tokio::test]
async fn call_that_the_provider_runs_has_no_result() {
    let mut call = ToolCallContent::new("a", "get_weather", r#"{"city": "Lisbon"}"#);
    call.kind = Some(ToolCallKind::ServerToolUse);
    let message = UnifiedMessage::new(outcrop_core::Role::Assistant, vec![call.into()]);
    let response = UnifiedResponse::new("1", "m", "p", vec![message]);
    assert_eq!(Tools::new().with(get_weather()).run_all(&response).await, []);
}

#[tokio::test]
async fn tool_without_input_accepts_any_input() {
    let tools = Tools::new().with(Tool::without_input("clock", || async { "noon" }));
    for arguments in ["", " ", "{}", r#"{"zone": "UTC"}"#, "null"] {
        let results = tools.run_all(&response(&[("a", "clock", arguments)])).await;
        assert_eq!((results[0].output.as_str(), is_failed(&results[0])), ("noon", false), "{arguments}");
    }
}

#[tokio::test]
async fn approval_is_requested_once_for_each_call_that_requires_it() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let tools = Tools::new()
        .with(get_weather())
        .with(Tool::without_input("launch", || async { "launched" }).requires_approval())
        .with_approval(move |call: ToolCallContent| {
            counter.fetch_add(1, Ordering::Relaxed);
            async move { if call.id == "b" { Decision::deny("not before noon") } else { Decision::Approve } }
        });
    let calls = [("a", "launch", ""), ("b", "launch", ""), ("c", "get_weather", r#"{"city": "Lisbon"}"#)];
    let results = tools.run_all(&response(&calls)).await;
    assert_eq!(results[0].output, "launched");
    assert_eq!(
        results[1].output,
        "The call of `launch` was not approved: not before noon. Do not repeat it."
    );
    assert_eq!(results.iter().map(is_failed).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_future_drops_the_functions_that_run() {
    struct Guard(Arc<AtomicUsize>);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    let dropped = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&dropped);
    let tools = Tools::new().with(Tool::without_input("hang", move || {
        let guard = Guard(Arc::clone(&counter));
        async move {
            sleep(Duration::from_secs(60)).await;
            drop(guard);
        }
    }));
    let response = response(&[("a", "hang", ""), ("b", "hang", "")]);
    let run = tokio::time::timeout(Duration::from_secs(1), tools.run_all(&response));
    run.await.unwrap_err();
    assert_eq!(dropped.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn time_limit_of_a_tool_goes_before_that_of_the_set() {
    let hang = |name: &str| Tool::without_input(name, std::future::pending::<()>);
    let patient = Tool::without_input("patient", || sleep(Duration::from_secs(5)));
    let tools = Tools::new()
        .with(hang("hang"))
        .with(patient.with_timeout(Duration::from_secs(6)))
        .with_timeout(Duration::from_secs(2));
    let results = tools.run_all(&response(&[("a", "hang", ""), ("b", "patient", "")])).await;
    assert_eq!(results.iter().map(is_failed).collect::<Vec<_>>(), [true, false]);

    let started = Instant::now();
    Tools::new().with(hang("hang")).run_all(&response(&[("a", "hang", "")])).await;
    assert_eq!(started.elapsed(), Duration::from_secs(600));

    let waits = Tools::new().with(hang("hang")).with_timeout(None);
    let day = Duration::from_secs(86_400);
    assert!(
        tokio::time::timeout(day, waits.run_all(&response(&[("a", "hang", "")]))).await.is_err(),
        "no limit"
    );
}

#[test]
fn running_calls_can_move_between_threads() {
    fn assert_send(_: impl Send) {}
    let tools = Tools::new();
    assert_send(tools.run_all(&response(&[])));
    assert_send(tools.run(&ToolCallContent::new("a", "b", "c")));
}

#[test]
fn merged_tools_keep_settings_that_the_other_set_does_not_set() {
    let set =
        Tools::new().with_concurrency(1).with_timeout(None).with_approval(|_| async { Decision::Approve });
    let merged = set.merge(vec![Tool::without_input("a", || async {})].into());
    assert!(format!("{merged:?}").contains("concurrency: 1, timeout: None"), "{merged:?}");
    assert!(merged.settings.approver.is_some());
    let merged = merged.merge(Tools::new().with_concurrency(2));
    assert!(format!("{merged:?}").contains(r#"names: ["a"], concurrency: 2, timeout: None"#), "{merged:?}");
}
