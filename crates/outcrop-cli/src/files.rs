//! Files of the command line: read up to a limit, and written so that they are complete or not there.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The maximum size of an image, 3.75 MB:
/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html>.
pub(crate) const MAX_IMAGE_BYTES: u64 = 3_932_160;

/// The maximum size of a document, 4.5 MB:
/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html>.
pub(crate) const MAX_DOCUMENT_BYTES: u64 = 4_718_592;

/// The maximum size of a definition of a tool: thousands of times what models accept.
pub(crate) const MAX_TOOL_BYTES: u64 = 1 << 20;

/// The maximum size of texts that hold whole conversations. The service accepts requests of 20 MB with images:
/// <https://docs.aws.amazon.com/general/latest/gr/bedrock.html>. A history and a script may be larger than one request.
pub(crate) const MAX_TEXT_BYTES: u64 = 64 << 20;

/// Reads a regular file of a size up to a limit. `kind` names the file in errors, such as `image`.
///
/// # Errors
/// It cannot be read, is not a regular file, or is too large. Then nothing of it was read into memory.
pub(crate) fn read(kind: &str, path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let failed =
        |error: io::Error| Failure::input(format!("the {kind} `{}` cannot be read: {error}", path.display()));
    // Before it is opened: opening a pipe waits for its writer, and a device may have no end.
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        let message = format!("the {kind} `{}` cannot be read: it is not a regular file", path.display());
        return Err(Failure::input(message));
    }
    if metadata.len() > limit {
        return Err(too_large(kind, Some(path), limit));
    }
    let mut bytes = Vec::new();
    // The file may have grown since, so its bytes are counted, too.
    File::open(path)
        .and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(failed)?;
    if exceeds(&bytes, limit) {
        return Err(too_large(kind, Some(path), limit));
    }
    Ok(bytes)
}

/// Reads a regular file of UTF-8 text of a size up to a limit.
///
/// # Errors
/// Those of [`read`], and the file is not UTF-8.
pub(crate) fn read_text(kind: &str, path: &Path, limit: u64) -> Result<String, Failure> {
    String::from_utf8(read(kind, path, limit)?).map_err(|_| {
        Failure::input(format!("the {kind} `{}` cannot be read: it is not UTF-8 text", path.display()))
    })
}

/// Reads the text of a stream, such as standard input, up to [`MAX_TEXT_BYTES`].
///
/// # Errors
/// It cannot be read, is too large, or is not UTF-8.
pub(crate) fn read_stream(kind: &str, stream: impl Read) -> Result<String, Failure> {
    let failed = |reason: String| Failure::input(format!("{kind} cannot be read: {reason}"));
    let mut bytes = Vec::new();
    stream
        .take(MAX_TEXT_BYTES.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| failed(error.to_string()))?;
    if exceeds(&bytes, MAX_TEXT_BYTES) {
        return Err(too_large(kind, None, MAX_TEXT_BYTES));
    }
    String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8 text".to_owned()))
}

fn exceeds(bytes: &[u8], limit: u64) -> bool {
    u64::try_from(bytes.len()).map_or(true, |length| length > limit)
}

fn too_large(kind: &str, path: Option<&Path>, limit: u64) -> Failure {
    let name = path.map_or_else(|| kind.to_owned(), |path| format!("the {kind} `{}`", path.display()));
    Failure::input(format!("{name} is too large: the limit is {limit} bytes"))
}

/// Writes a file that only its owner can read. Another file of that name is replaced at once and as a whole.
///
/// # Errors
/// The file cannot be written; then the other file is unchanged. Something of that name is not a regular file, such as a
/// symbolic link, whose target must not be overwritten.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let failed = |reason: String| Failure::input(format!("`{}` cannot be written: {reason}", path.display()));
    match fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err(failed("it is not a regular file".to_owned())),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error.to_string())),
        _ => {}
    }
    let name = path.file_name().ok_or_else(|| failed("it has no file name".to_owned()))?;
    let (temporary, mut file) = create_beside(path, name).map_err(|error| failed(error.to_string()))?;
    // Synchronized, because a crash after the rename could otherwise leave an empty file.
    let written =
        file.write_all(content).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&temporary, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        failed(error.to_string())
    })
}

/// The number of names that are tried for a temporary file. Others may be there after a crash.
const MAX_NAMES: u32 = 100;

/// Creates a new file in the directory of a path, because a rename is atomic only within a file system.
fn create_beside(path: &Path, name: &OsStr) -> io::Result<(PathBuf, File)> {
    let mut options = OpenOptions::new();
    // Never a file that exists: it could be a link of another user in a shared directory.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut number = 0;
    loop {
        let mut temporary = OsString::from(".");
        temporary.push(name);
        temporary.push(format!(".{}-{number}.tmp", std::process::id()));
        let temporary = path.with_file_name(temporary);
        match options.open(&temporary) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < MAX_NAMES => number += 1,
            opened => return opened.map(|file| (temporary, file)),
        }
    }
}
