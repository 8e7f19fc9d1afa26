//! Setting a client up.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use outcrop_converse::{Alternation, Catalog, Dialect, EncodeOptions, Rules};
use outcrop_core::{ModelError, ResponseFormat};
use outcrop_transport::{Credentials, Environment, Retry, Settings, Timeouts, Transport};

use super::{BedrockClient, RejectedParameters, RequestDefaults, Shared};
use crate::config::ConfigEntry;
use crate::media::MediaFetcher;

/// Sets a [`BedrockClient`] up. Nothing is read from the environment, and nothing is sent, before [`build`](Self::build).
#[derive(Clone)]
pub struct BedrockClientBuilder {
    settings: Settings,
    options: EncodeOptions,
    defaults: RequestDefaults,
    fetcher: Option<Arc<dyn MediaFetcher>>,
    stream_fallback: bool,
    remembers_rejections: bool,
}

impl BedrockClientBuilder {
    /// The builder that an entry of a configuration list describes.
    ///
    /// # Errors
    /// Of kind `Configuration`, with the name of the setting.
    pub fn from_config(entry: &ConfigEntry) -> Result<Self, ModelError> {
        Ok(Self {
            settings: entry.settings()?,
            options: entry.encode_options(),
            defaults: RequestDefaults::from_config(entry),
            ..Self::default()
        })
    }

    /// The region; else `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's.
    #[must_use]
    pub fn region(self, region: impl Into<String>) -> Self {
        self.settings(|settings| settings.with_region(region))
    }

    /// The credentials; else those of the environment, else AWS's default chain.
    #[must_use]
    pub fn credentials(self, credentials: Credentials) -> Self {
        self.settings(|settings| settings.with_credentials(credentials))
    }

    /// A profile of the shared configuration files.
    #[must_use]
    pub fn profile(self, profile: impl Into<String>) -> Self {
        self.settings(|settings| settings.with_profile(profile))
    }

    /// Where the service is, if not at its usual address.
    #[must_use]
    pub fn endpoint_url(self, url: impl Into<String>) -> Self {
        self.settings(|settings| settings.with_endpoint_url(url))
    }

    /// How often to try.
    #[must_use]
    pub fn retry(self, retry: Retry) -> Self {
        self.settings(|settings| settings.with_retry(retry))
    }

    /// How long to wait for the reply of an attempt; 10 minutes by default.
    #[must_use]
    pub fn read_timeout(self, limit: Duration) -> Self {
        self.settings(|settings| {
            let timeouts = settings.timeouts.with_read(limit);
            settings.with_timeouts(timeouts)
        })
    }

    /// How long to wait, in all respects.
    #[must_use]
    pub fn timeouts(self, timeouts: Timeouts) -> Self {
        self.settings(|settings| settings.with_timeouts(timeouts))
    }

    /// The environment variables to look at, in place of the process's.
    #[must_use]
    pub fn environment(self, environment: Environment) -> Self {
        self.settings(|settings| settings.with_environment(environment))
    }

    /// The structure of every answer; goes before that of a request.
    #[must_use]
    pub fn response_format(mut self, format: ResponseFormat) -> Self {
        self.options.response_format = Some(format);
        self
    }

    /// How turns are made to alternate; by inserting turns, as AG2 does, unless said otherwise.
    #[must_use]
    pub fn alternation(mut self, alternation: Alternation) -> Self {
        self.options.alternation = alternation;
        self
    }

    /// Whose habits are kept where both are right; AG2's unless said otherwise.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.options.dialect = dialect;
        self
    }

    /// Sets the text of inserted turns; AG2's "Please continue." by default.
    #[must_use]
    pub fn filler(mut self, filler: impl Into<String>) -> Self {
        self.options.filler = filler.into();
        self
    }

    /// Sets the rules by which requests are repaired; all of them by default.
    #[must_use]
    pub fn rules(mut self, rules: Rules) -> Self {
        self.options.rules = rules;
        self
    }

    /// What is known of models, in place of the catalog that comes along: requests are adapted and costs reckoned by it.
    #[must_use]
    pub fn catalog(mut self, catalog: Catalog) -> Self {
        self.options.catalog = catalog;
        self
    }

    /// Makes every change to a request an error instead of a note.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.options.strict = true;
        self
    }

    /// Who fetches images that lie at web addresses. Without one they are refused: a server must not be led to fetch
    /// what a stranger names.
    #[must_use]
    pub fn media_fetcher(mut self, fetcher: impl MediaFetcher + 'static) -> Self {
        self.fetcher = Some(Arc::new(fetcher));
        self
    }

    /// Makes a model that cannot stream, or not with tools, an error. Otherwise its whole answer is waited for and handed
    /// out as a stream, with a note.
    #[must_use]
    pub fn no_stream_fallback(self) -> Self {
        Self { stream_fallback: false, ..self }
    }

    /// Sends a request once more without a parameter that the service rejects by name, with a note, and removes that
    /// parameter from later requests of this client to the same model. For models that are newer than the catalog.
    ///
    /// What is left out steers the model: temperature, nucleus, stop sequences, fields of the model's own. A client that is
    /// [`strict`](Self::strict) never does so.
    #[must_use]
    pub fn retry_without_rejected_parameters(self) -> Self {
        Self { remembers_rejections: true, ..self }
    }

    /// Resolves the settings and builds the client. Nothing is sent yet.
    ///
    /// # Errors
    /// Of kind `Configuration`: no region, half an access key. What was looked at says the hint.
    pub async fn build(self) -> Result<BedrockClient, ModelError> {
        let transport = Transport::from_settings(self.settings.clone()).await?;
        Ok(self.with_transport(transport))
    }

    /// Makes the client over a transport that stands already; the settings of the connection do not count.
    #[must_use]
    pub fn with_transport(self, transport: Transport) -> BedrockClient {
        let Self { options, defaults, fetcher, stream_fallback, remembers_rejections, .. } = self;
        let rejected = remembers_rejections.then(RejectedParameters::default);
        BedrockClient {
            shared: Arc::new(Shared { transport, options, defaults, fetcher, stream_fallback, rejected }),
        }
    }

    fn settings(self, change: impl FnOnce(Settings) -> Settings) -> Self {
        Self { settings: change(self.settings), ..self }
    }
}

impl Default for BedrockClientBuilder {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            options: EncodeOptions::default(),
            defaults: RequestDefaults::default(),
            fetcher: None,
            stream_fallback: true,
            remembers_rejections: false,
        }
    }
}

impl fmt::Debug for BedrockClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BedrockClientBuilder")
            .field("settings", &self.settings)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
