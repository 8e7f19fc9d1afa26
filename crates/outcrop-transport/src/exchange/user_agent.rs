//! The user agent of a client, written once.
//!
//! The SDK writes both headers for every attempt: it reads variables of the environment, collects the marks of what the call
//! uses, and formats them. The marks are nearly always those of the call before, and so are the headers.

use std::sync::{Arc, PoisonError, RwLock};

use aws_credential_types::credential_feature::AwsCredentialFeature;
use aws_runtime::sdk_feature::AwsSdkFeature;
use aws_runtime::user_agent::{AwsUserAgent, UserAgentInterceptor};
use aws_smithy_runtime::client::sdk_feature::SmithySdkFeature;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextMut, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// The SDK's interceptor for the user agent, with the headers of the call before.
#[derive(Debug, Default)]
pub(super) struct CachedUserAgent {
    sdk: UserAgentInterceptor,
    cached: RwLock<Option<Arc<Cached>>>,
}

/// The headers of a call, and what they depend on.
#[derive(Debug)]
struct Cached {
    /// The user agent without the marks of a call.
    agent: AwsUserAgent,
    smithy: Vec<SmithySdkFeature>,
    aws: Vec<AwsSdkFeature>,
    credentials: Vec<AwsCredentialFeature>,
    user_agent: String,
    amz_user_agent: String,
}

impl CachedUserAgent {
    /// The name of the SDK's interceptor.
    pub(super) const REPLACES: &'static str = "UserAgentInterceptor";

    /// Returns the headers of the call before, if there was one.
    fn cached(&self) -> Option<Arc<Cached>> {
        self.cached.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Cached {
    /// Returns whether a call has the same marks.
    fn is_of(&self, config: &ConfigBag) -> bool {
        config.load::<SmithySdkFeature>().eq(&self.smithy)
            && config.load::<AwsSdkFeature>().eq(&self.aws)
            && config.load::<AwsCredentialFeature>().eq(&self.credentials)
    }
}

#[dyn_dispatch_hint]
impl Intercept for CachedUserAgent {
    fn name(&self) -> &'static str {
        "outcrop: user agent"
    }

    fn read_after_serialization(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        match self.cached() {
            Some(_) => Ok(()),
            None => self.sdk.read_after_serialization(context, components, config),
        }
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let cached = self.cached();
        if let Some(cached) = cached.as_ref().filter(|cached| cached.is_of(config)) {
            let headers = context.request_mut().headers_mut();
            headers.append("user-agent", cached.user_agent.clone());
            headers.append("x-amz-user-agent", cached.amz_user_agent.clone());
            return Ok(());
        }
        // The marks differ, such as those of credentials from another source: the SDK writes the headers again.
        if let Some(cached) = cached.filter(|_| config.load::<AwsUserAgent>().is_none()) {
            config.interceptor_state().store_put(cached.agent.clone());
        }
        self.sdk.modify_before_signing(context, components, config)?;
        let header = |name| context.request().headers().get(name).map(str::to_owned);
        if let (Some(agent), Some(user_agent), Some(amz_user_agent)) =
            (config.load::<AwsUserAgent>(), header("user-agent"), header("x-amz-user-agent"))
        {
            let written = Cached {
                agent: agent.clone(),
                smithy: config.load::<SmithySdkFeature>().cloned().collect(),
                aws: config.load::<AwsSdkFeature>().cloned().collect(),
                credentials: config.load::<AwsCredentialFeature>().cloned().collect(),
                user_agent,
                amz_user_agent,
            };
            *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(written));
        }
        Ok(())
    }
}
