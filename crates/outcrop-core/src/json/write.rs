//! Writing JSON directly into a buffer.
//!
//! `serde_json` checks each byte of a string with a table lookup. Request bodies consist mostly of long texts and
//! Base64, so this module checks blocks of bytes at once, which the compiler turns into vector instructions. The output
//! is byte for byte that of `serde_json`.

use serde_json::Number;

use super::ordered_map::OrderedMap;
use super::raw::RawJson;

/// A value that can be written as compact JSON into a buffer, without the possibility of an error.
///
/// Types declared with [`open_struct!`](crate::open_struct), [`open_union!`](crate::open_union) and
/// [`open_enum!`](crate::open_enum) implement it in addition to `Serialize`, with the same output. It writes request
/// bodies: texts are copied in blocks, and Base64 is encoded directly into the buffer.
///
/// ```
/// use outcrop_core::WriteJson;
///
/// assert_eq!(vec!["a\n".to_owned(), "b".to_owned()].to_json_bytes(), br#"["a\n","b"]"#);
/// ```
pub trait WriteJson {
    /// Appends the JSON text of the value.
    fn write_json(&self, out: &mut Vec<u8>);

    /// Returns the JSON text of the value.
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
    // Most blocks contain no byte to escape and are copied whole.
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

/// The number of bytes that are checked together: a cache line. With larger blocks, one escape would make more of the
/// text take the slow path.
const BLOCK: usize = 64;

const fn needs_escape(byte: u8) -> bool {
    // `|` instead of `||`: a short circuit would be a branch per byte and prevent vectorization.
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

/// Appends bytes of a JSON string, escaping where necessary.
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

/// Implements the trait for numbers, whose `Display` is their JSON.
macro_rules! impl_by_display {
    ($($ty:ty),*) => { $(
        impl WriteJson for $ty {
            fn write_json(&self, out: &mut Vec<u8>) {
                use std::io::Write as _;
                // Writing to a vector cannot fail.
                let _ = write!(out, "{self}");
            }
        }
    )* };
}

impl_by_display!(u64, u32, i64, i32, Number);

/// A writer of the members of an object.
#[doc(hidden)]
#[derive(Debug)]
pub struct ObjectWriter<'a> {
    out: &'a mut Vec<u8>,
    start: usize,
}

impl<'a> ObjectWriter<'a> {
    /// Opens an object.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        let start = out.len();
        Self { out, start }
    }

    /// Adds a member whose name is given as JSON text with its colon, such as `"role":`.
    ///
    /// The name is copied without escaping. Wire names, which the macros pass, contain nothing to escape.
    pub fn known<T: WriteJson + ?Sized>(&mut self, name: &'static str, value: &T) {
        self.comma();
        self.out.extend_from_slice(name.as_bytes());
        value.write_json(self.out);
    }

    /// Adds a member whose name must be escaped.
    pub fn member<T: WriteJson + ?Sized>(&mut self, name: &str, value: &T) {
        self.comma();
        write_string(name, self.out);
        self.out.push(b':');
        value.write_json(self.out);
    }

    /// Closes the object.
    pub fn end(self) {
        self.out.push(b'}');
    }

    fn comma(&mut self) {
        if self.out.len() > self.start {
            self.out.push(b',');
        }
    }
}
