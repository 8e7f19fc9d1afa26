//! As whom to talk.

use std::fmt;

use outcrop_core::ModelError;
use secrecy::{ExposeSecret, SecretString};

use super::{Environment, Settings, misconfigured};

/// As whom to talk. The secrets in it never show in `Debug`, and are wiped from memory when it is dropped.
#[derive(Clone)]
#[non_exhaustive]
pub enum Credentials {
    /// An access key.
    Keys {
        /// Its id.
        access_key: String,
        /// Its secret.
        secret_key: SecretString,
        /// The token of the session, for keys that have one.
        session_token: Option<SecretString>,
    },
    /// A Bedrock API key.
    Bearer(SecretString),
}

impl Credentials {
    /// An access key.
    #[must_use]
    pub fn keys(access_key: impl Into<String>, secret_key: impl Into<String>) -> Self {
        Self::Keys {
            access_key: access_key.into(),
            secret_key: secret_key.into().into(),
            session_token: None,
        }
    }

    /// An access key of a session.
    #[must_use]
    pub fn session(
        access_key: impl Into<String>,
        secret_key: impl Into<String>,
        token: impl Into<String>,
    ) -> Self {
        Self::Keys {
            access_key: access_key.into(),
            secret_key: secret_key.into().into(),
            session_token: Some(token.into().into()),
        }
    }

    /// A Bedrock API key.
    #[must_use]
    pub fn bearer(token: impl Into<String>) -> Self {
        Self::Bearer(token.into().into())
    }

    /// An access key of which each part may be missing, as configurations have it; `None` when both halves are.
    ///
    /// # Errors
    /// Code `PartialCredentials` when one half is missing: another identity must not be taken for it silently.
    pub fn from_parts(
        access_key: Option<String>,
        secret_key: Option<String>,
        session_token: Option<String>,
    ) -> Result<Option<Self>, ModelError> {
        let given = |part: Option<String>| part.filter(|part| !part.is_empty());
        match (given(access_key), given(secret_key)) {
            (Some(access_key), Some(secret_key)) => Ok(Some(Self::Keys {
                access_key,
                secret_key: secret_key.into(),
                session_token: given(session_token).map(Into::into),
            })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(partial("aws_secret_key", "the access key has no secret")),
            (None, Some(_)) => Err(partial("aws_access_key", "the secret has no access key")),
        }
    }
}

fn partial(path: &'static str, message: &'static str) -> ModelError {
    misconfigured("PartialCredentials", path, message).with_hint(
        "give both halves of the key, or none of them to use a profile, a role or AWS_BEARER_TOKEN_BEDROCK",
    )
}

/// Where the credentials come from in the end.
#[derive(Clone, Debug)]
pub(crate) enum Identity {
    /// These, and no others: explicit ones, or those of the environment.
    Given(Credentials),
    /// The SDK's chain: profile, web identity, container, instance.
    Chain,
}

/// Variables of AG2's own, which AWS's tools do not know.
const AG2_ACCESS_KEY: &str = "AWS_ACCESS_KEY";
const AG2_SECRET_KEY: &str = "AWS_SECRET_KEY";

impl Settings {
    /// Where the credentials come from: the settings, a profile named in them, `AWS_BEARER_TOKEN_BEDROCK`, AWS's own
    /// variables, AG2's, the rest of AWS's chain, in this order.
    ///
    /// # Errors
    /// Code `PartialCredentials` when the environment has half a key.
    pub(crate) fn identity(&self) -> Result<Identity, ModelError> {
        if let Some(credentials) = &self.credentials {
            return Ok(Identity::Given(credentials.clone()));
        }
        if self.profile.is_some() {
            return Ok(Identity::Chain);
        }
        let env = &self.environment;
        if let Some(token) = env.get("AWS_BEARER_TOKEN_BEDROCK") {
            return Ok(Identity::Given(Credentials::bearer(token)));
        }
        let standard = pair(env, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")?;
        match standard.map_or_else(|| pair(env, AG2_ACCESS_KEY, AG2_SECRET_KEY), |found| Ok(Some(found)))? {
            Some(credentials) => Ok(Identity::Given(credentials)),
            None => Ok(Identity::Chain),
        }
    }
}

fn pair(
    env: &Environment,
    access_key: &'static str,
    secret_key: &'static str,
) -> Result<Option<Credentials>, ModelError> {
    Credentials::from_parts(env.get(access_key), env.get(secret_key), env.get("AWS_SESSION_TOKEN")).map_err(
        |_| {
            let (set, missing) = if env.get(access_key).is_some() {
                (access_key, secret_key)
            } else {
                (secret_key, access_key)
            };
            misconfigured("PartialCredentials", missing, format!("{set} is set and {missing} is not"))
                .with_hint(format!("set {missing}, too, or unset {set}"))
        },
    )
}

impl Credentials {
    /// The token of the session, for keys that have one.
    pub(crate) fn session_token(&self) -> Option<&str> {
        match self {
            Self::Keys { session_token, .. } => session_token.as_ref().map(ExposeSecret::expose_secret),
            Self::Bearer(_) => None,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys { session_token: Some(_), .. } => f.write_str("Keys(**********, with session token)"),
            Self::Keys { .. } => f.write_str("Keys(**********)"),
            Self::Bearer(_) => f.write_str("Bearer(**********)"),
        }
    }
}
