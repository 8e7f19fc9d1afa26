//! The upstream of `outcrop emulate`: passes requests on to Bedrock with the credentials of this process.

use std::sync::Arc;

use outcrop::transport::{RawResponse, ResponseBody, Transport};
use outcrop::{ModelError, Retry, Settings};
use outcrop_emulator::{
    Operation, Upstream, UpstreamBody, UpstreamBroken, UpstreamRequest, UpstreamResponse,
};
use serde_json::json;
use tokio::sync::mpsc;

use crate::args::EmulateArgs;
use crate::failure::Failure;
use crate::terminal;

/// Builds the transport to a Bedrock Runtime. Nothing is sent yet.
pub(super) async fn connect(url: &str, args: &EmulateArgs) -> Result<Upstream, Failure> {
    // The client of the emulator retries. If this one did, too, the recording would lack the errors.
    let mut settings = Settings::new().with_endpoint_url(url).with_retry(Retry::never());
    if let Some(region) = &args.region {
        settings = settings.with_region(region);
    }
    if let Some(profile) = &args.profile {
        settings = settings.with_profile(profile);
    }
    let transport = Arc::new(Transport::from_settings(settings).await?);
    Ok(Upstream::new(move |request| {
        let transport = transport.clone();
        async move { pass_on(&transport, request).await.unwrap_or_else(|error| failed(&error)) }
    }))
}

/// Sends a request. The signature of the client is not sent: it is for another host.
async fn pass_on(transport: &Transport, request: UpstreamRequest) -> Result<UpstreamResponse, ModelError> {
    let UpstreamRequest { operation, resource, guardrail_version, body, .. } = request;
    match operation {
        Operation::Converse => transport.converse(&resource, body).await.map(whole),
        Operation::ConverseStream => transport.converse_stream(&resource, body).await.map(stream),
        Operation::CountTokens => transport.count_tokens(&resource, body).await.map(whole),
        Operation::ApplyGuardrail => {
            let version = guardrail_version.unwrap_or_default();
            transport.apply_guardrail(&resource, &version, body).await.map(whole)
        }
        Operation::InvokeGuardrailChecks => transport.invoke_guardrail_checks(body).await.map(whole),
        operation => {
            let message = format!(
                "{operation} is not passed on: only Converse, ConverseStream, CountTokens, ApplyGuardrail and \
                 InvokeGuardrailChecks are"
            );
            Ok(error(501, "ValidationException", &message))
        }
    }
}

fn whole(response: RawResponse) -> UpstreamResponse {
    let mut passed = UpstreamResponse::new(200, UpstreamBody::Whole(response.body))
        .with_header("content-type", "application/json");
    if let Some(id) = response.request_id {
        passed = passed.with_header("x-amzn-requestid", id);
    }
    if let Some(latency) = response.invocation_latency {
        passed = passed.with_header("x-amzn-bedrock-invocation-latency", latency.as_millis().to_string());
    }
    passed
}

/// Passes the chunks of a stream on as they arrive, unchanged.
fn stream(mut body: ResponseBody) -> UpstreamResponse {
    // One chunk waits at most, so that a slow client slows the service down.
    let (sender, receiver) = mpsc::channel(1);
    let id = body.request_id().map(str::to_owned);
    tokio::spawn(async move {
        loop {
            // If the client is gone, the connection to the service is closed at once, which saves tokens.
            let next = tokio::select! {
                () = sender.closed() => return,
                next = body.next_chunk() => next,
            };
            let Some(chunk) = next else { return };
            if sender.send(chunk.map_err(|_| UpstreamBroken::new())).await.is_err() {
                return;
            }
        }
    });
    let passed = UpstreamResponse::new(200, UpstreamBody::Stream(receiver))
        .with_header("content-type", "application/vnd.amazon.eventstream");
    match id {
        Some(id) => passed.with_header("x-amzn-requestid", id),
        None => passed,
    }
}

/// Returns the response of the service to a call that failed, or one with the reason why there is none.
fn failed(failure: &ModelError) -> UpstreamResponse {
    terminal::eprint_line(&format!("upstream: {failure}"));
    let (Some(status), Some(body)) = (failure.status(), failure.body()) else {
        let hint = failure.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
        let message = format!("The upstream gave no response: {failure}{hint}");
        // SDKs retry a 503, which can help after a broken connection, but not without credentials.
        return if failure.is_retryable() {
            error(503, "ServiceUnavailableException", &message)
        } else {
            error(400, "ValidationException", &message)
        };
    };
    let mut response = UpstreamResponse::new(status, UpstreamBody::Whole(body.clone()))
        .with_header("content-type", "application/json");
    if let Some(code) = failure.code() {
        response = response.with_header("x-amzn-errortype", code);
    }
    if let Some(id) = failure.request_id() {
        response = response.with_header("x-amzn-requestid", id);
    }
    if let Some(wait) = failure.retry_after() {
        response = response.with_header("retry-after", wait.as_secs().to_string());
    }
    response
}

fn error(status: u16, kind: &str, message: &str) -> UpstreamResponse {
    let body = json!({ "message": message }).to_string();
    UpstreamResponse::new(status, UpstreamBody::Whole(body.into()))
        .with_header("content-type", "application/json")
        .with_header("x-amzn-errortype", kind)
}
