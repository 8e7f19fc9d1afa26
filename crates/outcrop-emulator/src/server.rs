//! The HTTP server: connections, and the tasks that serve them.

mod player;
mod route;
pub(crate) mod service;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

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

/// Accepts connections and serves each in a task, until the emulator stops. Dropping the future closes all connections.
pub(crate) async fn serve(
    listener: TcpListener,
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
                    connections.spawn(serve_connection(stream, service.clone(), stopped.clone()));
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

/// Serves a connection, request after request.
async fn serve_connection(stream: TcpStream, service: Arc<Service>, mut stopped: watch::Receiver<bool>) {
    // With Nagle's algorithm, a small event waits for the acknowledgement of the one before, up to 40 ms. If the option
    // cannot be set, the connection is slow but works.
    let _ = stream.set_nodelay(true);
    let connection = Connection::default();
    let respond = {
        let connection = connection.clone();
        service_fn(move |request| service.clone().respond(request, connection.clone()))
    };
    let mut serving = http1::Builder::new().serve_connection(TokioIo::new(stream), respond);
    // Errors are ignored: a connection fails because the client closed it, or because the script requires it.
    let is_over = tokio::select! {
        _ = &mut serving => true,
        () = wait_for_stop(&mut stopped) => false,
    };
    if !is_over {
        Pin::new(&mut serving).graceful_shutdown();
        let _ = (&mut serving).await;
    }
    if connection.is_reset_requested() {
        // A socket without lingering is reset when it is closed: the client gets an error instead of an end.
        let _ = serving.into_parts().io.into_inner().set_zero_linger();
    }
}

/// The effects that a response can have on its connection. Clones are handles to the same connection.
#[derive(Clone, Debug, Default)]
struct Connection {
    reset: Arc<AtomicBool>,
}

impl Connection {
    /// Requests that the connection is reset when it is closed.
    fn request_reset(&self) {
        self.reset.store(true, Ordering::Relaxed);
    }

    fn is_reset_requested(&self) -> bool {
        self.reset.load(Ordering::Relaxed)
    }
}

/// Waits until the emulator stops.
async fn wait_for_stop(stopped: &mut watch::Receiver<bool>) {
    // An error means that the emulator was dropped, which stops it as well.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
