//! `outcrop emulate`: runs the emulator until it is interrupted or terminated.

#[cfg(feature = "__tls")]
mod certificate;
mod upstream;

use std::path::Path;
use std::time::Duration;

use outcrop::core::JsonError;
use outcrop_emulator::{Emulator, EmulatorBuilder, Recording, Replay, Script, StartError};
use tokio::runtime::Builder;

use crate::args::EmulateArgs;
use crate::failure::Failure;
use crate::files::{self, MAX_TEXT_BYTES};
use crate::{runtime, terminal};

/// The time between two checks of the recording.
const RECORDING_CHECK: Duration = Duration::from_millis(200);

/// The maximum size of a recording to replay, which is kept in memory.
const MAX_REPLAY_BYTES: u64 = 1 << 30;

/// The maximum size of the exchanges that are kept. A test looks at few, and not at large ones.
const MAX_KEPT_BYTES: usize = 16 << 20;

/// Starts the emulator, prints its address and waits for Ctrl-C or `SIGTERM`.
pub(crate) fn run(args: &EmulateArgs) -> Result<(), Failure> {
    let recording = recording(args)?;
    let mut builder = Emulator::builder()
        .host(args.host)
        .port(args.port)
        .validate(!args.no_validate)
        .authenticate(!args.no_auth)
        .any_model(args.any_model)
        .control(!args.no_control)
        .record(recording.clone());
    #[cfg(feature = "__tls")]
    {
        builder = builder.tls(args.tls);
    }
    if let Some(path) = &args.script {
        let text = files::read_text("script", path, MAX_TEXT_BYTES)?;
        builder = builder.script(Script::from_json(&text).map_err(|error| invalid("script", path, &error))?);
    }
    if let Some(path) = &args.replay {
        builder = builder.replay(replay(path, args)?);
    }
    runtime::start(Builder::new_multi_thread())?.block_on(serve(builder, &recording, args))
}

async fn serve(
    mut builder: EmulatorBuilder,
    recording: &Recording,
    args: &EmulateArgs,
) -> Result<(), Failure> {
    if let Some(url) = &args.upstream {
        builder = builder.upstream(upstream::connect(url, args).await?);
    }
    let emulator = builder.start().await.map_err(|error| start_failure(&error))?;
    if !args.host.is_loopback() {
        let address = emulator.address();
        let risks = exposed(args);
        terminal::eprint_line(&format!(
            "warning: everyone who can reach {address} can use this emulator: {risks}"
        ));
    }
    #[cfg(feature = "__tls")]
    let _certificate = certificate::Certificate::of(&emulator)?;
    // A script may send a signal as soon as it has read the line below.
    let end =
        wait_for_end().map_err(|error| Failure::input(format!("signals cannot be received: {error}")))?;
    // Scripts wait for this line and read the port from it, so its text must not change.
    match terminal::print(&format!("listening on {}\n", emulator.url())).map_err(Failure::from) {
        // Who knows the port does not have to read the line.
        Ok(()) | Err(Failure::ClosedPipe) => {}
        Err(failure) => return Err(failure),
    }
    let outcome = tokio::select! {
        () = end => Ok(()),
        failure = recording_failure(recording, args) => Err(failure),
    };
    emulator.shutdown().await;
    outcome
}

/// Describes what others can do with an emulator that is not on loopback.
fn exposed(args: &EmulateArgs) -> String {
    let mut risks = Vec::new();
    if args.upstream.is_some() {
        risks.push("it calls models at your expense");
    }
    if !args.no_control {
        risks.push("it returns what others sent (--no-control prevents that)");
    }
    if risks.is_empty() { "it has no access control".to_owned() } else { risks.join(", and ") }
}

/// Returns a future that waits for Ctrl-C or `SIGTERM`, which container runtimes send. Signals are received from this
/// call on, even before the future is polled.
#[cfg(unix)]
fn wait_for_end() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Returns a future that waits for Ctrl-C, which is received from this call on.
#[cfg(windows)]
fn wait_for_end() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

/// Opens the recording. It keeps exchanges in memory only for `/_outcrop/exchanges`.
fn recording(args: &EmulateArgs) -> Result<Recording, Failure> {
    let recording = match &args.record {
        Some(path) => Recording::to_file(path).map_err(|error| {
            Failure::input(format!("the recording `{}` cannot be written: {error}", path.display()))
        })?,
        None => Recording::new(),
    };
    let limit = if args.no_control { 0 } else { args.keep };
    Ok(recording.with_limit(limit).with_max_bytes(MAX_KEPT_BYTES).with_timing(args.timing))
}

/// Waits until the recording cannot be written; forever if there is none.
///
/// A recording that silently lacks exchanges would be worse than an emulator that stops.
async fn recording_failure(recording: &Recording, args: &EmulateArgs) -> Failure {
    let Some(path) = &args.record else { return std::future::pending().await };
    loop {
        if let Some(error) = recording.failure() {
            let path = path.display();
            return Failure::input(format!("the recording `{path}` cannot be written: {error}"));
        }
        tokio::time::sleep(RECORDING_CHECK).await;
    }
}

fn replay(path: &Path, args: &EmulateArgs) -> Result<Replay, Failure> {
    let text = files::read_text("replay", path, MAX_REPLAY_BYTES)?;
    let replay = Replay::from_json_lines(&text).map_err(|error| invalid("replay", path, &error))?;
    if replay.is_empty() {
        terminal::eprint_line(&format!("warning: the replay `{}` has no exchange", path.display()));
    }
    let replay = replay.strict(args.strict).with_timing(args.timing);
    let replay = args.ignore.iter().fold(replay, |replay, member| replay.ignore(member));
    Ok(replay.on_mismatch(|mismatch| terminal::eprint_line(&format!("replay: {mismatch}"))))
}

fn invalid(kind: &str, path: &Path, error: &JsonError) -> Failure {
    Failure::input(format!("the {kind} `{}` is invalid: {error}", path.display()))
}

fn start_failure(error: &StartError) -> Failure {
    if error.is_address_in_use() {
        let message = format!("{error}: another program uses it");
        Failure::input_with_hint(message, "choose another --port, or omit it for any free port")
    } else {
        Failure::input(error.to_string())
    }
}
