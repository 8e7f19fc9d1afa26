//! The settings of a transport.

use std::fmt;

use crate::credentials::Credentials;
use crate::environment::Environment;
use crate::region::Region;
use crate::retry::Retry;
use crate::timeouts::Timeouts;

/// The settings of a [`Transport`](crate::Transport): where to connect, with which credentials, retries and time limits.
///
/// Every setting has a default. Files and environment variables are only read by
/// [`Transport::from_settings`](crate::Transport::from_settings).
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Settings {
    /// The region; else that of `profile`, `AWS_REGION`, `AWS_DEFAULT_REGION`, that of `AWS_PROFILE`.
    pub region: Option<String>,
    /// The credentials; else those of `profile`, those of the environment, AWS's default chain.
    pub credentials: Option<Credentials>,
    /// A profile of the shared configuration files, which must exist. Its credentials and its region come before those of
    /// the environment. Else `AWS_PROFILE`.
    pub profile: Option<String>,
    /// The URL of the service, if it is not AWS's own endpoint: an emulator, a VPC endpoint, a proxy. Else
    /// `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`, `AWS_ENDPOINT_URL`, that of `bedrock_runtime` in the profile's `services` section, the
    /// profile's `endpoint_url`, the region's.
    pub endpoint_url: Option<String>,
    /// The URL of the control plane, which has the lists of models. Else `AWS_ENDPOINT_URL_BEDROCK`, `AWS_ENDPOINT_URL`, that of
    /// `bedrock` in the profile's `services` section, the profile's `endpoint_url`, else that of the service. If `endpoint_url`
    /// is set, it comes before those of all services. An endpoint of AWS has `bedrock` in place of `bedrock-runtime`.
    pub control_endpoint_url: Option<String>,
    /// The retries; 5 attempts by default.
    pub retry: Retry,
    /// The time limits.
    pub timeouts: Timeouts,
    /// The environment variables to read; by default those of the process.
    pub environment: Environment,
}

impl Settings {
    /// Creates the default settings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the region.
    #[must_use]
    pub fn with_region(self, region: impl Into<String>) -> Self {
        Self { region: Some(region.into()), ..self }
    }

    /// Sets the credentials.
    #[must_use]
    pub fn with_credentials(self, credentials: Credentials) -> Self {
        Self { credentials: Some(credentials), ..self }
    }

    /// Sets the profile of the shared configuration files.
    #[must_use]
    pub fn with_profile(self, profile: impl Into<String>) -> Self {
        Self { profile: Some(profile.into()), ..self }
    }

    /// Sets the URL of the service.
    #[must_use]
    pub fn with_endpoint_url(self, url: impl Into<String>) -> Self {
        Self { endpoint_url: Some(url.into()), ..self }
    }

    /// Sets the URL of the control plane, which has the lists of models.
    #[must_use]
    pub fn with_control_endpoint_url(self, url: impl Into<String>) -> Self {
        Self { control_endpoint_url: Some(url.into()), ..self }
    }

    /// Sets the retries.
    #[must_use]
    pub fn with_retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// Sets the time limits.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// Sets the environment variables to read, instead of those of the process.
    #[must_use]
    pub fn with_environment(self, environment: Environment) -> Self {
        Self { environment, ..self }
    }

    /// Returns the region of the settings, or of the environment if no profile is set. Only if there is none, files are read.
    #[must_use]
    pub fn region_without_profile(&self) -> Option<Region> {
        let from_env = || Region::from_env(&self.environment).filter(|_| self.profile.is_none());
        Region::from_settings(self.region.as_deref()).or_else(from_env)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("region", &self.region)
            .field("credentials", &self.credentials)
            .field("profile", &self.profile)
            .field("endpoint_url", &self.endpoint_url)
            .field("control_endpoint_url", &self.control_endpoint_url)
            .field("retry", &self.retry)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;
    use crate::environment::Environment;

    #[test]
    fn region_of_empty_variable_is_skipped() {
        let env = Environment::from_variables([("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "eu-west-3")]);
        let region = Settings::new().with_environment(env).region_without_profile().expect("a region");
        assert_eq!((region.name.as_str(), region.source), ("eu-west-3", "AWS_DEFAULT_REGION"));
    }
}
