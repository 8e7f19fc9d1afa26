//! The profiles of the shared configuration files.
//!
//! The SDK skips a profile that does not exist and looks for credentials elsewhere. Here it is an error, because another
//! identity must not replace the one that was named.

use std::path::Path;

use aws_config::profile::{Profile, ProfileFileLoadError, ProfileSet};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_runtime::env_config::property::PropertiesKey;
use aws_types::os_shim_internal::{Env, Fs};
use outcrop_core::ModelError;

use crate::environment::setting_error;

/// The profiles of the shared configuration files, with one selected.
#[derive(Debug)]
pub(crate) struct Profiles {
    set: ProfileSet,
    /// The setting that selected the profile: `aws_profile_name` or `AWS_PROFILE`.
    setting: &'static str,
}

/// The kind of credentials that a profile has, by its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProfileCredentials {
    /// The profile has no credentials: it only sets a region or an endpoint.
    Missing,
    /// Credentials of AWS IAM Identity Center, which require a login.
    Sso,
    /// Static keys, a role, a process or a web identity.
    Present,
}

/// The keys of a profile that name a source of credentials, except those of SSO. See
/// <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>.
const CREDENTIAL_KEYS: &[&str] = &[
    "aws_access_key_id",
    "aws_secret_access_key",
    "credential_process",
    "credential_source",
    "login_session",
    "role_arn",
    "source_profile",
    "web_identity_token_file",
];

/// The keys of a profile with SSO credentials: one for sessions, one for the older form.
const SSO_KEYS: &[&str] = &["sso_session", "sso_start_url"];

impl Profiles {
    /// Reads the shared configuration files and selects a profile: the given one, else that of `AWS_PROFILE`, else `default`.
    ///
    /// # Errors
    /// Code `InvalidProfileFile`: a file cannot be parsed.
    pub(crate) async fn load(name: Option<&str>) -> Result<Self, ModelError> {
        let setting = if name.is_some() { "aws_profile_name" } else { "AWS_PROFILE" };
        let name = name.map(|name| name.to_owned().into());
        let files = EnvConfigFiles::default();
        let set = aws_config::profile::load(&Fs::real(), &Env::real(), &files, name).await;
        Ok(Self { set: set.map_err(|error| invalid_file(&error))?, setting })
    }

    /// Returns the name of the selected profile.
    pub(crate) fn selected(&self) -> &str {
        self.set.selected_profile()
    }

    /// Rejects a selected profile that does not exist, unless it is the default one that nothing named.
    ///
    /// # Errors
    /// Code `ProfileNotFound`: the message names it, and the hint those that exist.
    pub(crate) fn require_selected(&self) -> Result<(), ModelError> {
        let is_named = self.setting != "AWS_PROFILE" || self.selected() != "default";
        if is_named && self.profile(self.selected()).is_none() {
            return Err(self.not_found(format!("the profile `{}` does not exist", self.selected())));
        }
        Ok(())
    }

    /// Returns the region of the selected profile.
    pub(crate) fn region(&self) -> Option<&str> {
        self.set.get("region")
    }

    /// Returns the endpoint URL that the selected profile has for all services.
    pub(crate) fn endpoint_url(&self) -> Option<&str> {
        self.set.get("endpoint_url").filter(|url| !url.is_empty())
    }

    /// Returns the endpoint URL of a service, by one of its keys, in the `services` section of the selected profile.
    pub(crate) fn service_endpoint_url(&self, keys: &[&str]) -> Option<&str> {
        let section = self.set.get("services")?;
        let url = keys.iter().find_map(|service| {
            let key = PropertiesKey::builder()
                .section_key("services")
                .section_name(section)
                .property_name(*service)
                .sub_property_name("endpoint_url");
            self.set.other_sections().get(&key.build().ok()?).map(String::as_str)
        });
        url.filter(|url| !url.is_empty())
    }

    /// Returns the setting of the selected profile that switches off configured endpoints.
    pub(crate) fn ignore_configured_endpoint_urls(&self) -> Option<&str> {
        self.set.get("ignore_configured_endpoint_urls")
    }

    /// Returns the kind of credentials of the selected profile. Roles are followed to their source profiles.
    ///
    /// # Errors
    /// Code `PartialCredentials` for half an access key, `ProfileNotFound` for a source profile that does not exist, and
    /// `InvalidProfile` if the source profiles form a cycle.
    pub(crate) fn credentials(&self) -> Result<ProfileCredentials, ModelError> {
        let mut visited = vec![self.selected()];
        let mut current = self.profile(self.selected());
        let mut found = ProfileCredentials::Missing;
        while let Some(profile) = current {
            let has = |keys: &[&str]| keys.iter().any(|key| profile.get(key).is_some());
            if has(SSO_KEYS) {
                return Ok(ProfileCredentials::Sso);
            }
            if has(CREDENTIAL_KEYS) {
                found = ProfileCredentials::Present;
            }
            self.check_keys(profile)?;
            // A profile may name itself as the source of its role's keys.
            let source = profile.get("source_profile").filter(|source| *source != profile.name());
            let Some(source) = source.filter(|_| profile.get("role_arn").is_some()) else { break };
            if visited.contains(&source) {
                let message =
                    format!("the source profiles of `{}` form a cycle at `{source}`", self.selected());
                return Err(setting_error("InvalidProfile", self.setting, message));
            }
            visited.push(source);
            current = self.profile(source);
            if current.is_none() {
                let name = profile.name();
                return Err(self.not_found(format!(
                    "the source profile `{source}` of the profile `{name}` does not exist"
                )));
            }
        }
        Ok(found)
    }

    /// Rejects a profile with half an access key.
    fn check_keys(&self, profile: &Profile) -> Result<(), ModelError> {
        let (access_key, secret_key) = ("aws_access_key_id", "aws_secret_access_key");
        let (set, missing) = match (profile.get(access_key), profile.get(secret_key)) {
            (Some(_), None) => (access_key, secret_key),
            (None, Some(_)) => (secret_key, access_key),
            _ => return Ok(()),
        };
        let message = format!("the profile `{}` has `{set}` but not `{missing}`", profile.name());
        Err(setting_error("PartialCredentials", self.setting, message)
            .with_hint(format!("add `{missing}` to the profile, or remove `{set}`")))
    }

    fn profile(&self, name: &str) -> Option<&Profile> {
        self.set.get_profile(name)
    }

    /// Builds the error for a missing profile, with the profiles that exist and the files that were read.
    fn not_found(&self, message: String) -> ModelError {
        let mut names: Vec<String> = self.set.profiles().map(|name| format!("`{name}`")).collect();
        names.sort_unstable();
        let files =
            [("AWS_CONFIG_FILE", "~/.aws/config"), ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")];
        let files = files.map(|(variable, default)| describe_file(variable, default)).join(" and ");
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        setting_error("ProfileNotFound", self.setting, message)
            .with_hint(format!("the profiles that exist: {names}; the files that were read: {files}"))
    }
}

/// Builds the error for a file that cannot be parsed. The SDK's text names the file and the line, and quotes nothing.
fn invalid_file(error: &ProfileFileLoadError) -> ModelError {
    let cause = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    setting_error(
        "InvalidProfileFile",
        "aws_profile_name",
        format!("the shared configuration cannot be read: {cause}"),
    )
    .with_hint("correct the file, or set AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE to others")
}

/// Returns the path of a shared configuration file, with a remark if it does not exist.
fn describe_file(variable: &'static str, default: &'static str) -> String {
    let path = std::env::var(variable).unwrap_or_else(|_| default.to_owned());
    let expanded = match (path.strip_prefix('~'), std::env::var("HOME")) {
        (Some(rest), Ok(home)) => format!("{home}{rest}"),
        _ => path.clone(),
    };
    if Path::new(&expanded).exists() { path } else { format!("{path} (not found)") }
}
