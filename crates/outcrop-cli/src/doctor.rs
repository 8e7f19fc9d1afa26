//! `outcrop doctor`: checks what a call to Bedrock needs, one after another.
//!
//! One request for one token is sent. What its outcome proves about each check is decided in [`report`].

mod report;

use std::time::{Duration, SystemTime};

use outcrop::converse::ModelId;
use outcrop::transport::Transport;
use outcrop::{Credentials, Retry, Settings, Timeouts};
use outcrop_emulator::Emulator;
use serde_json::json;

use crate::args::DoctorArgs;
use crate::defaults::{default_model, start_emulator};
use crate::failure::Failure;
use crate::suggestion::with_similar_ids;
use crate::terminal;
use report::Report;

/// The time limit for the response. One token takes a second or two, and who runs the command waits for it.
const RESPONSE_LIMIT: Duration = Duration::from_secs(60);

/// Runs the checks and prints them. Returns whether all of them passed.
pub(crate) fn run(args: &DoctorArgs) -> Result<bool, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::input(format!("the async runtime cannot be started: {error}")))?;
    let report = runtime.block_on(diagnose(args))?;
    if args.json {
        terminal::print_json(&report.to_json().to_string())?;
    } else {
        terminal::print(&report.to_string())?;
    }
    Ok(report.is_healthy())
}

/// Connects and sends a request for one token.
async fn diagnose(args: &DoctorArgs) -> Result<Report, Failure> {
    let emulator = if args.emulator { Some(start_emulator().await?) } else { None };
    let mut report = Report::new();
    let transport = match Transport::from_settings(settings(args, emulator.as_ref())).await {
        Ok(transport) => transport,
        Err(error) => {
            report.fail_settings(&error);
            return Ok(report);
        }
    };
    let region = transport.region();
    report.pass_region(&region.name, region.source);
    let model = args.model.clone().unwrap_or_else(|| default_model(&region.name));
    let body = json!({
        "messages": [{"role": "user", "content": [{"text": "Hi"}]}],
        "inferenceConfig": {"maxTokens": 1},
    });
    let mut probe = transport.probe(&model, body.to_string().into()).await;
    let now = SystemTime::now();
    probe.outcome = probe.outcome.map_err(|error| with_similar_ids(error, &model));
    report.add_probe(&transport, &model, &probe, now);
    Ok(report)
}

/// Returns the settings of the command line.
fn settings(args: &DoctorArgs, emulator: Option<&Emulator>) -> Settings {
    // The first failure is the diagnosis; retries would only hide it for a while.
    let settings = Settings::new()
        .with_retry(Retry::never())
        .with_timeouts(Timeouts::default().with_read(RESPONSE_LIMIT));
    if let Some(emulator) = emulator {
        return settings
            .with_region(args.region.as_deref().unwrap_or("us-east-1"))
            .with_endpoint_url(emulator.url())
            .with_credentials(Credentials::keys("emulator", "emulator"));
    }
    // As in `chat`: the resource of an ARN can be called in its own region alone.
    let in_arn = args.model.as_deref().and_then(|model| ModelId::parse(model).region());
    let settings = args.region.as_deref().or(in_arn).into_iter().fold(settings, Settings::with_region);
    let settings = args.profile.iter().fold(settings, |settings, name| settings.with_profile(name));
    args.endpoint_url.iter().fold(settings, |settings, url| settings.with_endpoint_url(url))
}
