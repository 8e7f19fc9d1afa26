//! Images and documents of the command line.

use std::path::Path;

use outcrop::ContentBlock;
use outcrop::core::{Blob, DocumentContent, ImageContent, sniff_media_type};

use crate::args::ChatArgs;
use crate::failure::Failure;

/// The images and documents, read.
pub(super) fn read(args: &ChatArgs) -> Result<Vec<ContentBlock>, Failure> {
    let images = args.image.iter().map(|path| image(path));
    let documents = args.document.iter().map(|path| document(path));
    images.chain(documents).collect()
}

fn image(path: &Path) -> Result<ContentBlock, Failure> {
    let bytes = bytes(path)?;
    let named = match extension(path).as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        _ => "image/png",
    };
    let media_type = sniff_media_type(&bytes).unwrap_or(named);
    Ok(ImageContent::from_bytes(media_type, Blob::from_bytes(bytes)).into())
}

/// A document; its format is told by the ending of its name.
fn document(path: &Path) -> Result<ContentBlock, Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(DocumentContent::from_bytes(name, "application/octet-stream", Blob::from_bytes(bytes(path)?)).into())
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path)
        .map_err(|error| Failure::input(format!("`{}` cannot be read: {error}", path.display())))
}

fn extension(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}
