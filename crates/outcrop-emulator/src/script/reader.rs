//! The JSON format of scripts.
//!
//! Unknown members are errors, so that a misspelt one is not ignored, and each error has the path of the value.

use std::fmt;
use std::num::NonZeroUsize;
use std::time::Duration;

use outcrop_core::{Blob, JsonError, OrderedMap};
use serde::de::{DeserializeOwned, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::Script;
use super::action::{Action, CloseWhen, RawResponse, ScriptedError, ScriptedResponse};
use super::event::{Damage, ScriptedEvent};
use super::exchange::{ScriptedExchange, Uses, When};
use crate::protocol::operation::Operation;
use crate::protocol::stream::CloseStream;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptJson {
    exchanges: Vec<ExchangeJson>,
    #[serde(default)]
    strict: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExchangeJson {
    /// A comment for readers of the script.
    #[serde(rename = "name")]
    _name: Option<String>,
    when: Option<WhenJson>,
    times: Option<Uses>,
    delay_ms: Option<u64>,
    reply: Option<Box<RawValue>>,
    events: Option<Vec<EventJson>>,
    error: Option<ErrorJson>,
    status: Option<u16>,
    headers: Option<OrderedMap<String>>,
    body: Option<String>,
    body_base64: Option<Blob>,
    close: Option<String>,
    stall: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhenJson {
    model: Option<String>,
    operation: Option<String>,
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrorJson {
    #[serde(rename = "type")]
    exception: String,
    status: Option<u16>,
    message: Option<String>,
    headers: Option<OrderedMap<String>>,
}

/// Parses a script: an object, or only the list of its exchanges.
pub(super) fn parse(text: &str) -> Result<Script, JsonError> {
    // The first character decides, because serde's untagged enums report neither the path nor the reason of an error.
    let script = if text.trim_start().starts_with('[') {
        let exchanges = outcrop_core::from_str(text).map_err(|error| error.with_path_prefix("exchanges"))?;
        ScriptJson { exchanges, strict: false }
    } else {
        outcrop_core::from_str(text)?
    };
    let exchanges = script.exchanges.into_iter().enumerate().map(|(index, exchange)| {
        exchange.build().map_err(|error| error.with_path_prefix(&format!("exchanges[{index}]")))
    });
    Ok(Script { exchanges: exchanges.collect::<Result<_, _>>()?, strict: script.strict })
}

impl ExchangeJson {
    fn build(self) -> Result<ScriptedExchange, JsonError> {
        let raw = RawResponseJson {
            status: self.status,
            headers: self.headers,
            body: self.body,
            body_base64: self.body_base64,
        };
        let mut actions = Vec::with_capacity(1);
        actions.extend(self.reply.map(|json| Ok(Action::Response(build_response(json)))));
        actions.extend(self.events.map(|events| build_events(events).map(Action::Events)));
        actions.extend(
            self.error.map(|error| {
                error.build().map_err(|error| error.with_path_prefix("error")).map(Action::Error)
            }),
        );
        actions.extend(raw.build().transpose().map(|raw| raw.map(Action::Raw)));
        actions.extend(self.close.map(|name| {
            close_when(&name).map_err(|error| error.with_path_prefix("close")).map(Action::Close)
        }));
        actions.extend(self.stall.filter(|stall| *stall).map(|_| Ok(Action::Stall)));
        let mut actions = actions.into_iter();
        let (Some(action), None) = (actions.next(), actions.next()) else {
            return Err(JsonError::new(
                "",
                "an exchange has exactly one of `reply`, `events`, `error`, `body` (or `status`), `close` and `stall`",
            ));
        };
        let when = self.when.map(WhenJson::build).transpose();
        let exchange = ScriptedExchange::new(action?)
            .when(when.map_err(|error| error.with_path_prefix("when"))?.unwrap_or_default())
            .after(self.delay_ms.map(Duration::from_millis).unwrap_or_default());
        Ok(match self.times {
            Some(uses) => exchange.with_uses(uses),
            None => exchange,
        })
    }
}

fn build_response(json: Box<RawValue>) -> ScriptedResponse {
    let json: Box<str> = json.into();
    ScriptedResponse::from_checked(json.into())
}

impl WhenJson {
    fn build(self) -> Result<When, JsonError> {
        let mut when = When::new();
        if let Some(model) = self.model {
            when = when.model(model);
        }
        if let Some(name) = self.operation {
            when = when.operation(operation(&name).map_err(|error| error.with_path_prefix("operation"))?);
        }
        if let Some(text) = self.text {
            when = when.text(text);
        }
        Ok(when)
    }
}

impl ErrorJson {
    fn build(self) -> Result<ScriptedError, JsonError> {
        let error = match self.status {
            Some(status) => ScriptedError::custom(self.exception, status)?,
            None => ScriptedError::new(self.exception)?,
        };
        let error = error.with_message(self.message.unwrap_or_default());
        self.headers
            .unwrap_or_default()
            .iter()
            .try_fold(error, |error, (name, value)| error.with_header(name, value))
    }
}

/// The members of a raw response.
struct RawResponseJson {
    status: Option<u16>,
    headers: Option<OrderedMap<String>>,
    body: Option<String>,
    body_base64: Option<Blob>,
}

impl RawResponseJson {
    /// Builds the response, or `None` if no member of one is given.
    fn build(self) -> Result<Option<RawResponse>, JsonError> {
        let Self { status, headers, body, body_base64 } = self;
        let response = match (body, body_base64) {
            (None, None) if status.is_none() && headers.is_none() => return Ok(None),
            (None, None) => RawResponse::new(""),
            (Some(text), None) => RawResponse::new(text),
            (None, Some(blob)) => RawResponse::new(
                blob.bytes().map_err(|error| JsonError::new("body_base64", error.to_string()))?,
            ),
            (Some(_), Some(_)) => {
                return Err(JsonError::new(
                    "body_base64",
                    "a response has one body: `body` or `body_base64`",
                ));
            }
        };
        let response = match status {
            Some(status) => response.with_status(status)?,
            None => response,
        };
        let headers = headers.unwrap_or_default();
        headers
            .iter()
            .try_fold(response, |response, (name, value)| response.with_header(name, value))
            .map(Some)
    }
}

/// An event with its options. A member that is neither an option nor a special event is the name of the event:
/// the service adds events, and a script can have them before this crate knows them.
type EventJson = OrderedMap<Box<RawValue>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StreamErrorJson {
    code: String,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrameJson {
    #[serde(default)]
    headers: OrderedMap<String>,
    #[serde(default)]
    body: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum DamageJson {
    PreludeChecksum,
    MessageChecksum,
    FlipByte(usize),
    KeepBytes(usize),
}

fn build_events(events: Vec<EventJson>) -> Result<Vec<ScriptedEvent>, JsonError> {
    let events = events.into_iter().enumerate();
    let events = events.map(|(index, event)| {
        build_event(event).map_err(|error| error.with_path_prefix(&format!("events[{index}]")))
    });
    events.collect()
}

fn build_event(mut members: EventJson) -> Result<ScriptedEvent, JsonError> {
    let delay = remove(&mut members, "delay_ms")?.map(Duration::from_millis).unwrap_or_default();
    let chunk_size: Option<NonZeroUsize> = remove(&mut members, "pieces_of")?;
    let damage: Option<DamageJson> = remove(&mut members, "damage")?;
    let mut members = members.into_iter();
    let (Some((name, value)), None) = (members.next(), members.next()) else {
        let reason = "expected one event, or one of `error`, `frame`, `bytes_base64`, `stall` and `close`, with the \
                      options `delay_ms`, `pieces_of` and `damage`";
        return Err(JsonError::new("", reason));
    };
    let event = build_content(&name, &value).map_err(|error| error.with_path_prefix(&name))?.after(delay);
    let event = match damage {
        Some(damage) => event.with_damage(damage.into())?,
        None => event,
    };
    Ok(match chunk_size {
        Some(bytes) => event.with_chunk_size(bytes),
        None => event,
    })
}

/// Builds an event from its name and value.
fn build_content(name: &str, value: &RawValue) -> Result<ScriptedEvent, JsonError> {
    match name {
        "error" => {
            let error: StreamErrorJson = parse_value(value)?;
            ScriptedEvent::error(&error.code, &error.message)
        }
        "frame" => {
            let frame: FrameJson = parse_value(value)?;
            let headers: Vec<_> = frame.headers.iter().map(|(name, value)| (name, value.as_str())).collect();
            ScriptedEvent::frame(&headers, frame.body.as_bytes())
        }
        "bytes_base64" => {
            let bytes = parse_value::<Blob>(value)?.bytes();
            bytes.map(ScriptedEvent::bytes).map_err(|error| JsonError::new("", error.to_string()))
        }
        "stall" if parse_value(value)? => Ok(ScriptedEvent::stall()),
        "stall" => Err(JsonError::new("", "expected true")),
        "close" => close_stream(&parse_value::<String>(value)?).map(ScriptedEvent::close),
        event => ScriptedEvent::event(event, value.get()),
    }
}

/// Removes an option from the members of an event and parses it.
fn remove<T: DeserializeOwned>(members: &mut EventJson, name: &str) -> Result<Option<T>, JsonError> {
    let value = members.remove(name);
    value.map(|value| parse_value(&value).map_err(|error| error.with_path_prefix(name))).transpose()
}

fn parse_value<T: DeserializeOwned>(value: &RawValue) -> Result<T, JsonError> {
    outcrop_core::from_str(value.get())
}

impl From<DamageJson> for Damage {
    fn from(damage: DamageJson) -> Self {
        match damage {
            DamageJson::PreludeChecksum => Self::PreludeChecksum,
            DamageJson::MessageChecksum => Self::MessageChecksum,
            DamageJson::FlipByte(position) => Self::FlipByte(position),
            DamageJson::KeepBytes(length) => Self::KeepBytes(length),
        }
    }
}

impl<'de> Deserialize<'de> for Uses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct UsesVisitor;

        impl Visitor<'_> for UsesVisitor {
            type Value = Uses;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number from 1 to 4294967295 or \"forever\"")
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Uses, E> {
                // An exchange that can never be used is a mistake.
                let times = u32::try_from(number).ok().filter(|times| *times > 0);
                times.map(Uses::Times).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Uses, E> {
                if text == "forever" {
                    Ok(Uses::Forever)
                } else {
                    Err(E::invalid_value(Unexpected::Str(text), &self))
                }
            }
        }

        deserializer.deserialize_any(UsesVisitor)
    }
}

fn close_when(name: &str) -> Result<CloseWhen, JsonError> {
    match name {
        "before_request" => Ok(CloseWhen::BeforeRequest),
        "before_reply" => Ok(CloseWhen::BeforeResponse),
        _ => Err(JsonError::new("", "expected \"before_request\" or \"before_reply\"")),
    }
}

fn close_stream(name: &str) -> Result<CloseStream, JsonError> {
    match name {
        "clean" => Ok(CloseStream::Clean),
        "cut" => Ok(CloseStream::Cut),
        "reset" => Ok(CloseStream::Reset),
        _ => Err(JsonError::new("", "expected \"clean\", \"cut\" or \"reset\"")),
    }
}

fn operation(name: &str) -> Result<Operation, JsonError> {
    Operation::from_name(name).ok_or_else(|| {
        let names: Vec<_> = Operation::ALL.iter().map(|operation| operation.name()).collect();
        JsonError::new("", format!("expected one of {}", names.join(", ")))
    })
}
