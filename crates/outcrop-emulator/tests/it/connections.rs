//! Connections: large bodies, concurrency, shutdown.

use std::time::Duration;

use outcrop_emulator::Emulator;
use serde_json::json;
use tokio::net::TcpListener;

use crate::client::{Client, NOVA, post, user_body};

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
