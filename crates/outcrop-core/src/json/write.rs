//! Writing JSON fast.

use serde_json::Number;

use super::{OrderedMap, RawJson};
use crate::media::Blob;

/// Writes a value as compact JSON text straight into a buffer; it cannot fail.
///
/// Types declared with [`open_struct!`](crate::open_struct) and its kin have it beside `Serialize`, with the same
/// outcome. It is what request bodies are written with: long texts are looked through in blocks, and
/// Base64 is encoded in its final place.
///
/// ```
/// use outcrop_core::WriteJson;
///
/// assert_eq!(vec!["a\n".to_owned(), "b".to_owned()].to_json_bytes(), br#"["a\n","b"]"#);
/// ```
pub trait WriteJson {
    /// Appends the JSON text of the value.
    fn write_json(&self, out: &mut Vec<u8>);

    /// The JSON text of the value.
    fn to_json_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write_json(&mut out);
        out
    }
}

/// Appends a JSON string.
pub(crate) fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    // Blocks without anything to escape, which is most of them, are found and copied as a whole.
    while let Some((block, after)) = rest.split_first_chunk::<BLOCK>() {
        if block.iter().fold(false, |found, byte| found | needs_escape(*byte)) {
            write_bytes(block, out);
        } else {
            out.extend_from_slice(block);
        }
        rest = after;
    }
    write_bytes(rest, out);
    out.push(b'"');
}

/// How many bytes are looked at together: short enough that one escape does not slow a whole text down.
const BLOCK: usize = 64;

const fn needs_escape(byte: u8) -> bool {
    // Without short-circuits, so that many bytes can be compared at once.
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

/// Appends bytes of a JSON string, run by run.
fn write_bytes(mut rest: &[u8], out: &mut Vec<u8>) {
    while let Some(plain) = rest.iter().position(|byte| needs_escape(*byte)) {
        let Some((run, [escaped, after @ ..])) = rest.split_at_checked(plain) else { break };
        out.extend_from_slice(run);
        write_escape(*escaped, out);
        rest = after;
    }
    out.extend_from_slice(rest);
}

fn write_escape(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        _ => {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
            return out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

impl WriteJson for str {
    fn write_json(&self, out: &mut Vec<u8>) {
        write_string(self, out);
    }
}

impl WriteJson for String {
    fn write_json(&self, out: &mut Vec<u8>) {
        write_string(self, out);
    }
}

impl WriteJson for bool {
    fn write_json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

impl WriteJson for RawJson {
    fn write_json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_str().as_bytes());
    }
}

impl WriteJson for Blob {
    fn write_json(&self, out: &mut Vec<u8>) {
        self.write_json_string(out);
    }
}

impl<T: WriteJson> WriteJson for Vec<T> {
    fn write_json(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (index, item) in self.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            item.write_json(out);
        }
        out.push(b']');
    }
}

impl<V: WriteJson> WriteJson for OrderedMap<V> {
    fn write_json(&self, out: &mut Vec<u8>) {
        let mut object = ObjectWriter::new(out);
        for (name, value) in self.iter() {
            object.member(name, value);
        }
        object.end();
    }
}

macro_rules! by_display {
    ($($ty:ty),*) => { $(
        impl WriteJson for $ty {
            fn write_json(&self, out: &mut Vec<u8>) {
                use std::io::Write as _;
                // Writing into a vector does not fail.
                let _ = write!(out, "{self}");
            }
        }
    )* };
}

by_display!(u64, u32, i64, i32, Number);

/// Writes the members of an object.
#[doc(hidden)]
#[derive(Debug)]
pub struct ObjectWriter<'a> {
    out: &'a mut Vec<u8>,
    start: usize,
}

impl<'a> ObjectWriter<'a> {
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        let start = out.len();
        Self { out, start }
    }

    /// Adds a member by its name as JSON text with the colon, such as `"role":`.
    pub fn known<T: WriteJson + ?Sized>(&mut self, name: &'static str, value: &T) {
        self.comma();
        self.out.extend_from_slice(name.as_bytes());
        value.write_json(self.out);
    }

    /// Adds a member by its name.
    pub fn member<T: WriteJson + ?Sized>(&mut self, name: &str, value: &T) {
        self.comma();
        write_string(name, self.out);
        self.out.push(b':');
        value.write_json(self.out);
    }

    pub fn end(self) {
        self.out.push(b'}');
    }

    fn comma(&mut self) {
        if self.out.len() > self.start {
            self.out.push(b',');
        }
    }
}
