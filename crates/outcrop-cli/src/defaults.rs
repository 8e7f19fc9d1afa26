//! What commands use by default: the model of a region, and the emulator of `--emulator`.

use outcrop_emulator::Emulator;

use crate::failure::Failure;

/// Starts the emulator of `--emulator`.
pub(crate) async fn start_emulator() -> Result<Emulator, Failure> {
    let started = Emulator::builder().start().await;
    started.map_err(|error| Failure::input(format!("the emulator cannot be started: {error}")))
}

/// Returns the id of the default model: a cheap one that every account may use.
pub(crate) fn default_model(region: &str) -> String {
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
