//! `outcrop emulate`: runs the emulator until it is interrupted.

use outcrop_emulator::{Emulator, Recording, Script, StartError};

use crate::args::EmulateArgs;
use crate::failure::Failure;

/// Starts the emulator, prints its address and waits for Ctrl-C.
pub(crate) fn run(args: &EmulateArgs) -> Result<(), Failure> {
    let mut builder = Emulator::builder().port(args.port);
    if let Some(path) = &args.script {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::input(format!("the script `{}` cannot be read: {error}", path.display()))
        })?;
        let script = Script::from_json(&text).map_err(|error| {
            Failure::input(format!("the script `{}` is invalid: {error}", path.display()))
        })?;
        builder = builder.script(script);
    }
    if let Some(path) = &args.record {
        let recording = Recording::to_file(path).map_err(|error| {
            Failure::input(format!("the recording `{}` cannot be written: {error}", path.display()))
        })?;
        builder = builder.record(recording);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::input(format!("the async runtime cannot be started: {error}")))?;
    runtime.block_on(async {
        let emulator = builder.start().await.map_err(|error| start_failure(&error))?;
        // Scripts wait for this line and read the port from it, so its text must not change.
        println!("listening on {}", emulator.url());
        tokio::signal::ctrl_c()
            .await
            .map_err(|error| Failure::input(format!("Ctrl-C cannot be received: {error}")))?;
        emulator.shutdown().await;
        Ok(())
    })
}

fn start_failure(error: &StartError) -> Failure {
    if error.is_address_in_use() {
        let message = format!("{error}: another program uses it");
        Failure::input_with_hint(message, "choose another --port, or omit it for any free port")
    } else {
        Failure::input(error.to_string())
    }
}
