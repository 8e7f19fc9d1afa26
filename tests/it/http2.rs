//! Requests that the service declares as not processed, over HTTP/2: they are sent again, and no others.
//!
//! The client offers HTTP/2 only over TLS, so it runs in a process that trusts the certificate of this test.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The answer to a request.
#[derive(Clone, Copy, Debug)]
enum Answer {
    /// `RST_STREAM` with this code.
    Reset(u32),
    /// `GOAWAY` with this code, which names no processed stream, and the end of the connection.
    GoAway(u32),
}

// The codes of RFC 9113, section 7.
const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

// The types of frames of RFC 9113, section 6.
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

/// A flag of `DATA` and `HEADERS`.
const END_STREAM: u8 = 1;
/// A flag of `SETTINGS`.
const ACK: u8 = 1;
/// A flag of `HEADERS`.
const END_HEADERS: u8 = 4;

const BODY: &str = r#"{"output": {"message": {"role": "assistant", "content": [{"text": "Po"}]}}, "stopReason": "end_turn",
    "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}, "metrics": {"latencyMs": 1}}"#;

/// A server over TLS that gives one answer to the first request and a good response to all others.
struct Server {
    url: String,
    authority_pem: String,
    requests: Arc<AtomicUsize>,
}

impl Server {
    async fn start(first: Answer) -> Self {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key"))
            .expect("an authority");
        let key = KeyPair::generate().expect("a key");
        let certificate = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        let certificate = certificate.signed_by(&key, &authority).expect("a certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("they belong together");
        config.alpn_protocols = vec![b"h2".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));

        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("an address").port();
        let requests: Arc<AtomicUsize> = Arc::default();
        let (counter, first) = (requests.clone(), Arc::new(Mutex::new(Some(first))));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, counter, first) = (acceptor.clone(), counter.clone(), first.clone());
                tokio::spawn(async move {
                    if let Ok(socket) = acceptor.accept(socket).await {
                        // The error is that of a client that has closed the connection.
                        let _ = serve(socket, &counter, &first).await;
                    }
                });
            }
        });
        Self { url: format!("https://localhost:{port}"), authority_pem: authority.pem(), requests }
    }
}

async fn serve(
    mut socket: impl AsyncRead + AsyncWrite + Unpin,
    counter: &AtomicUsize,
    first: &Mutex<Option<Answer>>,
) -> std::io::Result<()> {
    socket.read_exact(&mut [0; 24]).await?;
    write_frame(&mut socket, SETTINGS, 0, 0, &[]).await?;
    loop {
        let mut header = [0; 9];
        socket.read_exact(&mut header).await?;
        let [a, b, c, kind, flags, stream @ ..] = header;
        let mut payload = vec![0; usize::try_from(u32::from_be_bytes([0, a, b, c])).expect("it is small")];
        socket.read_exact(&mut payload).await?;
        if kind == SETTINGS && flags & ACK == 0 {
            write_frame(&mut socket, SETTINGS, ACK, 0, &[]).await?;
        }
        if kind != DATA || flags & END_STREAM == 0 {
            continue;
        }
        counter.fetch_add(1, Ordering::Relaxed);
        let stream = u32::from_be_bytes(stream);
        let answer = first.lock().expect("no panic").take();
        match answer {
            Some(Answer::Reset(code)) => {
                write_frame(&mut socket, RST_STREAM, 0, stream, &code.to_be_bytes()).await?;
            }
            Some(Answer::GoAway(code)) => {
                let payload = [0_u32.to_be_bytes(), code.to_be_bytes()].concat();
                write_frame(&mut socket, GOAWAY, 0, 0, &payload).await?;
                return socket.shutdown().await;
            }
            None => {
                // `:status: 200` and `content-type: application/json`, by the static table of HPACK (RFC 7541).
                let headers = [&[0x88, 0x0f, 0x10, 0x10][..], b"application/json"].concat();
                write_frame(&mut socket, HEADERS, END_HEADERS, stream, &headers).await?;
                write_frame(&mut socket, DATA, END_STREAM, stream, BODY.as_bytes()).await?;
            }
        }
    }
}

async fn write_frame(
    socket: &mut (impl AsyncWrite + Unpin),
    kind: u8,
    flags: u8,
    stream: u32,
    payload: &[u8],
) -> std::io::Result<()> {
    let length = u32::try_from(payload.len()).expect("it is small").to_be_bytes();
    let frame = [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat();
    socket.write_all(&frame).await?;
    socket.flush().await
}

/// Makes a call in a process that trusts the server. Returns the error.
async fn call(server: &Server) -> Value {
    call_trusting(server, &server.authority_pem).await
}

/// Makes a call in a process that trusts an authority. Returns the error.
async fn call_trusting(server: &Server, authority_pem: &str) -> Value {
    let authority =
        std::env::temp_dir().join(format!("outcrop-http2-{}-{}.pem", std::process::id(), server.url.len()));
    let authority = authority.with_extension(server.url.rsplit(':').next().unwrap_or_default());
    std::fs::write(&authority, authority_pem).expect("a file");
    let entry = json!({"aws_region": "eu-west-1", "aws_access_key": "AKID", "aws_secret_key": "s", "endpoint_url": server.url});
    let mut command = Command::new(env!("CARGO_BIN_EXE_one-call"));
    command.arg(entry.to_string()).env_clear().env("SSL_CERT_FILE", &authority);
    let output =
        tokio::task::spawn_blocking(move || command.output()).await.expect("no panic").expect("it runs");
    std::fs::remove_file(&authority).expect("it exists");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no outcome: {}", String::from_utf8_lossy(&output.stderr)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn request_that_was_not_processed_is_sent_again() {
    for answer in [Answer::Reset(REFUSED_STREAM), Answer::GoAway(NO_ERROR)] {
        let server = Server::start(answer).await;
        let error = call(&server).await;
        assert_eq!(error, Value::Null, "{answer:?}");
        assert_eq!(server.requests.load(Ordering::Relaxed), 2, "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn request_that_may_have_been_processed_is_not_sent_again() {
    for answer in [Answer::Reset(INTERNAL_ERROR), Answer::GoAway(ENHANCE_YOUR_CALM)] {
        let server = Server::start(answer).await;
        let error = call(&server).await;
        assert_eq!(
            (&error["code"], &error["stage"]),
            (&json!("ConnectionBroken"), &json!("waiting")),
            "{answer:?}"
        );
        assert_eq!(server.requests.load(Ordering::Relaxed), 1, "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn certificate_that_is_not_trusted_has_a_hint() {
    let (server, other) =
        (Server::start(Answer::GoAway(NO_ERROR)).await, Server::start(Answer::GoAway(NO_ERROR)).await);
    let error = call_trusting(&server, &other.authority_pem).await;
    assert_eq!(
        (&error["code"], &error["stage"]),
        (&json!("CertificateRejected"), &json!("sending")),
        "{error}"
    );
    let printed = error.to_string();
    assert!(printed.contains("invalid peer certificate: "), "{error}");
    assert!(printed.contains("SSL_CERT_FILE"), "{error}");
}
