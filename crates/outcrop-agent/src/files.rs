//! Images and documents from files.

use std::ffi::OsStr;
use std::path::Path;

use outcrop_core::{DocumentContent, ErrorKind, ImageContent, ModelError, UnifiedMessage, sniff_media_type};

/// The types of documents by the extensions of their files: those of Converse, see
/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html>.
const DOCUMENT_TYPES: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("txt", "text/plain"),
    ("md", "text/markdown"),
];

/// Adds files to messages.
///
/// ```no_run
/// use outcrop_agent::MessageFiles as _;
/// use outcrop_core::UnifiedMessage;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let message = UnifiedMessage::user("What is this?").image_file("cat.png")?.document_file("report.pdf")?.cached();
/// # Ok(())
/// # }
/// ```
///
/// The files are read at once, on the thread of the caller.
pub trait MessageFiles: Sized {
    /// Adds an image: PNG, JPEG, GIF or WebP. Its bytes decide which, and not its name.
    ///
    /// # Errors
    /// An error of kind [`InvalidRequest`](ErrorKind::InvalidRequest): the file cannot be read, or it is not an image.
    fn image_file(self, path: impl AsRef<Path>) -> Result<Self, ModelError>;

    /// Adds a document, whose name is that of the file without its extension. Any other file of text, such as source code or
    /// JSON, is sent as plain text, and its name has the extension.
    ///
    /// # Errors
    /// An error of kind [`InvalidRequest`](ErrorKind::InvalidRequest): the file cannot be read, or its extension is not one of
    /// a document and its bytes are not text in UTF-8.
    fn document_file(self, path: impl AsRef<Path>) -> Result<Self, ModelError>;
}

impl MessageFiles for UnifiedMessage {
    fn image_file(self, path: impl AsRef<Path>) -> Result<Self, ModelError> {
        let path = path.as_ref();
        let bytes = read(path)?;
        // Services reject a type that does not match the bytes, and browsers save a JPEG as `.png` (L51).
        match sniff_media_type(&bytes).filter(|media_type| media_type.starts_with("image/")) {
            Some(media_type) => Ok(self.with(ImageContent::from_bytes(media_type, bytes))),
            None => Err(invalid(path, "it is not a PNG, JPEG, GIF or WebP image")),
        }
    }

    fn document_file(self, path: impl AsRef<Path>) -> Result<Self, ModelError> {
        let path = path.as_ref();
        let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
        let media_type = DOCUMENT_TYPES.iter().find(|(known, _)| *known == extension);
        let Some((_, media_type)) = media_type else {
            let bytes = read(path)?;
            if is_text(&bytes) {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                // The provider decides how it sends text, and notes it.
                return Ok(self.with(DocumentContent::from_bytes(name, "application/octet-stream", bytes)));
            }
            let known: Vec<_> = DOCUMENT_TYPES.iter().map(|(extension, _)| *extension).collect();
            return Err(invalid(
                path,
                &format!("it is not text, and its extension is not one of {}", known.join(", ")),
            ));
        };
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let bytes = read(path)?;
        Ok(self.with(DocumentContent::from_bytes(name, media_type, bytes)))
    }
}

/// Returns whether a type is that of a document that has no plain text.
#[cfg(feature = "mcp")]
pub(crate) fn is_binary_document(media_type: &str) -> bool {
    !media_type.starts_with("text/") && DOCUMENT_TYPES.iter().any(|(_, known)| *known == media_type)
}

/// Returns whether bytes are text in UTF-8, without control characters.
fn is_text(bytes: &[u8]) -> bool {
    let is_control = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t' | '\u{c}');
    std::str::from_utf8(bytes).is_ok_and(|text| !text.is_empty() && !text.contains(is_control))
}

fn read(path: &Path) -> Result<Vec<u8>, ModelError> {
    std::fs::read(path).map_err(|error| invalid(path, &error.to_string()).with_source(error))
}

fn invalid(path: &Path, reason: &str) -> ModelError {
    let message = format!("the file `{}` cannot be sent: {reason}", path.display());
    ModelError::new(ErrorKind::InvalidRequest, message).with_code("InvalidFile")
}

#[cfg(test)]
mod tests {
    use outcrop_core::{ContentBlock, ErrorKind, UnifiedMessage};

    use super::MessageFiles as _;

    #[test]
    fn file_is_an_image_by_its_bytes_and_a_document_by_its_name() {
        let directory = std::env::temp_dir().join(format!("outcrop-files-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = directory.join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let image = write("cat.jpg", b"\x89PNG\r\n\x1a\n");
        let document = write("report.MD", b"# Report");
        let other = write("hello.png", b"hello");
        let program = write("run.exe", b"MZ\x90\0");
        let code = write("main.rs", b"fn main() {}");

        let message = UnifiedMessage::user("?").image_file(image).unwrap().document_file(document).unwrap();
        let ContentBlock::Image(block) = &message.content[1] else { panic!("no image") };
        assert_eq!(block.data_uri.as_ref().unwrap().media_type().as_deref(), Some("image/png"));
        let ContentBlock::Document(block) = &message.content[2] else { panic!("no document") };
        assert_eq!(block.name.as_deref(), Some("report"));
        assert_eq!(block.data_uri.as_ref().unwrap().media_type().as_deref(), Some("text/markdown"));

        let message = UnifiedMessage::user("?").document_file(code).unwrap();
        let ContentBlock::Document(block) = &message.content[1] else { panic!("no document") };
        assert_eq!(block.name.as_deref(), Some("main.rs"));

        let errors = [
            UnifiedMessage::user("?").image_file(other).unwrap_err(),
            UnifiedMessage::user("?").document_file(program).unwrap_err(),
            UnifiedMessage::user("?").document_file(directory.join("missing.pdf")).unwrap_err(),
        ];
        for (error, reason) in errors.iter().zip(["is not a PNG", "extension", "No such file"]) {
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert!(error.message().contains(reason), "{error}");
        }
        std::fs::remove_dir_all(directory).unwrap();
    }
}
