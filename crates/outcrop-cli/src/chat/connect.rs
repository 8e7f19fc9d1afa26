//! Whom to talk to.

use outcrop::{BedrockClient, Credentials};
use outcrop_emulator::Emulator;

use crate::args::ChatArgs;
use crate::failure::Failure;

/// A client, the model to ask, and the emulator behind it, if there is one.
pub(super) struct Connection {
    pub(super) client: BedrockClient,
    pub(super) model: String,
    pub(super) emulator: Option<Emulator>,
}

impl Connection {
    pub(super) async fn open(args: &ChatArgs) -> Result<Self, Failure> {
        let mut builder = BedrockClient::builder();
        let emulator = if args.emulator { Some(start_emulator().await?) } else { None };
        if let Some(emulator) = &emulator {
            let region = args.region.as_deref().unwrap_or("us-east-1");
            builder = builder
                .region(region)
                .endpoint_url(emulator.url())
                .credentials(Credentials::keys("emulator", "emulator"));
        } else {
            builder = args.region.iter().fold(builder, |builder, region| builder.region(region));
            builder = args.profile.iter().fold(builder, |builder, profile| builder.profile(profile));
            builder = args.endpoint_url.iter().fold(builder, |builder, url| builder.endpoint_url(url));
        }
        let client = builder.build().await?;
        let model = match &args.model {
            Some(model) => model.clone(),
            None => default_model(&client.transport().region().name),
        };
        Ok(Self { client, model, emulator })
    }
}

async fn start_emulator() -> Result<Emulator, Failure> {
    let started = Emulator::builder().start().await;
    started.map_err(|error| Failure::input(format!("the emulator cannot be started: {error}")))
}

/// A cheap model of Amazon's own, by the cross-region profile of the region's part of the world.
fn default_model(region: &str) -> String {
    let profile = match region.split('-').next().unwrap_or_default() {
        "eu" => "eu.",
        "ap" => "apac.",
        "us" if region.starts_with("us-gov") => "us-gov.",
        "us" | "ca" => "us.",
        _ => "",
    };
    format!("{profile}amazon.nova-lite-v1:0")
}
