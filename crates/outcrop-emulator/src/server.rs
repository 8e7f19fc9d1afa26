//! The HTTP server: connections, and the tasks that serve them.

mod browser;
mod connection;
mod control;
mod player;
pub(crate) mod service;
#[cfg(feature = "__tls")]
pub(crate) mod tls;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use connection::{Connection, Socket};
use service::Service;

/// The maximum time that responses in progress get when the emulator stops. Longer streams are rare in tests, and a test
/// that forgets to read one must not hang.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// The pause after a connection could not be accepted. The usual reason is that the process has no file descriptor left,
/// and without a pause the loop would be busy until one is free.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// The time that a connection stays open after its last bytes, when it is closed before the response is complete.
// hyper drops what it has not written when a body fails, and a reset discards what the system has not sent. Over loopback
// the bytes take less than a millisecond.
const LINGER: Duration = Duration::from_millis(20);

/// The maximum number of requests in progress on an HTTP/2 connection.
// A client of the JavaScript SDK sends all of its requests over one connection and queues what exceeds the limit. A test
// with a thousand stalled streams is plausible, and hyper's default of 200 would hang it.
const MAX_CONCURRENT_STREAMS: u32 = 10_000;

/// The way in which bytes are sent: in clear text or, with the feature `tls`, encrypted.
#[derive(Clone, Default)]
pub(crate) struct Security {
    #[cfg(feature = "__tls")]
    pub(crate) acceptor: Option<tokio_rustls::TlsAcceptor>,
}

/// Accepts connections and serves each in a task, until the emulator stops. Dropping the future closes all connections.
pub(crate) async fn serve(
    listener: TcpListener,
    security: Security,
    service: Arc<Service>,
    connection_count: Arc<AtomicUsize>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = wait_for_stop(&mut stopped) => break,
            // Finished tasks are taken out of the set, which would grow otherwise.
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connection_count.fetch_add(1, Ordering::Relaxed);
                    connections.spawn(serve_stream(stream, security.clone(), service.clone(), stopped.clone()));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    drop(listener);
    let finished = async { while connections.join_next().await.is_some() {} };
    // After the timeout, the remaining tasks are aborted with their set.
    let _ = tokio::time::timeout(STOP_TIMEOUT, finished).await;
}

/// Serves a TCP connection, after the TLS handshake if there is one.
async fn serve_stream(
    stream: TcpStream,
    security: Security,
    service: Arc<Service>,
    stopped: watch::Receiver<bool>,
) {
    // With Nagle's algorithm, a small event waits for the acknowledgement of the one before, up to 40 ms. If the option
    // cannot be set, the connection is slow but works.
    let _ = stream.set_nodelay(true);
    let connection = Connection::default();
    let socket = Socket::new(stream, connection.clone());
    #[cfg(feature = "__tls")]
    if let Some(acceptor) = security.acceptor {
        let mut stop = stopped.clone();
        tokio::select! {
            // A handshake fails if the client does not trust the certificate, which the client reports.
            accepted = acceptor.accept(socket) => if let Ok(socket) = accepted {
                serve_connection(socket, connection, service, stopped).await;
            },
            () = wait_for_stop(&mut stop) => {}
        }
        return;
    }
    let Security { .. } = security;
    serve_connection(socket, connection, service, stopped).await;
}

/// Serves a connection of HTTP/1.1 or HTTP/2, request after request.
async fn serve_connection(
    io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    connection: Connection,
    service: Arc<Service>,
    mut stopped: watch::Receiver<bool>,
) {
    let respond = {
        let connection = connection.clone();
        service_fn(move |request| service.clone().respond(request, connection.clone()))
    };
    // The first bytes of a connection decide: HTTP/2 begins with a fixed preface. The default handler of the JavaScript SDK
    // sends it without asking, which is HTTP/2 with prior knowledge. See
    // https://www.rfc-editor.org/rfc/rfc9113#section-3.3 and https://github.com/aws/aws-sdk-js-v3/pull/7041.
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http2().max_concurrent_streams(MAX_CONCURRENT_STREAMS);
    let mut serving = std::pin::pin!(builder.serve_connection(TokioIo::new(io), respond));
    // Errors are ignored: a connection fails because the client closed it, or because the script requires it.
    let is_over = tokio::select! {
        biased;
        () = connection.reset_requested() => true,
        _ = serving.as_mut() => true,
        () = wait_for_stop(&mut stopped) => false,
    };
    if !is_over {
        Pin::as_mut(&mut serving).graceful_shutdown();
        tokio::select! {
            biased;
            () = connection.reset_requested() => {}
            _ = serving => {}
        }
    }
}

/// Waits until the emulator stops.
async fn wait_for_stop(stopped: &mut watch::Receiver<bool>) {
    // An error means that the emulator was dropped, which stops it as well.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
