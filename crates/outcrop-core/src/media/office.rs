//! The documents of office programs, which are files in a container: ZIP, or the compound files of older versions.
//!
//! The first bytes show the container, and its list of names the document. That list is at the end of a ZIP file, and
//! anywhere in a compound file, so that the whole file is needed to tell its documents apart.

/// The media type of a ZIP file that is not known to be a document.
const ZIP: &str = "application/zip";

/// The media type of a compound file that is not known to be a document.
const COMPOUND: &str = "application/x-ole-storage";

/// The first bytes of a ZIP file with at least one entry. See
/// <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, section 4.3.
const ZIP_START: &[u8] = b"PK\x03\x04";
const ZIP_ENTRY: &[u8] = b"PK\x01\x02";
const ZIP_END: &[u8] = b"PK\x05\x06";

/// The first bytes of a compound file. See
/// <https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-cfb/05060311-bfce-4b12-874d-71fd4ce63aea>.
const COMPOUND_START: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The number of entries of a ZIP file that are read. Documents have fewer before the one that shows their type.
const MAX_ENTRIES: usize = 4096;

/// The folders of Office Open XML, with the media type of the document. See ECMA-376, part 1, section 11.
const FOLDERS: &[(&[u8], &str)] = &[
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
];

/// The streams of older documents, with the media type of the document.
const STREAMS: &[(&str, &str)] = &[
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    // Before Excel 97.
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
];

/// Returns the media type of a ZIP or compound file: of the document if the bytes reach far enough, else of the container.
pub(super) fn office_type(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(ZIP_START) {
        Some(zip_document(bytes).unwrap_or(ZIP))
    } else if bytes.starts_with(COMPOUND_START) {
        Some(compound_document(bytes).unwrap_or(COMPOUND))
    } else {
        None
    }
}

/// Returns the media type of the document in a ZIP file, by the names of its entries.
fn zip_document(bytes: &[u8]) -> Option<&'static str> {
    // A comment of up to 64 KiB may follow the end record.
    let tail = bytes.len().saturating_sub(usize::from(u16::MAX).saturating_add(22));
    let end = tail.checked_add(rfind(bytes.get(tail..)?, ZIP_END)?)?;
    let mut at = usize::try_from(u32_at(bytes, end.checked_add(16)?)?).ok()?;
    let mut has_content_types = false;
    let mut found = None;
    for _ in 0..MAX_ENTRIES {
        let Some(entry) = bytes.get(at..).filter(|rest| rest.starts_with(ZIP_ENTRY)) else { break };
        let [name, extra, comment] =
            [28, 30, 32].map(|offset| u16_at(entry, offset).map(usize::from).unwrap_or_default());
        let text = entry.get(46..46_usize.checked_add(name)?)?;
        has_content_types |= text == b"[Content_Types].xml";
        let folder = FOLDERS.iter().find(|(folder, _)| text.starts_with(folder));
        found = found.or_else(|| folder.map(|(_, media_type)| *media_type));
        if has_content_types && found.is_some() {
            return found;
        }
        at = at.checked_add(46)?.checked_add(name)?.checked_add(extra)?.checked_add(comment)?;
    }
    None
}

/// Returns the media type of the document in a compound file, by the first stream of its directory that has a known name.
///
/// An embedded document comes later in the directory. Entries are aligned to their 128 bytes, and have the length of the name
/// and the type of a stream, so that text of the document is not taken for one.
fn compound_document(bytes: &[u8]) -> Option<&'static str> {
    bytes.chunks_exact(128).find_map(|entry| {
        if entry.get(66) != Some(&2) {
            return None;
        }
        let length = usize::from(u16_at(entry, 64)?);
        let name = entry.get(..length.checked_sub(2)?)?;
        let is_name = |known: &str| {
            name.len() == known.len().saturating_mul(2)
                && name.chunks_exact(2).zip(known.bytes()).all(|(unit, letter)| unit == [letter, 0])
        };
        STREAMS.iter().find(|(known, _)| is_name(known)).map(|(_, media_type)| *media_type)
    })
}

/// Returns the last position of a text.
fn rfind(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).rposition(|part| part == text)
}

fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    let number = bytes.get(offset..offset.checked_add(2)?)?;
    Some(u16::from_le_bytes(number.try_into().ok()?))
}

fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    let number = bytes.get(offset..offset.checked_add(4)?)?;
    Some(u32::from_le_bytes(number.try_into().ok()?))
}
