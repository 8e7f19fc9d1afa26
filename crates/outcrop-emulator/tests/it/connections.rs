//! Connections: large bodies, concurrency, shutdown.

use std::time::Duration;

use outcrop_emulator::Emulator;
use serde_json::json;
use tokio::net::TcpListener;

use crate::client::{Client, NOVA, SIGNED, post, user_body};

#[tokio::test]
async fn body_of_thirty_megabytes_is_answered() {
    let emulator = Emulator::start().await.expect("a start");
    let image = "A".repeat(30 * 1024 * 1024);
    let body = json!({"messages": [{"role": "user", "content": [{"image": {"format": "png", "source": {"bytes": image}}}]}]});
    let response = post(&emulator, NOVA, &body.to_string()).await.json();
    assert_eq!(response["output"]["message"]["content"][0]["text"], "I see a png image of 23592960 bytes.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_clients_get_their_own_responses() {
    let emulator = std::sync::Arc::new(Emulator::start().await.expect("a start"));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..50 {
        let emulator = emulator.clone();
        tasks.spawn(async move {
            let mut client = Client::connect(&emulator).await;
            for turn in 0..5 {
                let response = client
                    .post(NOVA, &user_body(&format!("{number}/{turn}")))
                    .await
                    .expect("a response")
                    .json();
                let text = response["output"]["message"]["content"][0]["text"].clone();
                assert_eq!(text, format!("You said: {number}/{turn}"));
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("a task without panic");
    }
    assert_eq!(emulator.requests().len(), 250);
}

#[tokio::test]
async fn shutdown_closes_idle_connections_and_frees_the_port() {
    let emulator = Emulator::start().await.expect("a start");
    let address = emulator.address();
    let mut idle = Client::connect(&emulator).await;
    idle.post(NOVA, &user_body("hi")).await.expect("a response");
    emulator.shutdown().await;
    assert!(idle.read().await.is_err(), "the connection is closed");
    TcpListener::bind(address).await.expect("a free port");
}

#[tokio::test]
async fn dropped_emulator_stops_serving() {
    let emulator = Emulator::start().await.expect("a start");
    let address = emulator.address();
    let mut idle = Client::connect(&emulator).await;
    idle.post(NOVA, &user_body("hi")).await.expect("a response");
    drop(emulator);
    let read = tokio::time::timeout(Duration::from_secs(5), idle.read()).await.expect("an end in time");
    assert!(read.is_err(), "the connection is closed");
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn port_in_use_is_reported() {
    let first = Emulator::start().await.expect("a start");
    let second = Emulator::builder().port(first.address().port()).start().await;
    let error = second.expect_err("the port is in use");
    assert!(error.is_address_in_use());
    assert_eq!(error.address(), first.address());
    assert_eq!(error.to_string(), format!("cannot listen on {}", first.address()));
}

#[tokio::test]
async fn foreign_page_is_rejected_unless_it_is_permitted() {
    let page = [SIGNED, ("Origin", "https://evil.example")];
    let body = user_body("hi");
    let emulator = Emulator::start().await.expect("a start");
    let mut client = Client::connect(&emulator).await;
    let response = client.send("POST", NOVA, &page, body.as_bytes()).await.expect("a response");
    assert_eq!((response.status, response.exception()), (403, Some("AccessDeniedException")));
    assert_eq!(response.header("access-control-allow-origin"), None);

    let open = Emulator::builder().any_origin(true).start().await.expect("a start");
    let mut client = Client::connect(&open).await;
    let preflight = client.send("OPTIONS", NOVA, &page[1..], b"").await;
    // A response without content has no length.
    assert!(preflight.is_ok_and(|response| response.status == 204));
    let response = client.send("POST", NOVA, &page, body.as_bytes()).await.expect("a response");
    assert_eq!((response.status, response.header("access-control-allow-origin")), (200, Some("*")));
}

#[tokio::test]
async fn emulator_listens_on_the_given_address() {
    let emulator = Emulator::builder().host([0, 0, 0, 0]).start().await.expect("a start");
    assert!(emulator.address().ip().is_unspecified());
    assert!(emulator.url().starts_with("http://127.0.0.1:"), "{}", emulator.url());
    let six = Emulator::builder().host(std::net::Ipv6Addr::LOCALHOST).start().await;
    // A machine without IPv6 cannot show more.
    if let Ok(six) = six {
        assert!(six.url().starts_with("http://[::1]:"), "{}", six.url());
    }
}
