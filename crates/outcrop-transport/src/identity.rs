//! The identity of a client: the source of its credentials.
//!
//! Key, secret and session token always come from one source (lesson L119). A source that was named explicitly is the only
//! one: what the environment has does not replace it.

use std::borrow::Cow;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future::ProvideCredentials as ProvidedCredentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use outcrop_core::ModelError;

use crate::credentials::{Credentials, PartNames, sendable_part};
use crate::environment::{Environment, setting_error};
use crate::profile::{ProfileCredentials, Profiles};

/// The source of a client's credentials.
#[derive(Clone, Debug)]
pub(crate) enum Identity {
    /// These credentials: explicit ones, or those of the environment; with the name of where they were found.
    Given(Credentials, &'static str),
    /// The credentials of the profile that the settings name.
    Profile(String),
    /// The role of the container or instance, for a profile in the settings that has no credentials of its own.
    Role(String),
    /// The SDK's chain: the profile that `AWS_PROFILE` selects, web identity, container, instance.
    Chain,
}

/// AG2's own variables, which AWS's tools don't read.
const AG2_VARIABLES: PartNames =
    PartNames { access_key: "AWS_ACCESS_KEY", secret_key: "AWS_SECRET_KEY", ..AWS_VARIABLES };

/// The variables of AWS's SDKs.
const AWS_VARIABLES: PartNames = PartNames {
    access_key: "AWS_ACCESS_KEY_ID",
    secret_key: "AWS_SECRET_ACCESS_KEY",
    session_token: "AWS_SESSION_TOKEN",
    bearer: "AWS_BEARER_TOKEN_BEDROCK",
};

impl Identity {
    /// Finds credentials that need no file: the given ones, unless the settings name a profile `AWS_BEARER_TOKEN_BEDROCK`,
    /// AWS's own variables, AG2's variables, in this order.
    ///
    /// # Errors
    /// Code `PartialCredentials` for half an access key, and `InvalidCredentials` for a part that cannot be sent.
    pub(crate) fn without_profile(
        given: Option<&Credentials>,
        profile: Option<&str>,
        env: &Environment,
    ) -> Result<Option<Self>, ModelError> {
        if let Some(credentials) = given {
            return credentials
                .checked(&PartNames::SETTINGS)
                .map(|found| Some(Self::Given(found, "the settings")));
        }
        if profile.is_some() {
            return Ok(None);
        }
        // A token comes before ambient keys, as in AWS's own SDKs: whoever creates a Bedrock API key means this service
        // (L118). Variables of other services, such as `API_KEY`, are never read (M78).
        if let Some(token) = env.get(AWS_VARIABLES.bearer) {
            let found = Credentials::bearer(token).checked(&AWS_VARIABLES)?;
            return Ok(Some(Self::Given(found, AWS_VARIABLES.bearer)));
        }
        for names in [AWS_VARIABLES, AG2_VARIABLES] {
            if let Some(keys) = keys_from_env(env, &names)? {
                return keys.checked(&names).map(|found| Some(Self::Given(found, names.access_key)));
            }
        }
        Ok(None)
    }

    /// Finds credentials in the profiles, or behind them in the SDK's chain.
    ///
    /// # Errors
    /// The profile does not exist, or its credentials are incomplete.
    pub(crate) fn from_profiles(profiles: &Profiles, is_explicit: bool) -> Result<Self, ModelError> {
        profiles.require_selected()?;
        let name = || profiles.selected().to_owned();
        Ok(match profiles.credentials()? {
            _ if !is_explicit => Self::Chain,
            // As in botocore, which leaves out the environment if a profile was named, and nothing else.
            ProfileCredentials::Missing => Self::Role(name()),
            ProfileCredentials::Sso | ProfileCredentials::Present => Self::Profile(name()),
        })
    }

    /// Returns the provider of the credentials that a profile of the settings leads to.
    pub(crate) fn profile_provider(&self, config: &ProviderConfig) -> Option<SharedCredentialsProvider> {
        match self {
            Self::Given(..) | Self::Chain => None,
            // Not the SDK's default chain with a profile's name: there the variables of keys come before the profile, and
            // their session token with them.
            Self::Profile(name) => {
                let provider = ProfileFileCredentialsProvider::builder().profile_name(name).configure(config);
                Some(SharedCredentialsProvider::new(provider.build()))
            }
            Self::Role(_) => {
                let container = EcsCredentialsProvider::builder().configure(config).build();
                let instance = ImdsCredentialsProvider::builder().configure(config).build();
                Some(SharedCredentialsProvider::new(
                    CredentialsProviderChain::first_try("EcsContainer", container)
                        .or_else("Ec2InstanceMetadata", instance),
                ))
            }
        }
    }
}

/// Reads an access key from its variables; `None` if neither half is set.
fn keys_from_env(env: &Environment, names: &PartNames) -> Result<Option<Credentials>, ModelError> {
    let (access_key, secret_key) = (env.get(names.access_key), env.get(names.secret_key));
    let has_access_key = access_key.as_ref().is_some_and(|key| !key.trim().is_empty());
    Credentials::from_parts(access_key, secret_key, env.get(names.session_token)).map_err(|_| {
        let (set, missing) = if has_access_key {
            (names.access_key, names.secret_key)
        } else {
            (names.secret_key, names.access_key)
        };
        setting_error("PartialCredentials", missing, format!("{set} is set and {missing} is not"))
            .with_hint(format!("set {missing}, too, or unset {set}"))
    })
}

/// A provider that drops white space around the credentials of another one and rejects those that cannot be sent.
#[derive(Debug)]
pub(crate) struct CheckedProvider(pub(crate) SharedCredentialsProvider);

impl ProvideCredentials for CheckedProvider {
    fn provide_credentials<'a>(&'a self) -> ProvidedCredentials<'a>
    where
        Self: 'a,
    {
        ProvidedCredentials::new(async { check_provided(self.0.provide_credentials().await?) })
    }

    fn fallback_on_interrupt(&self) -> Option<aws_credential_types::Credentials> {
        self.0.fallback_on_interrupt()
    }
}

/// Checks credentials of a provider, such as the output of a `credential_process`.
fn check_provided(
    found: aws_credential_types::Credentials,
) -> Result<aws_credential_types::Credentials, CredentialsError> {
    let check = |part: &str, name: &str| match sendable_part(part) {
        Ok(part) => Ok(part.to_owned()),
        Err(reason) => {
            Err(CredentialsError::invalid_configuration(format!("the {name} cannot be used: {reason}")))
        }
    };
    let access_key = check(found.access_key_id(), "access key id")?;
    let secret_key = check(found.secret_access_key(), "secret access key")?;
    let token = found.session_token().map(|token| check(token, "session token")).transpose()?;
    let is_unchanged = access_key == found.access_key_id()
        && secret_key == found.secret_access_key()
        && token.as_deref() == found.session_token();
    if is_unchanged {
        // The value also carries marks for the user agent, which a copy would lose.
        return Ok(found);
    }
    let mut builder = aws_credential_types::Credentials::builder()
        .access_key_id(access_key)
        .secret_access_key(secret_key)
        .provider_name("outcrop");
    builder.set_session_token(token);
    builder.set_expiry(found.expiry());
    builder.set_account_id(found.account_id().cloned());
    Ok(builder.build())
}

/// The description of an identity in errors.
#[derive(Clone, Debug)]
pub(crate) struct IdentityLabel {
    name: Cow<'static, str>,
    hint: Cow<'static, str>,
}

/// The hint of the error for missing credentials: every source that was searched.
const CHAIN_HINT: &str = "give keys or a profile in the settings, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, \
    AWS_PROFILE or AWS_BEARER_TOKEN_BEDROCK, or log in (`aws sso login`); roles of containers and instances were looked for, too";

impl IdentityLabel {
    /// Describes the credentials of an SDK client that the caller created.
    pub(crate) const SDK_CLIENT: Self = Self {
        name: Cow::Borrowed("the SDK client"),
        hint: Cow::Borrowed("check the SDK client's credentials provider"),
    };

    /// Describes an identity. The profiles are those that were read for it.
    pub(crate) fn new(identity: &Identity, profiles: Option<&Profiles>) -> Self {
        let is_sso = |profiles: &&Profiles| matches!(profiles.credentials(), Ok(ProfileCredentials::Sso));
        let login = profiles
            .filter(is_sso)
            .map(|profiles| format!("log in: `aws sso login --profile {}`", profiles.selected()));
        let hint = |otherwise: &'static str| match &login {
            Some(login) => Cow::Owned(login.clone()),
            None => Cow::Borrowed(otherwise),
        };
        let (name, hint) = match identity {
            Identity::Given(_, source) => (Cow::Borrowed(*source), hint("check the keys")),
            Identity::Profile(name) => (
                Cow::Owned(format!("the profile `{name}`")),
                hint("check the profile; other sources are not used, because the settings name it"),
            ),
            Identity::Role(name) => (
                Cow::Owned(format!("the container or instance, for the profile `{name}`")),
                match &login {
                    Some(login) => Cow::Owned(login.clone()),
                    // The profile is named, because the keys of the environment that the user may expect are not used.
                    None => Cow::Owned(format!(
                        "add credentials to the profile `{name}`, which the settings name: it has none, and this machine has no \
                         role"
                    )),
                },
            ),
            Identity::Chain => (Cow::Borrowed("the default chain"), hint(CHAIN_HINT)),
        };
        Self { name, hint }
    }

    /// Returns the name of the source.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns what a person can do if the source has no credentials.
    pub(crate) fn hint(&self) -> Cow<'static, str> {
        self.hint.clone()
    }
}
