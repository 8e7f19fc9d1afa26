//! The table of `docs/reliability.md`: what a failure of each kind becomes, over raw sockets.
//!
//! Each case of [`cases`] is run with the client of the facade and becomes a row: kind, code and stage of the error, whether
//! the request was sent again, whether the call may be billed, and the limit that ended it. The rows must be those of the
//! page. Nothing here knows how the transport works inside.

mod bytes;
mod cases;
mod sdk;
mod server;

use std::error::Error as _;
use std::time::Duration;

use futures_util::future::join_all;
use outcrop::transport::Environment;
use outcrop::{
    BedrockClient, Credentials, ErrorKind, ModelClient as _, ModelError, ModelRequest, Retry, Stage,
};

use cases::Case;
use server::{Peer, Server, Step};

/// The text used for secrets and for the conversation. No error may contain it.
const MARK: &str = "XYZZY";

/// The page with the table.
const PAGE: &str = include_str!("../../docs/reliability.md");

/// The form of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Unary,
    Stream,
}

impl Form {
    fn as_str(self) -> &'static str {
        match self {
            Self::Unary => "unary",
            Self::Stream => "stream",
        }
    }
}

/// The outcome of a case in one form.
struct Outcome {
    name: &'static str,
    form: Form,
    error: ModelError,
    /// Whether the request, or the connection, was tried a second time.
    is_retried: bool,
}

impl Outcome {
    /// Returns the cells of the row, without name and form.
    fn cells(&self) -> String {
        let error = &self.error;
        let yes = |flag| if flag { "yes" } else { "no" };
        let hint = error.hint().unwrap_or_default();
        let has_partial = error.partial_response().is_some_and(|partial| !partial.text().is_empty());
        let billed = match error.stage() {
            Stage::Building | Stage::Sending => "no",
            Stage::Streaming if has_partial => "yes",
            Stage::Streaming => "maybe",
            _ if hint.contains("may be billed") => "maybe",
            // A good status with something else in the body: the service, if it was one, did its work.
            _ if error.kind() == ErrorKind::InvalidResponse => "maybe",
            _ => "no",
        };
        let limit = match hint.split_once("`Timeouts::") {
            Some((_, rest)) => format!("`{}`", rest.split('`').next().unwrap_or_default()),
            None => String::new(),
        };
        let code = error.code().unwrap_or_default();
        let (retried, retryable) = (yes(self.is_retried), yes(error.is_retryable()));
        format!(
            "`{}` | `{code}` | {} | {retried} | {retryable} | {billed} | {limit}",
            error.kind(),
            error.stage()
        )
    }
}

/// A peer and a client for a case, before the call.
struct Setup<'c> {
    case: &'c Case,
    form: Form,
    server: Server,
    client: BedrockClient,
}

/// Prepares a case in one form. `number` makes the region unique, so that an error shows that it has its own. If the call is not the client's first one, an earlier call had a connection of its own.
async fn prepare(case: &Case, form: Form, number: usize, is_first: bool) -> Setup<'_> {
    let server = match &case.peer {
        Peer::Script(steps) if !is_first => {
            let earlier = Step::Close(bytes::error(400, "ValidationException", "no"));
            Server::start(&Peer::Script([vec![earlier], steps.clone()].concat())).await
        }
        peer => Server::start(peer).await,
    };
    let client = client(&server.url, &format!("fault-{number}"))
        .retry(case.retry)
        .timeouts(case.timeouts)
        .build()
        .await
        .expect("the settings are complete");
    if !is_first {
        call(&client, form).await;
    }
    if case.is_reused {
        call(&client, form).await;
    }
    Setup { case, form, server, client }
}

/// Runs a case in one form.
async fn run(setup: &Setup<'_>) -> Outcome {
    let Setup { case, form, server, client } = setup;
    let form = *form;
    let (requests, connections) = (server.requests().len(), server.connections());
    let error = call(client, form).await;
    let (requests, connections) = (server.requests().len() - requests, server.connections() - connections);
    // Attempts without a connection are counted by the transport only.
    let is_retried = requests > 1 || connections > 1 || error.message().contains("(attempt ");
    let outcome = Outcome { name: case.name, form, error, is_retried };
    check(&outcome, requests);
    let bodies: Vec<_> = server.requests().into_iter().map(|(body, _)| body).collect();
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{}: a retry sends the same bytes", case.name);
    outcome
}

fn client(url: &str, region: &str) -> outcrop::BedrockClientBuilder {
    BedrockClient::builder()
        .environment(Environment::from_variables::<&str, &str>([]))
        .region(region)
        .endpoint_url(url)
        .credentials(Credentials::session("AKIDEXAMPLE", format!("{MARK}-secret"), format!("{MARK}-token")))
}

/// Makes a call and returns its error.
async fn call(client: &BedrockClient, form: Form) -> ModelError {
    let request = ModelRequest::builder("eu.amazon.nova-lite-v1:0").user(MARK).build();
    match form {
        Form::Unary => client.create(&request).await.expect_err("the call fails"),
        Form::Stream => match client.create_stream(&request).await {
            Err(error) => error,
            Ok(mut stream) => loop {
                match stream.next().await {
                    Some(Ok(_)) => {}
                    Some(Err(error)) => break error,
                    None => panic!("the stream ended without an error"),
                }
            },
        },
    }
}

/// Checks what holds in every row: the rules of retries, and that nothing secret is in the error.
fn check(outcome: &Outcome, requests: usize) {
    let Outcome { name, form, error, is_retried } = outcome;
    let context = format!("{name}, {}: {error:?}", form.as_str());
    let hint = error.hint().unwrap_or_default();
    match error.stage() {
        Stage::Building => panic!("every case gets as far as a connection: {context}"),
        Stage::Sending => {
            assert!(*is_retried && error.is_retryable(), "a connection is tried again: {context}");
            assert_eq!(requests, 0, "{context}");
        }
        Stage::Waiting => {
            let is_on_demand = name.contains("`resend_unanswered`");
            assert_eq!(*is_retried, is_on_demand, "a request that was received is not sent again: {context}");
            assert!(hint.contains("may be billed"), "{context}");
        }
        Stage::Replied => {
            let is_skewed = name.contains("the clock is wrong");
            assert!(
                *is_retried == error.is_retryable() || is_skewed,
                "retries agree with the error: {context}"
            );
        }
        Stage::Streaming => assert!(!is_retried, "a stream is never sent again: {context}"),
        stage => panic!("unknown stage {stage}: {context}"),
    }
    if error.kind() == ErrorKind::Timeout && error.status().is_none() && error.stage() != Stage::Streaming {
        assert!(hint.contains("`Timeouts::"), "a limit is named with its setting: {context}");
    }
    assert_eq!(error.region().map(|region| region.starts_with("fault-")), Some(true), "{context}");
    let mut printed = format!("{error} {error:?} {error:#?} {hint} {}", serde_json::json!(error));
    let mut source = error.source();
    while let Some(cause) = source {
        printed += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    assert!(!printed.contains(MARK), "an error contains a secret or the conversation: {printed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_failure_is_retried_however_many_there_are() {
    // The SDK's own budget ends the retries of connections after 50 of them, and those of throttled calls after 100.
    let refused = Server::start(&Peer::Refused).await;
    let throttling = bytes::error(429, "ThrottlingException", "Slow down.");
    let throttled = Server::start(&Peer::Script(vec![Step::Send(throttling)])).await;
    for (server, is_sent) in [(&refused, false), (&throttled, true)] {
        let builder = client(&server.url, "fault-many").retry(Retry::new().with_attempts(2));
        let client = builder.build().await.expect("the settings are complete");
        let forms = [Form::Unary, Form::Stream].repeat(100);
        let errors = join_all(forms.iter().map(|form| call(&client, *form))).await;
        // Attempts without a connection are counted by the transport only.
        let says_so = |error: &&ModelError| error.message().contains("(attempt 2)");
        let retried =
            if is_sent { server.requests().len() / 2 } else { errors.iter().filter(says_so).count() };
        assert_eq!(retried, errors.len(), "{:?}", errors.last());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_failure_has_the_row_of_the_page() {
    let cases = cases::all();
    let outcomes = outcomes(&cases, 0, true).await;
    let mut rows = Vec::new();
    for case in &cases {
        let cells = |form| {
            let outcome = outcomes.iter().find(|outcome| outcome.name == case.name && outcome.form == form);
            outcome.map(Outcome::cells)
        };
        let (unary, stream) = (cells(Form::Unary), cells(Form::Stream));
        if unary.is_some() && unary == stream {
            rows.push(format!("| {} | both | {} |", case.name, unary.unwrap_or_default()));
            continue;
        }
        for (form, cells) in [(Form::Unary, unary), (Form::Stream, stream)] {
            rows.extend(cells.map(|cells| format!("| {} | {} | {cells} |", case.name, form.as_str())));
        }
    }
    let rows: Vec<String> = rows.iter().map(|row| row.replace("|  |", "| |")).collect();
    let page: Vec<&str> = PAGE.lines().filter(|line| line.ends_with('|') && is_row(line)).collect();
    let missing: Vec<_> = rows.iter().filter(|row| !page.contains(&row.as_str())).collect();
    let stale: Vec<_> = page.iter().filter(|row| !rows.iter().any(|found| found == *row)).collect();
    assert!(missing.is_empty() && stale.is_empty(), "measured:\n{missing:#?}\non the page only:\n{stale:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failure_of_a_later_call_has_the_row_of_a_first_call() {
    // The transport sends the first attempt of a later call without the orchestrator of the SDK.
    let mut cases = cases::all();
    cases.retain(|case| matches!(case.peer, Peer::Script(_)));
    let (first, later) = (outcomes(&cases, 1_000, true).await, outcomes(&cases, 2_000, false).await);
    for (first, later) in first.iter().zip(&later) {
        let (name, form) = (first.name, first.form);
        assert_eq!(later.cells(), first.cells(), "{name}, {form:?}");
        assert_eq!(later.error.message(), first.error.message(), "{name}, {form:?}");
        assert_eq!(later.error.hint(), first.error.hint(), "{name}, {form:?}");
    }
}

#[tokio::test]
async fn later_call_without_a_connection_is_tried_again() {
    let server = Server::start(&Peer::Script(vec![Step::Close(bytes::good())])).await;
    let client = client(&server.url, "eu-west-8").retry(Retry::new().with_attempts(2)).build().await;
    let client = client.expect("a client");
    let request = ModelRequest::builder("eu.amazon.nova-lite-v1:0").user("Name a river.").build();
    client.create(&request).await.expect("a response");
    drop(server);
    let error = call(&client, Form::Unary).await;
    assert_eq!((error.code(), error.stage()), (Some("ConnectionFailed"), Stage::Sending), "{error:?}");
    assert!(error.message().contains("(attempt 2"), "{error}");
}

/// Runs cases in all their forms. `number` is that of the first region.
async fn outcomes(cases: &[Case], mut number: usize, is_first: bool) -> Vec<Outcome> {
    let mut setups = Vec::new();
    for case in cases {
        for form in case.forms {
            setups.push(prepare(case, *form, number, is_first).await);
            number += 1;
        }
    }
    // All clients exist by then, and a part of them calls at a time: the limits must not expire because the machine is busy.
    let mut outcomes = Vec::new();
    for part in setups.chunks(32) {
        outcomes.extend(join_all(part.iter().map(run)).await);
    }
    outcomes
}

/// Returns whether a line of the page is a row of the table of failures.
fn is_row(line: &str) -> bool {
    let form = line.split('|').nth(2).unwrap_or_default().trim();
    ["unary", "stream", "both"].contains(&form)
}

#[tokio::test]
async fn connection_that_was_closed_while_idle_is_replaced() {
    // The peer closes after the response; the client notices before it sends the next request.
    let server =
        Server::start(&Peer::Script(vec![Step::Close(bytes::good()), Step::Close(bytes::good())])).await;
    let client = client(&server.url, "eu-west-1").retry(Retry::never()).build().await.expect("a client");
    let request = ModelRequest::builder("eu.amazon.nova-lite-v1:0").user("Name a river.").build();
    for _ in 0..2 {
        client.create(&request).await.expect("a response");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!((server.requests().len(), server.connections()), (2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requested_delay_is_kept_in_all_its_forms() {
    // R-L10. The shortest delay without a header is random, from 0 to 1 second.
    let date = |seconds: u64| {
        let at = std::time::SystemTime::now() + Duration::from_secs(seconds);
        aws_smithy_types::DateTime::from(at)
            .fmt(aws_smithy_types::date_time::Format::HttpDate)
            .expect("a date")
    };
    let runs = [
        ("x-amz-retry-after", "1700".to_owned(), 1_700),
        ("retry-after", "2".to_owned(), 2_000),
        ("retry-after", "1.5".to_owned(), 1_500),
        // Dates have whole seconds.
        ("retry-after", date(4), 2_900),
    ]
    .map(|(name, value, expected)| async move {
        let busy = bytes::json(503, &[(name, value.as_str())], "{}");
        let server = Server::start(&Peer::Script(vec![Step::Send(busy), Step::Send(bytes::good())])).await;
        let client = client(&server.url, &format!("delay-{expected}")).build().await.expect("a client");
        let request = ModelRequest::builder("eu.amazon.nova-lite-v1:0").user("Name a river.").build();
        client.create(&request).await.expect("the second attempt succeeds");
        let times: Vec<_> = server.requests().into_iter().map(|(_, at)| at).collect();
        assert_eq!(times.len(), 2);
        let delay = times[1] - times[0];
        assert!(delay >= Duration::from_millis(expected), "{name}: {value}: {delay:?}");
    });
    join_all(runs).await;
}

#[tokio::test]
async fn absurd_delay_is_capped_in_the_error() {
    // R-L10
    let busy = bytes::json(503, &[("retry-after", "18446744073709551615")], "{}");
    let server = Server::start(&Peer::Script(vec![Step::Send(busy)])).await;
    let client = client(&server.url, "eu-west-1").retry(Retry::never()).build().await.expect("a client");
    let error = call(&client, Form::Unary).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3_600)));
}

#[tokio::test]
async fn connect_limit_above_five_seconds_has_effect() {
    // R-H2: the SDK's protection of unary calls ended the attempt after 5.9 s, as a read timeout.
    let limit = Duration::from_millis(6_500);
    let server = Server::start(&Peer::BlackHole).await;
    let timeouts = outcrop::Timeouts::default().with_connect(limit);
    let client = client(&server.url, "eu-west-1").retry(Retry::never()).timeouts(timeouts).build().await;
    let client = client.expect("a client");
    let start = std::time::Instant::now();
    let error = call(&client, Form::Unary).await;
    assert_eq!((error.code(), error.stage()), (Some("ConnectTimeout"), Stage::Sending), "{error:?}");
    assert!(start.elapsed() >= limit, "{:?}", start.elapsed());
    assert!(error.message().contains("6.5s"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limit_of_a_call_reports_the_last_error_of_the_service() {
    // R-L5
    let busy = bytes::error(503, "ServiceUnavailableException", "the model is busy");
    for (form, code) in [(Form::Unary, "OperationTimeout"), (Form::Stream, "FirstEventTimeout")] {
        let server = Server::start(&Peer::Script(vec![Step::Send(busy.clone())])).await;
        let limit = Duration::from_millis(1_500);
        let timeouts = outcrop::Timeouts::default();
        let timeouts = match form {
            Form::Unary => timeouts.with_operation(limit),
            Form::Stream => timeouts.with_first_event(limit),
        };
        let client = client(&server.url, code.to_lowercase().as_str())
            .retry(Retry::new().with_attempts(50))
            .timeouts(timeouts)
            .build()
            .await
            .expect("a client");
        let error = call(&client, form).await;
        assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, Some(code)), "{error:?}");
        for part in ["1.5s", "the model is busy", "ServiceUnavailableException", "status 503"] {
            assert!(error.message().contains(part), "{part}: {error}");
        }
        let source = error.source().and_then(|source| source.downcast_ref::<ModelError>());
        assert_eq!(source.map(ModelError::kind), Some(ErrorKind::Unavailable), "{error:?}");
    }
}

#[tokio::test]
async fn request_with_a_corrected_time_follows_a_rejected_clock() {
    // R-L8: the SDK learns the time from the response and signs again. Later calls have the corrected time at once.
    let skewed = bytes::json(
        403,
        &[("x-amzn-errortype", "InvalidSignatureException"), ("date", "Thu, 01 Jan 2099 00:00:00 GMT")],
        "{}",
    );
    let good = || Step::Send(bytes::good());
    let server = Server::start(&Peer::Script(vec![Step::Send(skewed), good(), good()])).await;
    let client = client(&server.url, "eu-west-1").build().await.expect("a client");
    let request = ModelRequest::builder("eu.amazon.nova-lite-v1:0").user("Name a river.").build();
    client.create(&request).await.expect("the second attempt succeeds");
    client.create(&request).await.expect("the first attempt succeeds");
    let heads = server.heads();
    assert_eq!(heads.len(), 3);
    for head in &heads[1..] {
        let corrected = head.to_lowercase().lines().any(|line| line.starts_with("x-amz-date: 2099010"));
        assert!(corrected, "{head}");
    }
}
