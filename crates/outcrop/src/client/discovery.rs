//! Discovery: the models of the account, and those behind application inference profiles.
//!
//! The ARN of an application profile does not contain its model, so without discovery such a model has only the rules for
//! all models, and no price. What was found is kept for the life of the client and applies to all later requests.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::try_join3;
use outcrop_converse::catalog::{ModelFamily, ModelOverrides};
use outcrop_converse::{EncodeOptions, ModelId};
use outcrop_core::{ErrorKind, ModelError};
use tokio::sync::Mutex;

use super::BedrockClient;
use crate::models::{FoundationModels, InferenceProfiles, ModelKind, ModelList, NO_LISTS, Profile, parse};

/// The pages of a list that are read. AWS allows some thousand profiles per account; a service whose pages never end must
/// not keep a client busy for ever.
const MAX_PAGES: usize = 100;

/// What a client has found out about models.
#[derive(Debug)]
pub(super) struct Discovery {
    /// The options of requests. Their catalog has the models behind the known application profiles.
    options: RwLock<Arc<EncodeOptions>>,
    list: RwLock<Option<Arc<ModelList>>>,
    /// Held during a request to the control plane, so that concurrent calls send one.
    request_lock: Mutex<()>,
    /// Whether the model behind an application profile is looked up before the first request to it.
    pub(super) looks_up_profiles: bool,
}

impl Discovery {
    pub(super) fn new(options: EncodeOptions, looks_up_profiles: bool) -> Self {
        Self {
            options: RwLock::new(Arc::new(options)),
            list: RwLock::new(None),
            request_lock: Mutex::new(()),
            looks_up_profiles,
        }
    }

    /// Returns the options of requests.
    pub(super) fn options(&self) -> Arc<EncodeOptions> {
        // Each change replaces the value as a whole, so a panic cannot leave it inconsistent.
        self.options.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the list of models, if it was requested.
    fn list(&self) -> Option<Arc<ModelList>> {
        self.list.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps a list, and the models behind its application profiles.
    fn set_list(&self, list: &Arc<ModelList>) {
        let profiles = list.iter().filter(|model| model.kind == ModelKind::ApplicationProfile);
        let bases = profiles.filter_map(|profile| Some((profile.id.clone(), profile.base_model.clone()?)));
        self.add_base_models(&bases.collect());
        *self.list.write().unwrap_or_else(PoisonError::into_inner) = Some(list.clone());
    }

    /// Adds the models behind profiles to the catalog. What the program has set itself stays.
    fn add_base_models(&self, bases: &BTreeMap<String, String>) {
        let mut options = self.options.write().unwrap_or_else(PoisonError::into_inner);
        for (profile, base) in bases {
            if needs_base_model(&options, profile) {
                let changed = Arc::make_mut(&mut options);
                changed.catalog =
                    changed.catalog.clone().with_model(profile, ModelOverrides::from_base_model(base));
            }
        }
    }
}

/// Returns whether an id is the ARN of an application profile whose model is not known.
fn needs_base_model(options: &EncodeOptions, model: &str) -> bool {
    ModelId::parse(model).is_application_profile()
        && options.catalog.id(model).is_none()
        && options.catalog.model(model).family == ModelFamily::Other
}

impl BedrockClient {
    /// Returns the models and profiles that the account can name in the region of the client.
    ///
    /// The first call asks the service (ListFoundationModels and ListInferenceProfiles of its control plane, all pages), and
    /// the client keeps the list: later calls send nothing, see [`refresh_models`](Self::refresh_models). Afterwards, requests
    /// to an application inference profile have the rules and the price of the model behind it, and errors about ids that do
    /// not exist suggest ids of the list.
    ///
    /// [`ModelList::builtin`] has the models that this crate knows, without a network. Whether a model may be invoked depends
    /// on the account as well: the lists have models without access, too.
    ///
    /// The requests go to `bedrock.REGION.amazonaws.com`, or to
    /// [`control_endpoint_url`](crate::BedrockClientBuilder::control_endpoint_url). They need the permissions
    /// `bedrock:ListFoundationModels` and `bedrock:ListInferenceProfiles`.
    ///
    /// ```
    /// use outcrop::{BedrockClient, Credentials, ModelKind};
    /// use outcrop_emulator::Emulator;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let client = BedrockClient::builder()
    ///     .region("eu-west-1")
    ///     .endpoint_url(emulator.url())
    ///     .credentials(Credentials::keys("any", "any"))
    ///     .build()
    ///     .await?;
    ///
    /// let models = client.models().await?;
    /// for model in models.iter().filter(|model| model.matches("nova-lite")) {
    ///     println!("{} ({})", model.id, model.kind);
    /// }
    /// let profile = models.get("eu.amazon.nova-lite-v1:0").expect("a profile of the region");
    /// assert_eq!(profile.kind, ModelKind::InferenceProfile);
    /// assert_eq!(profile.base_model.as_deref(), Some("amazon.nova-lite-v1:0"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Kind `PermissionDenied`: a permission is missing. Kind `InvalidResponse` or `NotFound`: the endpoint does not serve the
    /// lists. Those of the connection as in [`create`](outcrop_core::ModelClient::create). Nothing is kept of a failed call.
    pub async fn models(&self) -> Result<Arc<ModelList>, ModelError> {
        let discovery = &self.shared.discovery;
        if let Some(list) = discovery.list() {
            return Ok(list);
        }
        let _guard = discovery.request_lock.lock().await;
        match discovery.list() {
            Some(list) => Ok(list),
            None => self.fetch_models().await,
        }
    }

    /// Asks the service for the models again, as [`models`](Self::models) does first, and keeps the new list.
    ///
    /// # Errors
    /// Those of [`models`](Self::models). The list before stays.
    pub async fn refresh_models(&self) -> Result<Arc<ModelList>, ModelError> {
        let _guard = self.shared.discovery.request_lock.lock().await;
        self.fetch_models().await
    }

    async fn fetch_models(&self) -> Result<Arc<ModelList>, ModelError> {
        let (models, mut profiles, own) = try_join3(
            self.foundation_models(),
            self.profiles("SYSTEM_DEFINED"),
            self.profiles("APPLICATION"),
        )
        .await
        .map_err(|error| self.with_endpoint_hint(error))?;
        profiles.extend(own);
        let list = Arc::new(ModelList::from_service(models, profiles));
        self.shared.discovery.set_list(&list);
        Ok(list)
    }

    async fn foundation_models(&self) -> Result<FoundationModels, ModelError> {
        let response = self.shared.transport.list_foundation_models().await?;
        self.with_call_context(parse(&response.body, "ListFoundationModels"), response.request_id)
    }

    /// Returns the profiles of a type, of all pages.
    async fn profiles(&self, kind: &str) -> Result<Vec<Profile>, ModelError> {
        let mut profiles = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let response = self.shared.transport.list_inference_profiles(kind, token.as_deref()).await?;
            let page: InferenceProfiles =
                self.with_call_context(parse(&response.body, "ListInferenceProfiles"), response.request_id)?;
            profiles.extend(page.inference_profile_summaries);
            match page.next_token {
                Some(next) if Some(&next) != token.as_ref() => token = Some(next),
                _ => return Ok(profiles),
            }
        }
        let message = format!("the list of inference profiles has more than {MAX_PAGES} pages");
        Err(ModelError::new(ErrorKind::InvalidResponse, message).with_code("EndlessList"))
    }

    /// Looks up the model behind an application profile, once, if the client does so and does not know it.
    pub(super) async fn look_up_profile(&self, model: &str) -> Result<(), ModelError> {
        let discovery = &self.shared.discovery;
        if !discovery.looks_up_profiles || !needs_base_model(&discovery.options(), model) {
            return Ok(());
        }
        let _guard = discovery.request_lock.lock().await;
        if !needs_base_model(&discovery.options(), model) {
            return Ok(());
        }
        let id = ModelId::parse(model).as_str();
        let found = async {
            let response = self.shared.transport.get_inference_profile(id).await?;
            let profile: Profile =
                self.with_call_context(parse(&response.body, "GetInferenceProfile"), response.request_id)?;
            profile.base_model().ok_or_else(|| {
                ModelError::new(ErrorKind::InvalidResponse, "the inference profile names no model")
                    .with_code("InvalidResponse")
            })
        };
        let base = found.await.map_err(|error| self.with_endpoint_hint(error).with_model(model))?;
        discovery.add_base_models(&BTreeMap::from([(id.to_owned(), base)]));
        Ok(())
    }

    /// Adds the hint for an endpoint without lists, if the endpoint is not AWS's own.
    fn with_endpoint_hint(&self, error: ModelError) -> ModelError {
        let is_own = self.shared.transport.control_endpoint_url().is_some();
        let has_no_lists = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidResponse)
            && error.code() != Some("ResourceNotFoundException");
        if is_own && has_no_lists { error.with_hint(NO_LISTS) } else { error }
    }

    /// Adds similar ids to an error about a model that does not exist: those of the account, if they were listed.
    pub(super) fn with_similar_ids(&self, error: ModelError, model: &str) -> ModelError {
        match self.shared.discovery.list() {
            Some(list) => list.with_similar_ids(error, model),
            None => ModelList::builtin().with_similar_ids(error, model),
        }
    }
}
