//! The region that a client sends its requests to.

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

/// The source of a region that the settings name.
const SETTINGS: &str = "the settings";

/// The source of a region of a profile.
const PROFILE: &str = "the profile";

impl Region {
    /// Returns the region that was given; without a check, see [`checked`](Self::checked).
    pub(crate) fn from_settings(given: Option<&str>) -> Option<Self> {
        given.map(|name| Self { name: name.to_owned(), source: SETTINGS })
    }

    /// Returns the region of `AWS_REGION`, else that of `AWS_DEFAULT_REGION`; without a check.
    pub(crate) fn from_env(env: &Environment) -> Option<Self> {
        // `AWS_REGION` is the name of AWS's SDKs, `AWS_DEFAULT_REGION` that of botocore, which AG2 is built on. See
        // https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html.
        ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .into_iter()
            .find_map(|variable| env.get(variable).map(|name| Self { name, source: variable }))
    }

    /// Returns the region of a profile; without a check.
    pub(crate) fn from_profile(name: &str) -> Self {
        Self { name: name.to_owned(), source: PROFILE }
    }

    /// Rejects a name that is not of the form of a region's.
    ///
    /// Whether the region exists is not checked: AWS adds some each year.
    ///
    /// # Errors
    /// Code `InvalidRegion`, with the name of the setting.
    pub(crate) fn checked(self) -> Result<Self, ModelError> {
        // The name is a label of the endpoint's host and a part of the signature's scope. The SDK puts any text into both:
        // an empty name fails as "Missing Region" in the first call, and a space panics or fails as a broken connection.
        let is_name_char = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
        // A label of a host has 63 characters at most (RFC 1035, section 2.3.4).
        if (1..=63).contains(&self.name.len())
            && self.name.chars().all(is_name_char)
            && !self.name.starts_with('-')
            && !self.name.ends_with('-')
        {
            return Ok(self);
        }
        let path = match self.source {
            SETTINGS => "aws_region",
            PROFILE => "profile.region",
            variable => variable,
        };
        let of_profile = if self.source == PROFILE { " of the profile" } else { "" };
        let message = format!("`{}` is not the name of a region{of_profile}", self.name);
        Err(setting_error("InvalidRegion", path, message)
            .with_hint("a region has lower-case letters, digits and hyphens, such as `eu-west-1`"))
    }
}

/// Builds the error for settings without a region.
pub(crate) fn missing_region() -> ModelError {
    // Without this check the SDK fails at the first call, with a dispatch failure "Missing Region".
    setting_error("MissingRegion", "aws_region", "no region is set")
        .with_hint("set `aws_region` (or `--region`), AWS_REGION or AWS_DEFAULT_REGION, or put `region` into the profile; all were looked at")
}

#[cfg(test)]
mod tests {
    use super::{Environment, Region};

    #[test]
    fn names_of_regions_have_lower_case_letters_digits_and_hyphens() {
        for (name, is_valid) in [
            ("eu-west-1", true),
            ("us-gov-east-1", true),
            ("eu-mars-1", true),
            ("", false),
            (" ", false),
            ("eu west 1", false),
            ("eu-west-1\n", false),
            ("EU-WEST-1", false),
            ("eu-west-1.example.com/", false),
            ("-eu", false),
        ] {
            let region = Region::from_settings(Some(name)).expect("a name").checked();
            assert_eq!(region.is_ok(), is_valid, "{name}");
        }
    }

    #[test]
    fn rejected_region_is_reported_with_its_setting() {
        let env = Environment::from_variables([("AWS_DEFAULT_REGION", "eu west")]);
        for (region, path) in [
            (Region::from_settings(Some("")), "aws_region"),
            (Region::from_env(&env), "AWS_DEFAULT_REGION"),
            (Some(Region::from_profile("eu west")), "profile.region"),
        ] {
            let error = region.expect("a name").checked().expect_err("it is malformed");
            assert_eq!((error.code(), error.path()), (Some("InvalidRegion"), Some(path)));
        }
    }
}
