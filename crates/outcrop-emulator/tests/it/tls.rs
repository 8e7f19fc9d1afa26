//! TLS with a certificate that is made at the start.

use std::process::Command;
use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper_util::rt::{TokioExecutor, TokioIo};
use outcrop_emulator::Emulator;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
#[cfg(feature = "rustls-aws-lc")]
use tokio_rustls::rustls::crypto::aws_lc_rs as cryptography;
#[cfg(not(feature = "rustls-aws-lc"))]
use tokio_rustls::rustls::crypto::ring as cryptography;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::client::{NOVA, user_body};

async fn start() -> Emulator {
    Emulator::builder().tls(true).start().await.expect("a start")
}

/// Posts a request over TLS, with HTTP/2 if the server prefers it, and returns the status.
async fn post(emulator: &Emulator, trusted: &str, name: &'static str) -> Result<u16, std::io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.as_bytes()).expect("PEM")).expect("a certificate");
    // With both kinds of cryptography in the build, rustls has no default.
    let mut config = ClientConfig::builder_with_provider(Arc::new(cryptography::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let socket = TcpStream::connect(emulator.address()).await?;
    let name = ServerName::try_from(name).expect("a name");
    let socket = TlsConnector::from(Arc::new(config)).connect(name, socket).await?;
    assert_eq!(socket.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(socket))
            .await
            .expect("a handshake");
    tokio::spawn(connection);
    let request = Request::post(format!("https://localhost{NOVA}"))
        .header("authorization", "Bearer any")
        .body(Full::new(bytes::Bytes::from(user_body("hi"))))
        .expect("a request");
    let response = sender.send_request(request).await.expect("a response");
    let status = response.status().as_u16();
    response.into_body().collect().await.expect("a body");
    Ok(status)
}

#[tokio::test]
async fn client_that_trusts_the_certificate_is_answered() {
    let emulator = start().await;
    assert!(emulator.url().starts_with("https://127.0.0.1:"));
    let trusted = emulator.certificate_pem().expect("a certificate").to_owned();
    for name in ["localhost", "127.0.0.1"] {
        assert_eq!(post(&emulator, &trusted, name).await.expect("a response"), 200, "{name}");
    }
    post(&emulator, &trusted, "example.com").await.expect_err("the certificate is for other names");
    let other = start().await;
    post(&other, &trusted, "localhost").await.expect_err("each start makes a certificate");
    assert_eq!(Emulator::start().await.expect("a start").certificate_pem(), None);
}

/// boto3 refuses API keys over plain HTTP since version 1.44.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn boto3_client_sends_its_api_key() {
    const CLIENT: &str = r#"
import sys, boto3
client = boto3.client("bedrock-runtime", endpoint_url=sys.argv[1], region_name="us-east-1", verify=sys.argv[2])
client.converse(modelId="amazon.nova-lite-v1:0", messages=[{"role": "user", "content": [{"text": "hi"}]}])
"#;
    let boto3 = Command::new("python3").args(["-c", "import boto3"]).output();
    if !boto3.is_ok_and(|output| output.status.success()) {
        println!("skipped: python3 with boto3 is not installed");
        return;
    }
    let emulator = start().await;
    let path = std::env::temp_dir().join(format!("outcrop-emulator-{}.pem", std::process::id()));
    std::fs::write(&path, emulator.certificate_pem().expect("a certificate")).expect("a file");
    let mut command = Command::new("python3");
    command.args(["-c", CLIENT, &emulator.url()]).arg(&path).env("AWS_BEARER_TOKEN_BEDROCK", "some-api-key");
    let run = tokio::task::spawn_blocking(move || command.output()).await.expect("a thread");
    let output = run.expect("python3 runs");
    std::fs::remove_file(&path).expect("the file is removed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(emulator.requests()[0].header("authorization"), Some("Bearer some-api-key"));
}
