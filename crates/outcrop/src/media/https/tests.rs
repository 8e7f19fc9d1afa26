//! Tests of the fetcher: rejected addresses, and its limits with a server on loopback.

use std::time::{Duration, Instant};

use outcrop_core::ErrorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{FetchRules, HttpsFetcher, MediaFetcher};

#[tokio::test]
async fn other_schemes_and_private_hosts_are_rejected_before_sending() {
    let fetcher = HttpsFetcher::new().unwrap();
    for url in [
        "http://example.com/a.png",
        "ftp://example.com/a.png",
        "https://127.0.0.1/a.png",
        "https://[::1]/a.png",
        "https://169.254.169.254/latest/meta-data/",
        "https://localhost/a.png",
        "https://0x7f000001/a.png",
        "not an address",
    ] {
        let error = fetcher.fetch(url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{url}: {error}");
        assert_eq!(error.code(), Some("MediaNotFetched"), "{url}");
    }
}

/// Starts a server that sends the same response to every request, and returns its port.
async fn server(response: impl Fn(u16) -> String + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.read(&mut [0; 4096]).await;
            let _ = socket.write_all(response(port).as_bytes()).await;
        }
    });
    port
}

fn lenient(max_bytes: usize) -> HttpsFetcher {
    let rules = FetchRules { scheme: "http", is_allowed: |_| true };
    HttpsFetcher::with_rules(rules, Duration::from_millis(300), max_bytes).unwrap()
}

#[tokio::test]
async fn fetch_returns_bytes_and_content_type() {
    let port = server(|_| {
        "HTTP/1.1 200 OK\r\ncontent-type: image/gif\r\ncontent-length: 6\r\n\r\nGIF89a".to_owned()
    })
    .await;
    let media = lenient(100).fetch(&format!("http://127.0.0.1:{port}/a")).await.unwrap();
    assert_eq!(media.bytes.as_ref(), b"GIF89a");
    assert_eq!(media.content_type.as_deref(), Some("image/gif"));
}

#[tokio::test]
async fn body_over_limit_is_rejected_with_and_without_content_length() {
    let with = server(|_| format!("HTTP/1.1 200 OK\r\ncontent-length: 200\r\n\r\n{}", "x".repeat(200))).await;
    let without =
        server(|_| format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "x".repeat(200))).await;
    for port in [with, without] {
        let error = lenient(100).fetch(&format!("http://127.0.0.1:{port}/a")).await.unwrap_err();
        assert!(error.to_string().contains("larger"), "{error}");
    }
}

#[tokio::test]
async fn endless_redirects_and_error_statuses_are_rejected() {
    let endless = server(|port| {
        format!("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{port}/b\r\ncontent-length: 0\r\n\r\n")
    })
    .await;
    let error = lenient(100).fetch(&format!("http://127.0.0.1:{endless}/a")).await.unwrap_err();
    assert!(error.to_string().contains("more than 3 redirects"), "{error}");

    let missing = server(|_| "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned()).await;
    let error = lenient(100).fetch(&format!("http://127.0.0.1:{missing}/a")).await.unwrap_err();
    assert_eq!(error.status(), Some(404));
}

#[tokio::test]
async fn redirect_to_private_address_is_rejected() {
    let port = server(|_| {
        "HTTP/1.1 302 Found\r\nlocation: http://10.0.0.1/\r\ncontent-length: 0\r\n\r\n".to_owned()
    })
    .await;
    let rules = FetchRules { scheme: "http", is_allowed: |address| address.is_loopback() };
    let fetcher = HttpsFetcher::with_rules(rules, Duration::from_millis(300), 100).unwrap();
    let error = fetcher.fetch(&format!("http://127.0.0.1:{port}/a")).await.unwrap_err();
    assert!(error.to_string().contains("not a public address"), "{error}");
}

#[tokio::test]
async fn silent_server_is_timeout_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let error = lenient(100).fetch(&format!("http://127.0.0.1:{port}/a")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(!format!("{error:?}").contains(&port.to_string()), "the error does not have the address");
}

#[tokio::test]
async fn redirects_share_the_deadline_of_the_image() {
    // Each response is within the limit of 300 ms, and all of them together are not (L15).
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let _ = socket.read(&mut [0; 4096]).await;
            let redirect = format!(
                "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{port}/b\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            let _ = socket.write_all(redirect.as_bytes()).await;
        }
    });
    let start = Instant::now();
    let error = lenient(100).fetch(&format!("http://127.0.0.1:{port}/a")).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, Some("MediaNotFetched")), "{error}");
    assert!(start.elapsed() < Duration::from_millis(590), "{:?}", start.elapsed());
}
