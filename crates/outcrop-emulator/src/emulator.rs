//! The emulator: configuration, start and shutdown.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::control_plane::ApplicationProfile;
use crate::recording::{ReceivedRequest, Recording};
use crate::replay::Replay;
use crate::script::Script;
use crate::server;
use crate::server::Security;
use crate::server::service::{Service, Settings, Sources};
#[cfg(feature = "__tls")]
use crate::server::tls::Tls;
use crate::upstream::Upstream;

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
    #[cfg(feature = "__tls")]
    certificate: Option<String>,
    recording: Recording,
    connections: Arc<AtomicUsize>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

/// A builder for an [`Emulator`]. Every setting is optional.
#[derive(Clone, Debug)]
#[must_use]
pub struct EmulatorBuilder {
    host: IpAddr,
    port: u16,
    #[cfg(feature = "__tls")]
    tls: bool,
    sources: Sources,
    recording: Recording,
    settings: Settings,
}

/// The error of an emulator that could not be started.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.summary())]
pub struct StartError {
    address: SocketAddr,
    step: StartStep,
    source: io::Error,
}

/// The step of the start that failed.
#[derive(Clone, Copy, Debug)]
enum StartStep {
    Listen,
    #[cfg(feature = "__tls")]
    MakeCertificate,
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

    /// Returns the URL for clients of this machine: `http://127.0.0.1:PORT`, or with `https` if TLS is on.
    #[must_use]
    pub fn url(&self) -> String {
        // `0.0.0.0` and `::` mean every address of the machine, but not all systems can connect to them.
        let host = match self.address.ip() {
            IpAddr::V4(host) if host.is_unspecified() => IpAddr::from(Ipv4Addr::LOCALHOST),
            IpAddr::V6(host) if host.is_unspecified() => IpAddr::from(Ipv6Addr::LOCALHOST),
            host => host,
        };
        format!("{}://{}", self.scheme(), SocketAddr::new(host, self.address.port()))
    }

    fn scheme(&self) -> &'static str {
        #[cfg(feature = "__tls")]
        if self.certificate.is_some() {
            return "https";
        }
        "http"
    }

    /// Returns the certificate that clients must trust, as PEM, if TLS is on. It is a new one at each start.
    #[cfg(feature = "__tls")]
    #[must_use]
    pub fn certificate_pem(&self) -> Option<&str> {
        self.certificate.as_deref()
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
    /// Sets the address to listen on. The default is 127.0.0.1, which only this machine can reach.
    ///
    /// On any other address, everyone in the network can use the emulator and read what it received.
    pub fn host(mut self, host: impl Into<IpAddr>) -> Self {
        self.host = host.into();
        self
    }

    /// Sets the port to listen on. The default is 0, which means a free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets whether connections are encrypted, with a certificate that is made at the start. The default is `false`.
    ///
    /// [`Emulator::certificate_pem`] returns what clients must trust. The certificate is for `localhost`, the loopback
    /// addresses and the [host](Self::host).
    #[cfg(feature = "__tls")]
    pub fn tls(mut self, tls: bool) -> Self {
        self.tls = tls;
        self
    }

    /// Sets the script. Without one, the default model answers everything.
    pub fn script(mut self, script: Script) -> Self {
        self.sources.script = script;
        self
    }

    /// Sets the recording to answer from. Requests that are not in it are answered as without one, unless it is
    /// [strict](Replay::strict).
    pub fn replay(mut self, replay: Replay) -> Self {
        self.sources.replay = Some(replay);
        self
    }

    /// Sets the function that passes requests on to a real service. Only the script comes before it, and no checks are made.
    pub fn upstream(mut self, upstream: Upstream) -> Self {
        self.sources.upstream = Some(upstream);
        self
    }

    /// Adds an application inference profile of the account to the lists of the control plane: its id, which is the end of its
    /// ARN, and the model that it invokes, or the profile of a geography, such as `eu.amazon.nova-lite-v1:0`.
    ///
    /// It exists in every region, as `arn:aws:bedrock:REGION:123456789012:application-inference-profile/ID`.
    pub fn application_profile(mut self, id: impl Into<String>, model: impl Into<String>) -> Self {
        self.sources.profiles.push(ApplicationProfile { id: id.into(), model: model.into() });
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

    /// Sets whether `/_outcrop/exchanges` controls the emulator while it runs. The default is `true`.
    ///
    /// Whoever can send requests can then also read the requests of others.
    pub fn control(mut self, control: bool) -> Self {
        self.settings.control = control;
        self
    }

    /// Sets whether web pages of any origin may use the emulator. The default is `false`: only programs, and pages on this
    /// machine.
    ///
    /// With `true`, every page that a browser on this machine shows can send requests and read what the emulator received.
    pub fn any_origin(mut self, any: bool) -> Self {
        self.settings.any_origin = any;
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
        let requested = SocketAddr::from((self.host, self.port));
        let failed = |source| StartError { address: requested, step: StartStep::Listen, source };
        #[cfg(feature = "__tls")]
        let tls = self.tls.then(|| Tls::new(self.host)).transpose().map_err(|source| StartError {
            address: requested,
            step: StartStep::MakeCertificate,
            source,
        })?;
        let security = Security {
            #[cfg(feature = "__tls")]
            acceptor: tls.as_ref().map(|tls| tls.acceptor.clone()),
        };
        let listener = TcpListener::bind(requested).await.map_err(failed)?;
        // With port 0 the system has chosen one.
        let address = listener.local_addr().map_err(failed)?;
        let (stop, stopped) = watch::channel(false);
        let service = Service::new(self.settings, self.sources, self.recording.clone(), stopped.clone());
        let connections = Arc::new(AtomicUsize::new(0));
        let serving =
            tokio::spawn(server::serve(listener, security, Arc::new(service), connections.clone(), stopped));
        Ok(Emulator {
            address,
            #[cfg(feature = "__tls")]
            certificate: tls.map(|tls| tls.authority_pem),
            recording: self.recording,
            connections,
            stop,
            serving,
        })
    }
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            host: IpAddr::from(Ipv4Addr::LOCALHOST),
            port: 0,
            #[cfg(feature = "__tls")]
            tls: false,
            sources: Sources::default(),
            recording: Recording::new(),
            settings: Settings::default(),
        }
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

    fn summary(&self) -> String {
        match self.step {
            StartStep::Listen => format!("cannot listen on {}", self.address),
            #[cfg(feature = "__tls")]
            StartStep::MakeCertificate => format!("cannot make a certificate for {}", self.address.ip()),
        }
    }
}
