//! The head of a first attempt, recorded from one that the SDK wrote.

use std::sync::{Arc, PoisonError, RwLock};

use aws_credential_types::credential_feature::AwsCredentialFeature;
use aws_smithy_runtime::client::retries::TokenBucket;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{ConfigBag, FrozenLayer};

use crate::exchange::Call;
use crate::exchange::signer::SIGNATURE_HEADERS;

const CONTENT_LENGTH: &str = "content-length";
const INVOCATION_ID: &str = "amz-sdk-invocation-id";

/// The head of the newest first attempt of the orchestrator. Later first attempts copy it.
#[derive(Debug, Default)]
pub(in crate::exchange) struct RecordedHead(RwLock<Option<Arc<Head>>>);

/// The head of a first attempt.
#[derive(Debug)]
pub(super) struct Head {
    method: String,
    /// The address up to the path of the operation.
    origin: String,
    /// The headers before those of the signature.
    before: Headers,
    /// The headers after those of the signature, which are not signed.
    after: Vec<(String, String)>,
    /// The marks in the user agent for the source of the credentials.
    marks: Vec<AwsCredentialFeature>,
    /// The budget of retries.
    budget: TokenBucket,
}

impl RecordedHead {
    /// Returns the head, if one was recorded.
    pub(super) fn get(&self) -> Option<Arc<Head>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Records the head of the first attempt of a call. One that cannot be repeated is not recorded.
    pub(in crate::exchange) fn record(&self, request: &HttpRequest, call: &Call, config: &ConfigBag) {
        let marks = config.load::<AwsCredentialFeature>().cloned().collect();
        if let Some(head) = Head::new(request, call, marks, config.load::<TokenBucket>()) {
            *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(head));
        }
    }
}

impl Head {
    /// Splits the head of a request into what is the same for every call and what is not. `None` for a head with headers in
    /// another order than that of the SDK.
    fn new(
        request: &HttpRequest,
        call: &Call,
        marks: Vec<AwsCredentialFeature>,
        budget: Option<&TokenBucket>,
    ) -> Option<Self> {
        let origin = request.uri().strip_suffix(call.path.as_str())?.to_owned();
        let headers: Vec<(&str, &str)> = request.headers().iter().collect();
        let is_signature = |(name, _): &(&str, &str)| SIGNATURE_HEADERS.contains(name);
        let signature = headers.iter().position(is_signature)?;
        let (first, rest) = headers.split_at(signature);
        let end = rest.iter().position(|header| !is_signature(header))?;
        let (_, last) = rest.split_at(end);
        // Values that are not UTF-8 are skipped by the iterator.
        let is_whole = headers.len() == request.headers().len() && !last.iter().any(is_signature);
        let mut before = Headers::new();
        for (name, value) in first {
            before.append((*name).to_owned(), (*value).to_owned());
        }
        let after: Vec<_> =
            last.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        if !is_whole
            || !before.contains_key(CONTENT_LENGTH)
            || after.iter().all(|(name, _)| name != INVOCATION_ID)
        {
            return None;
        }
        Some(Self {
            method: request.method().to_owned(),
            origin,
            before,
            after,
            marks,
            budget: budget?.clone(),
        })
    }

    /// Returns whether no retry has taken from the budget since it was filled.
    pub(super) fn has_full_budget(&self) -> bool {
        self.budget.is_full()
    }

    /// Returns whether the user agent has the marks of an identity.
    pub(super) fn has_marks_of(&self, identity: &Identity) -> bool {
        let layer = identity.property::<FrozenLayer>();
        let marks = layer.into_iter().flat_map(|layer| layer.load::<AwsCredentialFeature>());
        marks.eq(&self.marks)
    }

    /// Creates the request of a call with the headers that are signed.
    pub(super) fn begin_request(&self, call: &Call) -> Option<HttpRequest> {
        let mut request = HttpRequest::new(SdkBody::from(call.body.clone()));
        request.set_method(&self.method).ok()?;
        request.set_uri([self.origin.as_str(), &call.path].concat()).ok()?;
        *request.headers_mut() = self.before.clone();
        request.headers_mut().insert(CONTENT_LENGTH, call.body.len().to_string());
        Some(request)
    }

    /// Adds the headers after the signature to a request, and returns its invocation id.
    pub(super) fn finish_request(&self, request: &mut HttpRequest) -> Option<String> {
        let id = new_invocation_id();
        for (name, value) in &self.after {
            let value = if name == INVOCATION_ID { &id } else { value };
            request.headers_mut().try_append(name.clone(), value.clone()).ok()?;
        }
        Some(id)
    }
}

/// Creates an invocation id, a random UUID as those of the SDK.
fn new_invocation_id() -> String {
    let mut bytes = [0; 16];
    fastrand::fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}
