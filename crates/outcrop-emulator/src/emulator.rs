//! The emulator: configuration, start and shutdown.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::protocol::operation::Operation;
use crate::recording::{ReceivedRequest, Recording};
use crate::rules::service_model;
use crate::script::Script;
use crate::server;
use crate::server::service::{Service, Settings};

/// A Bedrock Runtime on loopback, which serves until it is dropped or shut down.
///
/// It serves in tasks of the tokio runtime in which it was started. Dropping it closes every connection immediately.
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
    connections: Arc<AtomicUsize>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

/// A builder for an [`Emulator`]. Every setting is optional.
#[derive(Clone, Debug)]
#[must_use]
pub struct EmulatorBuilder {
    port: u16,
    script: Script,
    recording: Recording,
    settings: Settings,
}

/// The error of an emulator that could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
pub struct StartError {
    address: SocketAddr,
    source: io::Error,
}

impl Emulator {
    /// Starts an emulator with the default model on a free port.
    ///
    /// # Errors
    /// [`StartError`] when no port can be listened on.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Creates a builder with the default settings.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }

    /// Returns the URL for clients: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the address that the emulator listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the requests so far, in order and byte for byte, as far as the recording keeps them.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.recording.requests()
    }

    /// Returns the number of connections so far. A client that keeps its connection open makes few.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Returns the recording of requests and responses.
    #[must_use]
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Stops serving: no new connection is accepted, responses in progress are sent, and stalled exchanges are given up.
    ///
    /// Returns when every connection is closed. After five seconds, the remaining ones are aborted.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        // The task only fails if its runtime has cancelled it, and then nothing is being served.
        let _ = (&mut self.serving).await;
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        self.serving.abort();
    }
}

impl EmulatorBuilder {
    /// Sets the port of 127.0.0.1 to listen on. The default is 0, which means a free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the script. Without one, the default model answers everything.
    pub fn script(mut self, script: Script) -> Self {
        self.script = script;
        self
    }

    /// Sets the recording, which may write to a file. Without one, the emulator has its own in memory.
    pub fn record(mut self, recording: Recording) -> Self {
        self.recording = recording;
        self
    }

    /// Sets whether bodies are checked against AWS's service model and the rules of conversations. The default is `true`.
    ///
    /// Without the checks, a body that a script answers need not even be JSON.
    pub fn validate(mut self, validate: bool) -> Self {
        self.settings.validate = validate;
        self
    }

    /// Sets whether requests without a signature or API key are rejected. The default is `true`.
    ///
    /// Signatures and keys are never verified.
    pub fn authenticate(mut self, authenticate: bool) -> Self {
        self.settings.authenticate = authenticate;
        self
    }

    /// Sets whether any model id is accepted. The default is `false`: only ids that AWS could have.
    pub fn any_model(mut self, any: bool) -> Self {
        self.settings.any_model = any;
        self
    }

    /// Starts to listen and to serve, in tasks of the current tokio runtime.
    ///
    /// # Errors
    /// [`StartError`] when the port cannot be listened on.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let requested = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let failed = |source| StartError { address: requested, source };
        let listener = TcpListener::bind(requested).await.map_err(failed)?;
        // With port 0 the system has chosen one.
        let address = listener.local_addr().map_err(failed)?;
        if self.settings.validate {
            service_model::prepare(Operation::Converse);
        }
        let (stop, stopped) = watch::channel(false);
        let service = Service::new(self.settings, self.script, self.recording.clone(), stopped.clone());
        let connections = Arc::new(AtomicUsize::new(0));
        let serving = tokio::spawn(server::serve(listener, Arc::new(service), connections.clone(), stopped));
        Ok(Emulator { address, recording: self.recording, connections, stop, serving })
    }
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self { port: 0, script: Script::new(), recording: Recording::new(), settings: Settings::default() }
    }
}

impl StartError {
    /// Returns the address that could not be listened on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns whether another program listens on the address.
    #[must_use]
    pub fn is_address_in_use(&self) -> bool {
        self.source.kind() == io::ErrorKind::AddrInUse
    }
}
