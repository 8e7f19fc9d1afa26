//! The builder of a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use outcrop_converse::{Alternation, Catalog, Dialect, EncodeOptions, Rules};
use outcrop_core::{ModelError, PromptCache, ResponseFormat};
use outcrop_transport::{Credentials, Environment, Retry, Settings, Timeouts, Transport};

use super::body_buffers::BodyBuffers;
use super::bound_reasoning::BoundReasoning;
use super::discovery::Discovery;
use super::rejected_parameters::RejectedParameters;
use super::{BedrockClient, Shared};
use crate::config::ConfigEntry;
use crate::defaults::RequestDefaults;
use crate::media::MediaFetcher;

/// A builder of a [`BedrockClient`].
///
/// Every setting has a default. The environment is read by [`build`](Self::build), not before.
///
/// ```
/// use std::time::Duration;
///
/// use outcrop::{BedrockClient, Retry};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), outcrop::ModelError> {
/// let client = BedrockClient::builder()
///     .region("eu-west-1")
///     .retry(Retry::new().with_attempts(3))
///     .read_timeout(Duration::from_secs(120))
/// #   .credentials(outcrop::Credentials::keys("any", "any"))
///     .build()
///     .await?;
/// assert_eq!(client.transport().region().name, "eu-west-1");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct BedrockClientBuilder {
    settings: Settings,
    options: EncodeOptions,
    defaults: RequestDefaults,
    fetcher: Option<Arc<dyn MediaFetcher>>,
    stream_fallback: bool,
    remembers_rejections: bool,
    records_content: bool,
    looks_up_profiles: bool,
}

impl BedrockClientBuilder {
    /// Creates a builder with AG2 Classic's dialect.
    pub(super) fn ag2() -> Self {
        Self { options: EncodeOptions::ag2(), ..Self::default() }
    }

    /// Sets the region. By default it comes from `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile, in this order.
    #[must_use]
    pub fn region(self, region: impl Into<String>) -> Self {
        self.settings(|settings| settings.with_region(region))
    }

    /// Sets the credentials. By default they come from the environment or AWS's default chain.
    ///
    /// The environment is searched in this order: `AWS_BEARER_TOKEN_BEDROCK`; `AWS_ACCESS_KEY_ID` with
    /// `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`; AG2's `AWS_ACCESS_KEY` with `AWS_SECRET_KEY`. Then follow
    /// `AWS_PROFILE`, single sign-on, web identities, and the roles of containers and instances.
    #[must_use]
    pub fn credentials(self, credentials: Credentials) -> Self {
        self.settings(|settings| settings.with_credentials(credentials))
    }

    /// Sets the profile of the shared AWS configuration files; `AWS_PROFILE` by default.
    #[must_use]
    pub fn profile(self, profile: impl Into<String>) -> Self {
        self.settings(|settings| settings.with_profile(profile))
    }

    /// Sets the address of the service: that of an emulator, a VPC endpoint or a proxy.
    ///
    /// By default it is AWS's, or that of `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`, `AWS_ENDPOINT_URL` or the profile.
    #[must_use]
    pub fn endpoint_url(self, url: impl Into<String>) -> Self {
        self.settings(|settings| settings.with_endpoint_url(url))
    }

    /// Sets the address of the control plane, which has the lists of [`models`](BedrockClient::models).
    ///
    /// By default it is that of `AWS_ENDPOINT_URL_BEDROCK` or of `bedrock` in the profile's `services` section, else the
    /// [endpoint](Self::endpoint_url) if one is set, else AWS's.
    #[must_use]
    pub fn control_endpoint_url(self, url: impl Into<String>) -> Self {
        self.settings(|settings| settings.with_control_endpoint_url(url))
    }

    /// Sets the number of attempts and the waits between them. By default there are 5 attempts in total, or those of
    /// `AWS_MAX_ATTEMPTS`.
    #[must_use]
    pub fn retry(self, retry: Retry) -> Self {
        self.settings(|settings| settings.with_retry(retry))
    }

    /// Sets the time limit for the response of an attempt; 10 minutes by default.
    #[must_use]
    pub fn read_timeout(self, limit: Duration) -> Self {
        self.settings(|settings| {
            let timeouts = settings.timeouts.with_read(limit);
            settings.with_timeouts(timeouts)
        })
    }

    /// Sets all time limits, those of connections and streams included.
    #[must_use]
    pub fn timeouts(self, timeouts: Timeouts) -> Self {
        self.settings(|settings| settings.with_timeouts(timeouts))
    }

    /// Sets the environment variables to read; those of the process by default.
    #[must_use]
    pub fn environment(self, environment: Environment) -> Self {
        self.settings(|settings| settings.with_environment(environment))
    }

    /// Sets the dialect, where AG2 and Converse differ and both are legal; [`Dialect::Converse`] by default.
    ///
    /// How turns are made to alternate is a separate setting, [`alternation`](Self::alternation).
    /// [`BedrockClient::ag2`] sets both.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.options.dialect = dialect;
        self
    }

    /// Sets how turns are made to alternate between user and assistant; [`Alternation::Merge`] by default.
    #[must_use]
    pub fn alternation(mut self, alternation: Alternation) -> Self {
        self.options.alternation = alternation;
        self
    }

    /// Sets the text of turns that [`Alternation::Insert`] inserts; "Please continue." by default, as in AG2.
    #[must_use]
    pub fn filler(mut self, filler: impl Into<String>) -> Self {
        self.options.filler = filler.into();
        self
    }

    /// Sets the rules by which histories are repaired; all of them by default.
    #[must_use]
    pub fn rules(mut self, rules: Rules) -> Self {
        self.options.rules = rules;
        self
    }

    /// Sets the catalog of models, which has their capabilities and list prices; the built-in one by default.
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

    /// Sets the structure of every response. It overrides that of a request, as in AG2.
    #[must_use]
    pub fn response_format(mut self, format: ResponseFormat) -> Self {
        self.options.response_format = Some(format);
        self
    }

    /// Sets how the prompts of requests are cached that do not set it themselves.
    ///
    /// With [`PromptCache::auto`], each request gets cache points after its tools, after its system prompt and at its end, if
    /// the catalog has them for its model. By default only the caller's cache points are sent.
    ///
    /// ```
    /// use outcrop::{BedrockClient, PromptCache};
    ///
    /// let builder = BedrockClient::builder().cache(PromptCache::auto().with_ttl("1h"));
    /// # let _ = builder;
    /// ```
    #[must_use]
    pub fn cache(mut self, cache: PromptCache) -> Self {
        self.defaults.set_cache(cache);
        self
    }

    /// Sets the fetcher of images that have a web address. Without one, which is the default, they are errors.
    #[must_use]
    pub fn media_fetcher(mut self, fetcher: impl MediaFetcher + 'static) -> Self {
        self.fetcher = Some(Arc::new(fetcher));
        self
    }

    /// Makes a stream an error if the model does not support it, or not with tools.
    ///
    /// By default the client requests the whole response instead and returns its events, with a note.
    #[must_use]
    pub fn no_stream_fallback(self) -> Self {
        Self { stream_fallback: false, ..self }
    }

    /// Retries a request without a parameter that the service rejects by name, and adds a note.
    ///
    /// The client then drops that parameter from all later requests to the same model. This helps with models that are newer
    /// than the catalog. Only these parameters are dropped: temperature, `top_p`, stop sequences, `strict` of tools, and
    /// fields of the model itself. A [`strict`](Self::strict) client never retries in this way.
    #[must_use]
    pub fn retry_without_rejected_parameters(self) -> Self {
        Self { remembers_rejections: true, ..self }
    }

    /// Records instructions, messages and responses in the spans of calls, as `gen_ai.system_instructions`,
    /// `gen_ai.input.messages` and `gen_ai.output.messages`. Media are not included.
    ///
    /// By default no span has content, because it may be personal or secret. Whoever can read the traces can read it then.
    #[must_use]
    pub fn record_content(self, record: bool) -> Self {
        Self { records_content: record, ..self }
    }

    /// Looks up the model behind an application inference profile before the first request to it.
    ///
    /// The ARN of such a profile does not contain its model. Without a look-up, the requests have the rules for all models and
    /// no known cost, unless [`BedrockClient::models`] has listed the profile or the [`catalog`](Self::catalog) names its
    /// model. It is one small request (GetInferenceProfile) for each profile and client, and needs the permission
    /// `bedrock:GetInferenceProfile`. If it fails, so does the call, and nothing is sent to the model.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), outcrop::ModelError> {
    /// use outcrop::{BedrockClient, ModelClient, ModelRequest};
    ///
    /// let client = BedrockClient::builder().region("eu-west-1").look_up_profiles().build().await?;
    /// let profile = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56";
    /// let response = client.create(&ModelRequest::builder(profile).user("Name a river.").build()).await?;
    /// println!("{:?} dollars", response.cost);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn look_up_profiles(self) -> Self {
        Self { looks_up_profiles: true, ..self }
    }

    /// Creates a builder with the settings of an entry of a configuration list. Its dialect is AG2 Classic's, unless the
    /// entry has another one.
    ///
    /// # Errors
    /// Those of [`ConfigEntry::settings`], and kind `Configuration` if a parameter of the entry is invalid.
    pub fn from_config(entry: &ConfigEntry) -> Result<Self, ModelError> {
        Ok(Self {
            settings: entry.settings()?,
            options: entry.encode_options(),
            defaults: entry.request_defaults()?,
            ..Self::default()
        })
    }

    /// Resolves region and credentials and builds the client. Nothing is sent to Bedrock.
    ///
    /// # Errors
    /// Kind `Configuration`: no region is set (code `MissingRegion`), only one half of an access key is (code
    /// `PartialCredentials`), or there are no attempts (code `InvalidRetry`). The hint lists where settings were searched.
    pub async fn build(self) -> Result<BedrockClient, ModelError> {
        let transport = Transport::from_settings(self.settings.clone()).await?;
        Ok(self.with_transport(transport))
    }

    /// Builds the client with an existing transport. The builder's settings of the connection are ignored.
    #[must_use]
    pub fn with_transport(self, transport: Transport) -> BedrockClient {
        let Self { options, defaults, fetcher, stream_fallback, records_content, .. } = self;
        let rejected = self.remembers_rejections.then(RejectedParameters::default);
        let discovery = Discovery::new(options, self.looks_up_profiles);
        BedrockClient {
            shared: Arc::new(Shared {
                transport,
                discovery,
                defaults,
                fetcher,
                stream_fallback,
                rejected,
                bound_reasoning: BoundReasoning::default(),
                buffers: BodyBuffers::default(),
                records_content,
            }),
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
            records_content: false,
            looks_up_profiles: false,
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
