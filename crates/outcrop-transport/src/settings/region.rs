//! Which region to talk to.

use outcrop_core::ModelError;

use super::{Settings, misconfigured};

/// A region and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Region {
    /// Its name, such as `eu-west-1`.
    pub name: String,
    /// Where it was found, such as `AWS_REGION`.
    pub source: &'static str,
}

impl Settings {
    /// The region of the settings or the environment; the profile's is looked up only when this is `None`.
    #[must_use]
    pub fn region_without_profile(&self) -> Option<Region> {
        let found = |name: String, source| Some(Region { name, source });
        if let Some(name) = self.region.clone().filter(|name| !name.is_empty()) {
            return found(name, "the settings");
        }
        let from = |variable| self.environment.get(variable).map(|name| Region { name, source: variable });
        from("AWS_REGION").or_else(|| from("AWS_DEFAULT_REGION"))
    }
}

/// No region anywhere.
pub(crate) fn no_region() -> ModelError {
    misconfigured("MissingRegion", "aws_region", "no region is set")
        .with_hint("set `aws_region` (or `--region`), AWS_REGION or AWS_DEFAULT_REGION, or put `region` into the profile; all were looked at")
}
