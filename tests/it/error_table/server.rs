//! A server of raw bytes: it answers each request with the next step of a script, and counts what it received.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// The answer to one request.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Resets the connection before anything is read.
    ResetUnread,
    /// Sends these bytes and keeps the connection open for the next request.
    Send(Vec<u8>),
    /// Sends these bytes and closes the connection.
    Close(Vec<u8>),
    /// Sends these bytes and resets the connection.
    Reset(Vec<u8>),
    /// Sends these bytes and nothing more, with the connection open.
    Stall(Vec<u8>),
}

/// The peer that a client connects to.
#[derive(Clone, Debug)]
pub(super) enum Peer {
    /// A server that answers by a script. The last step is repeated.
    Script(Vec<Step>),
    /// A port that nothing listens on.
    Refused,
    /// A host name that cannot be resolved.
    Unknown,
    /// A listener with a full queue, so that the system drops the packets of new connections.
    BlackHole,
    /// A server that accepts connections and stays silent, for a client that begins with TLS.
    SilentTls,
}

/// A running peer.
pub(super) struct Server {
    pub(super) url: String,
    received: Arc<Mutex<Received>>,
    /// What must stay open as long as the server.
    _kept: Vec<Kept>,
}

/// What a server has received.
#[derive(Default)]
struct Received {
    connections: usize,
    /// The bodies of the requests, and when each was complete.
    requests: Vec<(Vec<u8>, Instant)>,
    heads: Vec<String>,
}

enum Kept {
    Listener(#[expect(dead_code, reason = "kept open")] TcpListener),
    Socket(#[expect(dead_code, reason = "kept open")] TcpSocket),
    Stream(#[expect(dead_code, reason = "kept open")] TcpStream),
    Task(tokio::task::JoinHandle<()>),
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Self::Task(task) = self {
            task.abort();
        }
    }
}

impl Server {
    /// Starts a peer on a port of the loopback interface.
    pub(super) async fn start(peer: &Peer) -> Self {
        let received: Arc<Mutex<Received>> = Arc::default();
        let mut kept = Vec::new();
        let url = match peer {
            Peer::Unknown => "http://outcrop.invalid".to_owned(),
            Peer::Refused => {
                // Bound, and not listening: a port that is free again may be that of the next server.
                let socket = TcpSocket::new_v4().expect("a socket");
                socket.bind(([127, 0, 0, 1], 0).into()).expect("a port is free");
                let address = socket.local_addr().expect("an address");
                kept.push(Kept::Socket(socket));
                format!("http://{address}")
            }
            Peer::BlackHole => {
                let socket = TcpSocket::new_v4().expect("a socket");
                socket.bind(([127, 0, 0, 1], 0).into()).expect("a port is free");
                let listener = socket.listen(1).expect("it listens");
                let address = listener.local_addr().expect("an address");
                // The queue has room for two; the system drops the packets of any other connection.
                for _ in 0..2 {
                    kept.push(Kept::Stream(TcpStream::connect(address).await.expect("there is room")));
                }
                kept.push(Kept::Listener(listener));
                format!("http://{address}")
            }
            Peer::SilentTls | Peer::Script(_) => {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
                let address = listener.local_addr().expect("an address");
                let is_silent = matches!(peer, Peer::SilentTls);
                let script = Script::new(if let Peer::Script(steps) = peer { steps } else { &[] });
                kept.push(Kept::Task(tokio::spawn(accept(listener, script, received.clone()))));
                format!("{}://{address}", if is_silent { "https" } else { "http" })
            }
        };
        Self { url, received, _kept: kept }
    }

    /// Returns the number of connections that were accepted.
    pub(super) fn connections(&self) -> usize {
        self.received().connections
    }

    /// Returns the bodies of the requests that were received whole, with the time of each.
    pub(super) fn requests(&self) -> Vec<(Vec<u8>, Instant)> {
        self.received().requests.clone()
    }

    /// Returns the heads of the requests.
    pub(super) fn heads(&self) -> Vec<String> {
        self.received().heads.clone()
    }

    fn received(&self) -> std::sync::MutexGuard<'_, Received> {
        self.received.lock().expect("no panic")
    }
}

/// The steps that are left.
#[derive(Clone)]
struct Script(Arc<Mutex<VecDeque<Step>>>);

impl Script {
    fn new(steps: &[Step]) -> Self {
        Self(Arc::new(Mutex::new(steps.iter().cloned().collect())))
    }

    /// Returns the next step without using it; `None` for a server without a script.
    fn peek(&self) -> Option<Step> {
        self.0.lock().expect("no panic").front().cloned()
    }

    /// Returns the next step. The last one is not used up.
    fn next(&self) -> Step {
        let mut steps = self.0.lock().expect("no panic");
        let step = steps.front().cloned().expect("a script has a step");
        if steps.len() > 1 {
            steps.pop_front();
        }
        step
    }
}

async fn accept(listener: TcpListener, script: Script, received: Arc<Mutex<Received>>) {
    let mut open = Vec::new();
    while let Ok((stream, _)) = listener.accept().await {
        received.lock().expect("no panic").connections += 1;
        match script.peek() {
            None => open.push(stream),
            Some(Step::ResetUnread) => {
                script.next();
                tokio::spawn(reset_unread(stream));
            }
            Some(_) => {
                tokio::spawn(serve(stream, script.clone(), received.clone()));
            }
        }
    }
}

/// Waits until a request has arrived in the buffer of the system, and resets the connection.
async fn reset_unread(stream: TcpStream) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length) = stream.peek(&mut buffer).await {
        if length == 0 || find_request(&buffer[..length]).is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let _ = stream.set_zero_linger();
}

/// Serves one connection.
async fn serve(mut stream: TcpStream, script: Script, received: Arc<Mutex<Received>>) {
    while let Some((head, body)) = read_request(&mut stream).await {
        {
            let mut received = received.lock().expect("no panic");
            received.heads.push(head);
            received.requests.push((body, Instant::now()));
        }
        match script.next() {
            Step::Send(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Step::Close(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
                return;
            }
            Step::Reset(bytes) => {
                let _ = stream.write_all(&bytes).await;
                // So that the client has read the bytes by then: a reset discards what is in flight.
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                let _ = stream.set_zero_linger();
                return;
            }
            Step::Stall(bytes) => {
                let _ = stream.write_all(&bytes).await;
                // Until the client closes the connection.
                let _ = stream.read(&mut [0; 64]).await;
                return;
            }
            Step::ResetUnread => panic!("the step applies to connections that were not read"),
        }
    }
}

/// Reads a request; `None` at the end of the connection.
async fn read_request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        if let Some((head, body)) = find_request(&bytes) {
            return Some((head.to_owned(), body.to_vec()));
        }
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
    }
}

/// Returns head and body of a request if both are complete.
fn find_request(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, body) = (std::str::from_utf8(&bytes[..end]).expect("a head is text"), &bytes[end + 4..]);
    let length = head
        .lines()
        .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.trim().parse().ok());
    Some((head, body.get(..length.expect("the client sends a length"))?))
}
