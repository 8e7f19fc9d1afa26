//! The checks of `outcrop doctor`, and what the outcome of a call proves about each.
//!
//! A check that the call did not get to is skipped, so that one cause is reported once.

use std::fmt;
use std::time::{Duration, SystemTime};

use outcrop::transport::{Probe, Transport};
use outcrop::{ErrorKind, ModelError};
use serde_json::{Value, json};

/// The difference of clocks from which AWS rejects signatures. See
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html>.
const MAX_CLOCK_DIFFERENCE: Duration = Duration::from_secs(5 * 60);

/// The names of the checks, in the order in which a call passes them.
const NAMES: [&str; 6] = ["region", "credentials", "endpoint", "clock", "model", "response"];

/// The outcome of a check.
enum Outcome {
    Ok(String),
    Failed { message: String, hint: Option<String> },
    Skipped,
}

/// The outcomes of all checks.
pub(super) struct Report {
    region: Outcome,
    credentials: Outcome,
    endpoint: Outcome,
    clock: Outcome,
    model: Outcome,
    response: Outcome,
}

impl Report {
    /// Creates a report with every check skipped.
    pub(super) fn new() -> Self {
        let skipped = || Outcome::Skipped;
        Self {
            region: skipped(),
            credentials: skipped(),
            endpoint: skipped(),
            clock: skipped(),
            model: skipped(),
            response: skipped(),
        }
    }

    /// Adds the error of settings that cannot be used.
    pub(super) fn fail_settings(&mut self, error: &ModelError) {
        let check = match error.code() {
            Some("MissingRegion" | "InvalidRegion") => &mut self.region,
            Some("InvalidEndpoint") => &mut self.endpoint,
            // Profiles, keys, and files with either.
            _ => &mut self.credentials,
        };
        *check = Outcome::failed(error);
    }

    /// Adds the region of the settings.
    pub(super) fn pass_region(&mut self, name: &str, source: &str) {
        self.region = Outcome::Ok(format!("{name}, from {source}"));
    }

    /// Adds what a call proves. `now` is the time at which it ended.
    pub(super) fn add_probe(&mut self, transport: &Transport, model: &str, probe: &Probe, now: SystemTime) {
        let error = probe.outcome.as_ref().err();
        let has_response = error.is_none_or(|error| error.status().is_some());
        let source = transport.credentials_source();
        if let Some(error) = error.filter(|_| !has_response) {
            if error.kind() == ErrorKind::Unauthenticated {
                self.credentials = Outcome::failed(error);
                return;
            }
            // Requests are signed before they are sent.
            self.credentials = Outcome::Ok(format!("from {source}, not verified"));
            self.endpoint = Outcome::failed(error);
            return;
        }
        self.endpoint = Outcome::Ok(match transport.endpoint_url() {
            Some(url) => format!("{url} responds"),
            None => format!("AWS's endpoint of {} responds", transport.region().name),
        });
        self.clock = clock(probe.service_time, now);
        let accepted = Outcome::Ok(format!("from {source}"));
        match error {
            None => {
                self.credentials = accepted;
                self.model = Outcome::Ok(format!("{model} can be called"));
                self.response = Outcome::Ok("one token was requested, and a response arrived".to_owned());
            }
            Some(error) if error.kind() == ErrorKind::Unauthenticated => {
                // A wrong clock makes the signature of right credentials invalid.
                if !matches!(self.clock, Outcome::Failed { .. }) {
                    self.credentials = Outcome::failed(error);
                }
            }
            Some(error) => {
                self.credentials = accepted;
                let is_of_model = matches!(
                    error.kind(),
                    ErrorKind::NotFound
                        | ErrorKind::PermissionDenied
                        | ErrorKind::InvalidRequest
                        | ErrorKind::Unsupported
                );
                let check = if is_of_model { &mut self.model } else { &mut self.response };
                *check = Outcome::failed(error);
            }
        }
    }

    /// Returns whether no check failed.
    pub(super) fn is_healthy(&self) -> bool {
        !self.checks().any(|(_, outcome)| matches!(outcome, Outcome::Failed { .. }))
    }

    /// Returns the report as JSON.
    pub(super) fn to_json(&self) -> Value {
        let checks: Vec<Value> = self
            .checks()
            .map(|(name, outcome)| match outcome {
                Outcome::Ok(message) => json!({"check": name, "status": "ok", "message": message}),
                Outcome::Failed { message, hint } => {
                    json!({"check": name, "status": "failed", "message": message, "hint": hint})
                }
                Outcome::Skipped => json!({"check": name, "status": "skipped"}),
            })
            .collect();
        json!({"ok": self.is_healthy(), "checks": checks})
    }

    fn checks(&self) -> impl Iterator<Item = (&'static str, &Outcome)> {
        let Self { region, credentials, endpoint, clock, model, response } = self;
        NAMES.into_iter().zip([region, credentials, endpoint, clock, model, response])
    }
}

impl Outcome {
    fn failed(error: &ModelError) -> Self {
        Self::Failed { message: error.to_string(), hint: error.hint().map(str::to_owned) }
    }
}

/// Compares the clock of the service with the one of this machine.
fn clock(service: Option<SystemTime>, now: SystemTime) -> Outcome {
    let Some(service) = service else { return Outcome::Skipped };
    let (difference, direction) = match now.duration_since(service) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    let seconds = difference.as_secs();
    if difference < MAX_CLOCK_DIFFERENCE {
        return Outcome::Ok(format!("within {} s of the service's", seconds + 1));
    }
    Outcome::Failed {
        message: format!("the clock of this machine is {seconds} s {direction} the service's"),
        hint: Some("set the clock, best with NTP: AWS rejects signatures that are 5 minutes off".to_owned()),
    }
}

impl fmt::Display for Report {
    /// Writes a line for each check, and one for each hint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, outcome) in self.checks() {
            // A message of the service must not imitate other lines.
            let line = |text: &str| text.replace(['\n', '\r'], " ");
            match outcome {
                Outcome::Ok(message) => writeln!(f, "ok       {name:<12} {}", line(message))?,
                Outcome::Skipped => writeln!(f, "skipped  {name}")?,
                Outcome::Failed { message, hint } => {
                    writeln!(f, "failed   {name:<12} {}", line(message))?;
                    if let Some(hint) = hint {
                        writeln!(f, "hint:    {}", line(hint))?;
                    }
                }
            }
        }
        Ok(())
    }
}
