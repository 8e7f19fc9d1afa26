//! `outcrop doctor`: checks what a call to Bedrock needs, one after another.
//!
//! One request for one token is sent. What its outcome proves about each check is decided in [`report`].

mod report;

use std::time::{Duration, SystemTime};

use outcrop::transport::Transport;
use outcrop::{ModelList, Retry, Timeouts};
use serde_json::json;
use tokio::runtime::Builder;

use crate::args::DoctorArgs;
use crate::failure::Failure;
use crate::{connection, runtime, terminal};
use report::Report;

/// The time limit for the response. One token takes a second or two, and who runs the command waits for it.
const RESPONSE_LIMIT: Duration = Duration::from_secs(60);

/// Runs the checks and prints them. Returns whether all of them passed.
pub(crate) fn run(args: &DoctorArgs) -> Result<bool, Failure> {
    let report = runtime::start(Builder::new_current_thread())?.block_on(diagnose(args))?;
    if args.json {
        terminal::print_json(&report.to_json().to_string())?;
    } else {
        terminal::print(&report.to_string())?;
    }
    Ok(report.is_healthy())
}

/// Connects and sends a request for one token.
async fn diagnose(args: &DoctorArgs) -> Result<Report, Failure> {
    let emulator = connection::start_emulator(&args.connection).await?;
    let settings = connection::settings(&args.connection, emulator.as_ref())
        // The first failure is the diagnosis; retries would only hide it for a while.
        .with_retry(Retry::never())
        .with_timeouts(Timeouts::default().with_read(RESPONSE_LIMIT));
    let mut report = Report::new();
    let transport = match Transport::from_settings(settings).await {
        Ok(transport) => transport,
        Err(error) => {
            report.fail_settings(&error);
            return Ok(report);
        }
    };
    let region = transport.region();
    report.pass_region(&region.name, region.source);
    let model = connection::model(&args.connection, &region.name);
    let body = json!({
        "messages": [{"role": "user", "content": [{"text": "Hi"}]}],
        "inferenceConfig": {"maxTokens": 1},
    });
    let mut probe = transport.probe(&model, body.to_string().into()).await;
    let now = SystemTime::now();
    probe.outcome = probe.outcome.map_err(|error| ModelList::builtin().with_similar_ids(error, &model));
    report.add_probe(&transport, &model, &probe, now);
    Ok(report)
}
