//! Reading scripts.

mod event;

use std::fmt;
use std::time::Duration;

use outcrop_core::{Blob, JsonError, OrderedMap};
use serde::de::{Error as _, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{
    Action, CloseWhen, RawResponse, Script, ScriptedError, ScriptedEvent, ScriptedExchange, ScriptedResponse,
    Times, When,
};
use crate::operation::Operation;
use event::WrittenEvent;

/// A script as it is written: an object, or only its list of exchanges.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenScript {
    exchanges: Vec<WrittenExchange>,
    #[serde(default)]
    strict: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenExchange {
    /// What the exchange is for; read by people only.
    #[serde(rename = "name")]
    _name: Option<String>,
    when: Option<WrittenWhen>,
    times: Option<Times>,
    delay_ms: Option<u64>,
    reply: Option<Box<RawValue>>,
    events: Option<Vec<WrittenEvent>>,
    error: Option<WrittenError>,
    status: Option<u16>,
    headers: Option<OrderedMap<String>>,
    body: Option<String>,
    body_base64: Option<Blob>,
    close: Option<CloseWhen>,
    stall: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWhen {
    model: Option<String>,
    operation: Option<Operation>,
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenError {
    #[serde(rename = "type")]
    exception: String,
    status: Option<u16>,
    message: Option<String>,
    headers: Option<OrderedMap<String>>,
}

pub(super) fn script(text: &str) -> Result<Script, JsonError> {
    let written = if text.trim_start().starts_with('[') {
        let exchanges = outcrop_core::from_str(text).map_err(|error| error.with_path_prefix("exchanges"))?;
        WrittenScript { exchanges, strict: false }
    } else {
        outcrop_core::from_str(text)?
    };
    let exchanges = written.exchanges.into_iter().enumerate().map(|(at, written)| {
        written.read().map_err(|error| error.with_path_prefix(&format!("exchanges[{at}]")))
    });
    Ok(Script { exchanges: exchanges.collect::<Result<_, _>>()?, strict: written.strict })
}

impl WrittenExchange {
    fn read(self) -> Result<ScriptedExchange, JsonError> {
        let raw = RawParts {
            status: self.status,
            headers: self.headers,
            body: self.body,
            body_base64: self.body_base64,
        };
        let mut actions = Vec::with_capacity(1);
        actions.extend(self.reply.map(|json| Ok(Action::Response(reply(json)))));
        actions.extend(self.events.map(|events| read_events(events).map(Action::Events)));
        actions.extend(
            self.error.map(|error| {
                error.read().map_err(|error| error.with_path_prefix("error")).map(Action::Error)
            }),
        );
        actions.extend(raw.read().transpose().map(|raw| raw.map(Action::Raw)));
        actions.extend(self.close.map(|when| Ok(Action::Close(when))));
        actions.extend(self.stall.filter(|stall| *stall).map(|_| Ok(Action::Stall)));
        let mut actions = actions.into_iter();
        let (Some(action), None) = (actions.next(), actions.next()) else {
            return Err(JsonError::new(
                "",
                "an exchange has exactly one of `reply`, `events`, `error`, `body` (or `status`), `close` and `stall`",
            ));
        };
        Ok(ScriptedExchange {
            when: self.when.map(WrittenWhen::read).unwrap_or_default(),
            action: action?,
            times: self.times.unwrap_or(Times::Some(1)),
            delay: self.delay_ms.map(Duration::from_millis).unwrap_or_default(),
        })
    }
}

fn read_events(events: Vec<WrittenEvent>) -> Result<Vec<ScriptedEvent>, JsonError> {
    let events = events.into_iter().enumerate();
    let events = events.map(|(at, written)| {
        event::event(written).map_err(|error| error.with_path_prefix(&format!("events[{at}]")))
    });
    events.collect()
}

fn reply(json: Box<RawValue>) -> ScriptedResponse {
    let json: Box<str> = json.into();
    ScriptedResponse::of_checked(json.into())
}

impl WrittenWhen {
    fn read(self) -> When {
        When { model: self.model, operation: self.operation, text: self.text }
    }
}

impl WrittenError {
    fn read(self) -> Result<ScriptedError, JsonError> {
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

/// The members of a raw reply.
struct RawParts {
    status: Option<u16>,
    headers: Option<OrderedMap<String>>,
    body: Option<String>,
    body_base64: Option<Blob>,
}

impl RawParts {
    /// The reply; `None` when no member of one is there.
    fn read(self) -> Result<Option<RawResponse>, JsonError> {
        let Self { status, headers, body, body_base64 } = self;
        let body = match (body, body_base64) {
            (None, None) if status.is_none() && headers.is_none() => return Ok(None),
            (None, None) => RawResponse::new(""),
            (Some(text), None) => RawResponse::new(text),
            (None, Some(blob)) => RawResponse::new(
                blob.bytes().map_err(|error| JsonError::new("body_base64", error.to_string()))?,
            ),
            (Some(_), Some(_)) => {
                return Err(JsonError::new("body_base64", "a reply has one body: `body` or `body_base64`"));
            }
        };
        let reply = match status {
            Some(status) => body.with_status(status)?,
            None => body,
        };
        let headers = headers.unwrap_or_default();
        headers.iter().try_fold(reply, |reply, (name, value)| reply.with_header(name, value)).map(Some)
    }
}

impl<'de> Deserialize<'de> for Times {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;

        impl Visitor<'_> for Written {
            type Value = Times;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number from 1 to 4294967295 or \"forever\"")
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Times, E> {
                // An exchange that is never used is a slip of the pen.
                let times = u32::try_from(number).ok().filter(|times| *times > 0);
                times.map(Times::Some).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Times, E> {
                if word == "forever" {
                    Ok(Times::Forever)
                } else {
                    Err(E::invalid_value(Unexpected::Str(word), &self))
                }
            }
        }

        deserializer.deserialize_any(Written)
    }
}

impl<'de> Deserialize<'de> for CloseWhen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "before_request" => Ok(Self::BeforeRequest),
            "before_reply" => Ok(Self::BeforeResponse),
            _ => Err(D::Error::custom("expected \"before_request\" or \"before_reply\"")),
        }
    }
}

impl<'de> Deserialize<'de> for Operation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_name(&String::deserialize(deserializer)?).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|operation| operation.name()).collect();
            D::Error::custom(format_args!("expected one of {}", names.join(", ")))
        })
    }
}
