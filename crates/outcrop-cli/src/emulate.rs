//! `outcrop emulate`: runs the emulator until it is interrupted.

use std::time::Duration;

use outcrop_emulator::{Emulator, Recording, Script, StartError};

use crate::args::EmulateArgs;
use crate::failure::Failure;
use crate::files::{self, MAX_TEXT_BYTES};
use crate::terminal;

/// The time between two checks of the recording.
const RECORDING_CHECK: Duration = Duration::from_millis(200);

/// Starts the emulator, prints its address and waits for Ctrl-C.
pub(crate) fn run(args: &EmulateArgs) -> Result<(), Failure> {
    let mut builder = Emulator::builder().port(args.port);
    let mut record = None;
    if let Some(path) = &args.script {
        let text = files::read_text("script", path, MAX_TEXT_BYTES)?;
        let script = Script::from_json(&text).map_err(|error| {
            Failure::input(format!("the script `{}` is invalid: {error}", path.display()))
        })?;
        builder = builder.script(script);
    }
    if let Some(path) = &args.record {
        let recording = Recording::to_file(path).map_err(|error| {
            Failure::input(format!("the recording `{}` cannot be written: {error}", path.display()))
        })?;
        builder = builder.record(recording.clone());
        record = Some((path.display().to_string(), recording));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::input(format!("the async runtime cannot be started: {error}")))?;
    runtime.block_on(async {
        let emulator = builder.start().await.map_err(|error| start_failure(&error))?;
        // Scripts wait for this line and read the port from it, so its text must not change.
        match terminal::print(&format!("listening on {}\n", emulator.url())).map_err(Failure::from) {
            // Who knows the port does not have to read the line.
            Ok(()) | Err(Failure::ClosedPipe) => {}
            Err(failure) => return Err(failure),
        }
        let outcome = tokio::select! {
            interrupted = tokio::signal::ctrl_c() => {
                interrupted.map_err(|error| Failure::input(format!("Ctrl-C cannot be received: {error}")))
            }
            failure = recording_failure(record.as_ref()) => Err(failure),
        };
        emulator.shutdown().await;
        outcome
    })
}

/// Waits until the recording cannot be written; forever if there is none.
///
/// A recording that silently lacks exchanges would be worse than an emulator that stops.
async fn recording_failure(record: Option<&(String, Recording)>) -> Failure {
    let Some((path, recording)) = record else { return std::future::pending().await };
    loop {
        if let Some(error) = recording.failure() {
            return Failure::input(format!("the recording `{path}` cannot be written: {error}"));
        }
        tokio::time::sleep(RECORDING_CHECK).await;
    }
}

fn start_failure(error: &StartError) -> Failure {
    if error.is_address_in_use() {
        let message = format!("{error}: another program uses it");
        Failure::input_with_hint(message, "choose another --port, or omit it for any free port")
    } else {
        Failure::input(error.to_string())
    }
}
