//! How an emulator is configured.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::Emulator;
use crate::recording::Recording;
use crate::schema::BodySchema;
use crate::script::Script;
use crate::server;
use crate::service::{Service, Settings};

/// An emulator before it is started.
#[derive(Clone, Debug)]
#[must_use]
pub struct EmulatorBuilder {
    port: u16,
    script: Script,
    recording: Recording,
    settings: Settings,
}

/// Why an emulator could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
pub struct StartError {
    address: SocketAddr,
    source: io::Error,
}

impl StartError {
    /// The address that could not be listened on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether another program listens there.
    #[must_use]
    pub fn is_address_in_use(&self) -> bool {
        self.source.kind() == io::ErrorKind::AddrInUse
    }
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self { port: 0, script: Script::new(), recording: Recording::new(), settings: Settings::default() }
    }
}

impl EmulatorBuilder {
    /// Listens on this port of 127.0.0.1; on a free one for 0, the default.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Answers as a script says; without one the default model answers everything.
    pub fn script(mut self, script: Script) -> Self {
        self.script = script;
        self
    }

    /// Records into this recording, which may write a file; without one the emulator has a recording of its own.
    pub fn record(mut self, recording: Recording) -> Self {
        self.recording = recording;
        self
    }

    /// Whether bodies are checked against AWS's service model and the rules of conversations; they are unless this
    /// says otherwise. Unchecked bodies are not even parsed where a script answers them.
    pub fn validate(mut self, validate: bool) -> Self {
        self.settings.validate = validate;
        self
    }

    /// Whether requests without a signature or API key are refused; they are unless this says otherwise. Signatures
    /// and keys themselves are never checked.
    pub fn authenticate(mut self, authenticate: bool) -> Self {
        self.settings.authenticate = authenticate;
        self
    }

    /// Whether every model id is taken, whatever it looks like; only ids that AWS could have are unless this says so.
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
    /// Outside of a tokio runtime, as everything does that uses tokio's network.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let failed = |source| StartError { address: wanted, source };
        let listener = TcpListener::bind(wanted).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        if self.settings.validate {
            BodySchema::Converse.prepare();
        }
        let (stop, stopped) = watch::channel(false);
        let service = Service::new(self.settings, self.script, self.recording.clone(), stopped.clone());
        let connections = Arc::new(AtomicUsize::new(0));
        let serving = tokio::spawn(server::serve(listener, Arc::new(service), connections.clone(), stopped));
        Ok(Emulator { address, recording: self.recording, connections, stop, serving })
    }
}
