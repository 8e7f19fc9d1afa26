//! The region that a client sends its requests to.

use aws_config::meta::region::ProvideRegion as _;
use aws_config::profile::ProfileFileRegionProvider;
use outcrop_core::ModelError;

use crate::environment::{Environment, setting_error};

/// A region and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Region {
    /// The name, such as `eu-west-1`.
    pub name: String,
    /// Where the name was found, such as `AWS_REGION`.
    pub source: &'static str,
}

impl Region {
    /// Returns the region that was given, else that of `AWS_REGION`, else that of `AWS_DEFAULT_REGION`.
    pub(crate) fn from_settings(given: Option<&str>, env: &Environment) -> Option<Self> {
        if let Some(name) = given.filter(|name| !name.is_empty()) {
            return Some(Self { name: name.to_owned(), source: "the settings" });
        }
        // `AWS_REGION` is the name of AWS's SDKs, `AWS_DEFAULT_REGION` that of botocore, which AG2 is built on. See
        // https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html.
        ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .into_iter()
            .find_map(|variable| env.get(variable).map(|name| Self { name, source: variable }))
    }

    /// Returns the region of a profile: the given one, else the one that the process's environment selects.
    ///
    /// # Errors
    /// Code `MissingRegion`: the profile has none.
    pub(crate) async fn from_profile(profile: Option<&str>) -> Result<Self, ModelError> {
        let mut provider = ProfileFileRegionProvider::builder();
        if let Some(profile) = profile {
            provider = provider.profile_name(profile);
        }
        match provider.build().region().await {
            Some(region) => Ok(Self { name: region.to_string(), source: "the profile" }),
            // Without this check the SDK fails at the first call, with a dispatch failure "Missing Region".
            None => Err(setting_error("MissingRegion", "aws_region", "no region is set")
                .with_hint("set `aws_region` (or `--region`), AWS_REGION or AWS_DEFAULT_REGION, or put `region` into the profile; all were looked at")),
        }
    }
}
