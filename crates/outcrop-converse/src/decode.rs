//! Decodes responses of Converse, and requests that are written in Converse's own JSON.

pub(crate) mod blocks;
pub(crate) mod finish_reason;
mod request;
mod response;
mod structured;
mod usage;

pub(crate) use request::Original;
pub use request::{decode_request, request_from_wire};
pub(crate) use response::{build_response, parse_body};
pub use response::{decode_response, response_from_wire};
pub(crate) use usage::InputCount;

#[cfg(test)]
mod tests;
