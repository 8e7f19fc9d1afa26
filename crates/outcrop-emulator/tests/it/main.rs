//! Tests of the emulator over real connections.

// Each module is marked as a test, so that clippy allows `expect` and indexing in its helpers, too.
#[cfg(test)]
mod boto3;
#[cfg(test)]
mod client;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod control;
#[cfg(test)]
mod converse;
#[cfg(test)]
mod count_tokens;
#[cfg(test)]
mod guardrail;
#[cfg(test)]
mod guardrail_checks;
#[cfg(test)]
mod http2;
#[cfg(test)]
mod invoke;
#[cfg(test)]
mod javascript;
#[cfg(test)]
mod record;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod script;
#[cfg(test)]
mod stream;
#[cfg(test)]
mod stream_faults;
#[cfg(feature = "__tls")]
#[cfg(test)]
mod tls;
