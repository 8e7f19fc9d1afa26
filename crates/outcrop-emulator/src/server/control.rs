//! The control of a running emulator, for tests in any language: scripted exchanges are pushed and received ones are read.
//!
//! | request | effect |
//! |---|---|
//! | `POST /_outcrop/exchanges` | adds the exchanges of a script |
//! | `GET /_outcrop/exchanges` | returns what was received, with `?wait=idle` once no exchange is in progress |
//! | `DELETE /_outcrop/exchanges` | forgets what was received and added, the uses of the script, and the prompt cache |

use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::protocol::response::ServiceResponse;
use crate::recording::json_line::ExchangeRecord;
use crate::recording::{ReceivedRequest, Recording};
use crate::script::{Playback, Script};

/// The path of the control. No path of AWS begins with an underscore.
const PATH: &str = "/_outcrop/exchanges";

/// Returns whether a path is one of the control.
pub(super) fn is_control(path: &str) -> bool {
    path == PATH
}

/// Responds to a request of the control. `reset` forgets everything that was received, added or used.
pub(super) async fn respond(
    request: &ReceivedRequest,
    recording: &Recording,
    playback: &Playback,
    reset: impl FnOnce(),
) -> ServiceResponse {
    match request.method() {
        method if method == Method::GET.as_str() => {
            let waits = request.query().is_some_and(|query| query.split('&').any(|part| part == "wait=idle"));
            let exchanges = if waits { recording.wait_until_idle().await } else { recording.exchanges() };
            let exchanges: Vec<_> =
                exchanges.iter().map(|exchange| ExchangeRecord::new(exchange, &[])).collect();
            json_response(StatusCode::OK, &json!({"exchanges": exchanges, "unused": playback.unused()}))
        }
        method if method == Method::POST.as_str() => {
            let script = std::str::from_utf8(request.body())
                .map_err(|error| error.to_string())
                .and_then(|text| Script::from_json(text).map_err(|error| error.to_string()));
            match script {
                Ok(script) => {
                    playback.add(&script);
                    let added = script.exchanges().len();
                    json_response(StatusCode::OK, &json!({"added": added, "unused": playback.unused()}))
                }
                Err(message) => json_response(StatusCode::BAD_REQUEST, &json!({ "message": message })),
            }
        }
        method if method == Method::DELETE.as_str() => {
            reset();
            json_response(StatusCode::OK, &json!({"unused": playback.unused()}))
        }
        _ => json_response(
            StatusCode::METHOD_NOT_ALLOWED,
            &json!({"message": "The methods of this path are GET, POST and DELETE."}),
        ),
    }
}

fn json_response(status: StatusCode, value: &Value) -> ServiceResponse {
    ServiceResponse::json(status, value.to_string())
}
