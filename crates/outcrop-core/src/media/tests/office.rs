//! Recognizing the documents of office programs by their containers.

use proptest::prelude::*;

use crate::sniff_media_type;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

/// Builds a ZIP file with empty entries.
fn zip(names: &[&str]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for name in names {
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let offset = u32::try_from(file.len()).unwrap().to_le_bytes();
        file.extend([b"PK\x03\x04".as_slice(), &[0; 22], &length, &[0; 2], name.as_bytes()].concat());
        directory.extend(
            [b"PK\x01\x02".as_slice(), &[0; 24], &length, &[0; 12], &offset, name.as_bytes()].concat(),
        );
    }
    let count = u16::try_from(names.len()).unwrap().to_le_bytes();
    let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
    let start = u32::try_from(file.len()).unwrap().to_le_bytes();
    file.extend(directory);
    file.extend([b"PK\x05\x06".as_slice(), &[0; 4], &count, &count, &size, &start, &[0; 2]].concat());
    file
}

/// Builds a compound file with a directory of storages (type 1) and streams (type 2).
fn compound(entries: &[(&str, u8)]) -> Vec<u8> {
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.resize(512, 0);
    for (name, kind) in entries {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u16::try_from(entry.len() + 2).unwrap();
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.push(*kind);
        entry.resize(128, 0);
        file.extend(entry);
    }
    file
}

#[test]
fn documents_in_zip_files_are_told_apart_by_their_folders() {
    for (names, expected) in [
        (&["[Content_Types].xml", "_rels/.rels", "word/document.xml"][..], DOCX),
        (&["xl/workbook.xml", "[Content_Types].xml"], XLSX),
        (&["[Content_Types].xml", "ppt/presentation.xml"], PPTX),
        // A document that contains another one.
        (&["[Content_Types].xml", "word/document.xml", "word/embeddings/xl/x.xlsx"], DOCX),
        (&["[Content_Types].xml", "3D/model.model"], "application/zip"),
        (&["word/notes.txt"], "application/zip"),
        (&["a.txt"], "application/zip"),
    ] {
        let file = zip(names);
        assert_eq!(sniff_media_type(&file), Some(expected), "{names:?}");
        let commented = [file.clone(), vec![b'x'; 300]].concat();
        assert_eq!(sniff_media_type(&commented), Some(expected), "{names:?} with a comment");
        assert_eq!(sniff_media_type(&file[..30]), Some("application/zip"), "the end is missing");
    }
}

#[test]
fn older_documents_are_told_apart_by_their_streams() {
    for (entries, expected) in [
        (&[("Root Entry", 5), ("1Table", 2), ("WordDocument", 2)][..], "application/msword"),
        (&[("Root Entry", 5), ("Workbook", 2)], "application/vnd.ms-excel"),
        (&[("Root Entry", 5), ("Book", 2)], "application/vnd.ms-excel"),
        (&[("Root Entry", 5), ("PowerPoint Document", 2)], "application/vnd.ms-powerpoint"),
        // A document that contains a table.
        (&[("WordDocument", 2), ("ObjectPool", 1), ("Workbook", 2)], "application/msword"),
        (&[("Root Entry", 5), ("EncryptedPackage", 2)], "application/x-ole-storage"),
        // A storage of that name, and the text of a document.
        (&[("Workbook", 1), ("Workbook", 0)], "application/x-ole-storage"),
    ] {
        assert_eq!(sniff_media_type(&compound(entries)), Some(expected), "{entries:?}");
    }
    assert_eq!(sniff_media_type(&compound(&[("Book", 2)])[..12]), Some("application/x-ole-storage"));
    assert_eq!(sniff_media_type(b"\xd0\xcf\x11\xe0"), None);
}

proptest! {
    #[test]
    fn broken_containers_are_containers(
        cut in 4..200_usize,
        at in 4..200_usize,
        byte in any::<u8>(),
        is_zip in any::<bool>(),
    ) {
        let whole =
            if is_zip { zip(&["[Content_Types].xml", "word/document.xml"]) } else { compound(&[("Workbook", 2)]) };
        let mut broken = whole.get(..whole.len().min(cut + 450)).unwrap().to_vec();
        if let Some(changed) = broken.get_mut(at + 8) {
            *changed = byte;
        }
        prop_assert!(sniff_media_type(&broken).is_some_and(|found| found.starts_with("application/")));
    }
}
