//! The connection of `chat`, `doctor` and `models`: to Bedrock, or to an emulator inside this process.

use outcrop::converse::ModelId;
use outcrop::{Credentials, Settings};
use outcrop_emulator::Emulator;

use crate::args::ConnectionArgs;
use crate::failure::Failure;

/// Starts the emulator, if the command line has `--emulator`.
pub(crate) async fn start_emulator(args: &ConnectionArgs) -> Result<Option<Emulator>, Failure> {
    if !args.emulator {
        return Ok(None);
    }
    let started = Emulator::builder().start().await;
    started.map(Some).map_err(|error| Failure::input(format!("the emulator cannot be started: {error}")))
}

/// Returns the settings of a transport to the emulator, else to Bedrock.
pub(crate) fn settings(args: &ConnectionArgs, emulator: Option<&Emulator>) -> Settings {
    let settings = Settings::new();
    if let Some(emulator) = emulator {
        // The emulator accepts any credentials, so that `--emulator` works on a machine without an AWS setup.
        return settings
            .with_region(args.region.as_deref().unwrap_or("us-east-1"))
            .with_endpoint_url(emulator.url())
            .with_control_endpoint_url(emulator.url())
            .with_credentials(Credentials::keys("emulator", "emulator"));
    }
    // The resource of an ARN can be called in its own region alone, so that it precedes the environment:
    // https://github.com/earendil-works/pi/issues/4860.
    let in_arn = args.model.as_deref().and_then(|model| ModelId::parse(model).region());
    let settings = args.region.as_deref().or(in_arn).into_iter().fold(settings, Settings::with_region);
    let settings = args.profile.iter().fold(settings, Settings::with_profile);
    args.endpoint_url.iter().fold(settings, Settings::with_endpoint_url)
}

/// Returns the id of the model: that of the command line, else a cheap one that every account may use.
pub(crate) fn model(args: &ConnectionArgs, region: &str) -> String {
    args.model.clone().unwrap_or_else(|| default_model(region))
}

fn default_model(region: &str) -> String {
    // Most regions serve it only through the inference profile of their geography. See
    // https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html.
    let profile = match region.split('-').next().unwrap_or_default() {
        "eu" => "eu.",
        "ap" => "apac.",
        "us" if region.starts_with("us-gov") => "us-gov.",
        "us" | "ca" => "us.",
        _ => "",
    };
    format!("{profile}amazon.nova-lite-v1:0")
}
