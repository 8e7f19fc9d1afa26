//! Reading the events of a stream.

use std::num::NonZeroUsize;
use std::time::Duration;

use outcrop_core::{Blob, JsonError, OrderedMap};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::script::{CloseStream, Damage, ScriptedEvent};

/// A step as it is written. What has none of the names below is an event.
pub(super) type WrittenEvent = OrderedMap<Box<RawValue>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenError {
    code: String,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFrame {
    #[serde(default)]
    headers: OrderedMap<String>,
    #[serde(default)]
    body: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenDamage {
    PreludeChecksum,
    MessageChecksum,
    FlipByte(usize),
    KeepBytes(usize),
}

pub(super) fn event(mut written: WrittenEvent) -> Result<ScriptedEvent, JsonError> {
    let delay = take(&mut written, "delay_ms")?.map(Duration::from_millis).unwrap_or_default();
    let pieces: Option<NonZeroUsize> = take(&mut written, "pieces_of")?;
    let damage: Option<WrittenDamage> = take(&mut written, "damage")?;
    let mut members = written.into_iter();
    let (Some((name, value)), None) = (members.next(), members.next()) else {
        let reason = "a step has one event, or one of `error`, `frame`, `bytes_base64`, `stall` and `close`; \
                      beside it only `delay_ms`, `pieces_of` and `damage`";
        return Err(JsonError::new("", reason));
    };
    let event = step(&name, &value).map_err(|error| error.with_path_prefix(&name))?.after(delay);
    let event = match damage {
        Some(damage) => event.with_damage(damage.into())?,
        None => event,
    };
    Ok(match pieces {
        Some(bytes) => event.with_chunk_size(bytes),
        None => event,
    })
}

/// What a step does, by the one member that says it.
fn step(name: &str, value: &RawValue) -> Result<ScriptedEvent, JsonError> {
    match name {
        "error" => {
            let error: WrittenError = read(value)?;
            ScriptedEvent::error(&error.code, &error.message)
        }
        "frame" => {
            let frame: WrittenFrame = read(value)?;
            let headers: Vec<_> = frame.headers.iter().map(|(name, value)| (name, value.as_str())).collect();
            ScriptedEvent::frame(&headers, frame.body.as_bytes())
        }
        "bytes_base64" => {
            let bytes =
                read::<Blob>(value)?.bytes().map_err(|error| JsonError::new("", error.to_string()))?;
            Ok(ScriptedEvent::bytes(bytes))
        }
        "stall" if read(value)? => Ok(ScriptedEvent::stall()),
        "stall" => Err(JsonError::new("", "expected true")),
        "close" => read(value).map(ScriptedEvent::close),
        event => ScriptedEvent::event(event, value.get()),
    }
}

fn take<T: DeserializeOwned>(written: &mut WrittenEvent, name: &str) -> Result<Option<T>, JsonError> {
    let value = written.remove(name);
    value.map(|value| read(&value).map_err(|error| error.with_path_prefix(name))).transpose()
}

fn read<T: DeserializeOwned>(value: &RawValue) -> Result<T, JsonError> {
    outcrop_core::from_str(value.get())
}

impl From<WrittenDamage> for Damage {
    fn from(written: WrittenDamage) -> Self {
        match written {
            WrittenDamage::PreludeChecksum => Self::PreludeChecksum,
            WrittenDamage::MessageChecksum => Self::MessageChecksum,
            WrittenDamage::FlipByte(at) => Self::FlipByte(at),
            WrittenDamage::KeepBytes(length) => Self::KeepBytes(length),
        }
    }
}

impl<'de> Deserialize<'de> for CloseStream {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "clean" => Ok(Self::Clean),
            "cut" => Ok(Self::Cut),
            "reset" => Ok(Self::Reset),
            _ => Err(D::Error::custom("expected \"clean\", \"cut\" or \"reset\"")),
        }
    }
}
