//! The request of an operation.

use std::sync::Arc;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::ser_de::SerializeRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;

use super::Call;

/// A serializer that passes path and body through; the SDK adds the endpoint, the signature and the rest.
#[derive(Debug)]
pub(super) struct RawBodySerializer(pub(super) Arc<Call>);

impl SerializeRequest for RawBodySerializer {
    fn serialize_input(&self, _input: Input, _config: &mut ConfigBag) -> Result<HttpRequest, BoxError> {
        let Self(call) = self;
        let mut request = HttpRequest::new(SdkBody::from(call.body.clone()));
        request.set_method("POST")?;
        request.set_uri(call.path.as_str())?;
        let headers = request.headers_mut();
        headers.insert("content-type", "application/json");
        headers.insert("content-length", call.body.len().to_string());
        Ok(request)
    }
}
