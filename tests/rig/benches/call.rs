//! The calls of the workspace's bench `call`, with [rig](https://docs.rs/rig-bedrock) as a third client.
//!
//! `cargo bench --manifest-path tests/rig/Cargo.toml` from the root of the repository.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a bench that fails should stop with the reason"
)]

#[path = "../../benches/support/calls.rs"]
mod calls;
#[path = "../../benches/support/processes.rs"]
mod processes;

use calls::{Client, Job, OUTCROP, SDK};
use rig_bedrock::client::BedrockRuntime;
use rig_core::completion::CompletionRequest;
use rig_core::message::{ImageMediaType, Message, UserContent};

/// Rig, from its own messages to its own response.
const RIG: Client = ("rig", |job| Box::pin(run_rig(job)));

fn main() {
    calls::run(&[SDK, OUTCROP, RIG]);
}

async fn run_rig(job: Job) {
    let model = BedrockRuntime::from(processes::sdk_client(&job.url)).completion(job.model());
    let image = job.image();
    let built = request(&job, &image);
    job.measure(async || {
        let request = if job.is_built() { built.clone() } else { request(&job, &image) };
        let response = model.call(request).await.unwrap();
        assert!(response.text().len() > 10);
    })
    .await;
}

fn request(job: &Job, image: &[u8]) -> CompletionRequest {
    let message = |(role, text): (&str, String)| match role {
        "user" if image.is_empty() => Message::user(text),
        "user" => {
            let image = UserContent::image_raw(image, Some(ImageMediaType::PNG), None);
            Message::User { content: vec![UserContent::text(text), image] }
        }
        _ => Message::assistant(text),
    };
    let mut request = CompletionRequest::from(job.conversation().map(message).collect::<Vec<_>>());
    request.max_tokens = Some(200);
    request.temperature = Some(0.7);
    request
}
