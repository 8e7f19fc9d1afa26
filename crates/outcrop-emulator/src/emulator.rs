//! The emulator: how it is started, asked and stopped.

mod builder;

use std::net::SocketAddr;

use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use builder::{EmulatorBuilder, StartError};

use crate::recording::{ReceivedRequest, Recording};

/// A Bedrock Runtime on loopback, which serves from the moment it is started until it is dropped or shut down.
///
/// It serves in tasks of the tokio runtime that it was started in. Dropping it closes every connection at once.
///
/// ```
/// use outcrop_emulator::Emulator;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), outcrop_emulator::StartError> {
/// let emulator = Emulator::start().await?;
/// // Any client of Bedrock can be pointed at it: AWS_ENDPOINT_URL_BEDROCK_RUNTIME, --endpoint-url, endpoint_url.
/// assert!(emulator.url().starts_with("http://127.0.0.1:"));
/// assert!(emulator.requests().is_empty());
/// emulator.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Emulator {
    address: SocketAddr,
    recording: Recording,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Emulator {
    /// Starts an emulator with the default model on a free port.
    ///
    /// # Errors
    /// [`StartError`] when no port can be listened on.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// An emulator to be configured; every setting is optional.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }

    /// The URL to point clients at: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address that is listened on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What was received so far, in order, exactly as it was received; as much of it as the recording keeps.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.recording.requests()
    }

    /// The record of what was received and answered.
    #[must_use]
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Stops serving: no new connection is taken, replies under way are sent, stalled exchanges are given up. Returns
    /// when every connection is closed; what takes longer than five seconds is cut off.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        // The task ends by itself; that it was cancelled with its runtime is no matter.
        let _ = (&mut self.serving).await;
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        self.serving.abort();
    }
}
