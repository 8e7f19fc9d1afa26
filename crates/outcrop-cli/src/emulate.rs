//! `outcrop emulate`.

use outcrop_emulator::{Emulator, Recording, Script, StartError};

use crate::args::EmulateArgs;
use crate::failure::Failure;

/// Serves until interrupted.
pub(crate) fn run(args: &EmulateArgs) -> Result<(), Failure> {
    let mut builder = Emulator::builder().port(args.port);
    if let Some(path) = &args.script {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::input(format!("the script `{}` cannot be read: {error}", path.display()))
        })?;
        let script = Script::from_json(&text)
            .map_err(|error| Failure::input(format!("the script `{}`: {error}", path.display())))?;
        builder = builder.script(script);
    }
    if let Some(path) = &args.record {
        let recording = Recording::to_file(path).map_err(|error| {
            Failure::input(format!("the record `{}` cannot be written: {error}", path.display()))
        })?;
        builder = builder.record(recording);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::input(format!("the runtime cannot be started: {error}")))?;
    runtime.block_on(async {
        let emulator = builder.start().await.map_err(|error| not_started(&error))?;
        println!("listening on {}", emulator.url());
        tokio::signal::ctrl_c()
            .await
            .map_err(|error| Failure::input(format!("signals cannot be waited for: {error}")))?;
        emulator.shutdown().await;
        Ok(())
    })
}

fn not_started(error: &StartError) -> Failure {
    if error.is_address_in_use() {
        let message = format!("{error}: another program does");
        Failure::input_with_hint(message, "choose another --port, or leave it out to take a free one")
    } else {
        Failure::input(error.to_string())
    }
}
