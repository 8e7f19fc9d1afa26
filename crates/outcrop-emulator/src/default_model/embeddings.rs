//! Embeddings: vectors that depend on the text alone, so that the same text always has the same vector.

use serde_json::{Map, Value, json};

use super::tokens;
use crate::protocol::invoke::{CohereEmbeddingRequest, TitanEmbeddingRequest};
use crate::protocol::prefix::PrefixHash;

/// The latency that an embedding reports.
pub(super) const LATENCY_MS: u64 = 30;

/// The default dimension of Titan's second version, and the only one of Cohere's third.
const DIMENSION: usize = 1024;

/// The dimension of Titan's first version.
const TITAN_V1_DIMENSION: usize = 1536;

/// The dimension of the light variants of Cohere's third version.
const COHERE_LIGHT_DIMENSION: usize = 384;

/// The default dimension of Cohere's fourth version.
const COHERE_V4_DIMENSION: usize = 1536;

/// A response with its count of input tokens.
pub(super) struct EmbeddingResponse {
    pub(super) body: Value,
    pub(super) input_tokens: u64,
}

/// Embeds a text in the format of Titan.
pub(super) fn titan(model: &str, request: &TitanEmbeddingRequest) -> EmbeddingResponse {
    let default = if model.contains("titan-embed-text-v1") { TITAN_V1_DIMENSION } else { DIMENSION };
    let vector = embed(&request.input_text, request.dimensions.unwrap_or(default));
    let vector = if request.normalize == Some(false) { scale(&vector, 10.0) } else { vector };
    let input_tokens = tokens::of_text(&request.input_text);
    let mut body = Map::new();
    body.insert("inputTextTokenCount".to_owned(), json!(input_tokens));
    let types = request.embedding_types.clone().unwrap_or_else(|| vec!["float".to_owned()]);
    if types.iter().any(|kind| kind == "float") {
        body.insert("embedding".to_owned(), json!(vector));
    }
    // The first version has no types.
    if !model.contains("titan-embed-text-v1") {
        let by_type = types.iter().map(|kind| (kind.clone(), titan_type(&vector, kind)));
        body.insert("embeddingsByType".to_owned(), by_type.collect::<Map<_, _>>().into());
    }
    EmbeddingResponse { body: body.into(), input_tokens }
}

/// Embeds texts and images in the format of Cohere.
pub(super) fn cohere(model: &str, id: &str, request: &CohereEmbeddingRequest) -> EmbeddingResponse {
    let default = match model {
        _ if model.contains("embed-v4") => COHERE_V4_DIMENSION,
        _ if model.contains("light") => COHERE_LIGHT_DIMENSION,
        _ => DIMENSION,
    };
    let dimension = request.output_dimension.unwrap_or(default);
    let mixed = request.inputs.iter().flatten().map(Value::to_string);
    let texts: Vec<String> =
        request.texts.iter().flatten().chain(request.images.iter().flatten()).cloned().chain(mixed).collect();
    let vectors: Vec<Vec<f32>> = texts.iter().map(|text| embed(text, dimension)).collect();
    let embeddings = match &request.embedding_types {
        Some(types) => {
            let of_type =
                |kind: &String| vectors.iter().map(|vector| cohere_type(vector, kind)).collect::<Value>();
            types.iter().map(|kind| (kind.clone(), of_type(kind))).collect::<Map<_, _>>().into()
        }
        None => json!(vectors),
    };
    let response_type =
        if request.embedding_types.is_some() { "embeddings_by_type" } else { "embeddings_floats" };
    let body = json!({
        "id": id,
        "texts": request.texts.clone().unwrap_or_default(),
        "response_type": response_type,
        "embeddings": embeddings,
    });
    let input_tokens = texts.iter().map(|text| tokens::of_text(text)).sum();
    EmbeddingResponse { body, input_tokens }
}

/// Returns the unit vector of a text, which is the normalised sum of one vector for each of its terms.
///
/// Texts with common terms are near each other, so that a search in a test finds what a reader expects.
fn embed(text: &str, dimension: usize) -> Vec<f32> {
    let lowercase = text.to_lowercase();
    let terms = lowercase.split(|c: char| !c.is_alphanumeric()).filter(|term| !term.is_empty());
    let mut terms: Vec<&str> = terms.collect();
    if terms.is_empty() {
        terms.push(&lowercase);
    }
    let mut sum = vec![0.0_f32; dimension];
    for term in terms {
        let mut state = PrefixHash::new().bytes(term.as_bytes()).get();
        for component in &mut sum {
            *component += next_component(&mut state);
        }
    }
    let length = sum.iter().map(|component| component * component).sum::<f32>().sqrt();
    if length > 0.0 { scale(&sum, length.recip()) } else { sum }
}

fn scale(vector: &[f32], factor: f32) -> Vec<f32> {
    vector.iter().map(|component| component * factor).collect()
}

/// Returns the next number between -1 and 1 of a sequence that a hash begins, by SplitMix64.
fn next_component(state: &mut u64) -> f32 {
    // See https://prng.di.unimi.it/splitmix64.c.
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    // Sixteen bits are exact as a float, so that the vectors are the same on all machines.
    let high = u16::try_from(bits >> 48).unwrap_or_default();
    f32::from(high) / f32::from(u16::MAX) * 2.0 - 1.0
}

/// Converts a vector to a type of Titan: floats, or a number for each bit.
fn titan_type(vector: &[f32], kind: &str) -> Value {
    match kind {
        "binary" => vector.iter().map(|component| json!(u8::from(*component > 0.0))).collect(),
        _ => json!(vector),
    }
}

/// Converts a vector to a type of Cohere: floats, integers of eight bits, or eight bits in an integer.
fn cohere_type(vector: &[f32], kind: &str) -> Value {
    let packed = vector
        .chunks(8)
        .map(|bits| bits.iter().fold(0_i64, |byte, component| byte * 2 + i64::from(*component > 0.0)));
    match kind {
        "int8" => vector.iter().map(|component| json!(rounded(component * 127.0))).collect(),
        "uint8" => vector.iter().map(|component| json!(rounded(component * 127.0 + 128.0))).collect(),
        "ubinary" => packed.map(|byte| json!(byte)).collect(),
        // The signed form is the unsigned one minus 128. See https://docs.cohere.com/docs/embeddings.
        "binary" => packed.map(|byte| json!(byte - 128)).collect(),
        _ => json!(vector),
    }
}

/// Rounds to an integer. There is no conversion from floats to integers without a cast but this.
fn rounded(component: f32) -> i64 {
    format!("{component:.0}").parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn vectors_are_deterministic_unit_vectors() {
        for (text, dimension) in [("hello", 256), ("", 512), ("a b c", 1024), ("日本", 1536)] {
            let vector = embed(text, dimension);
            assert_eq!(vector.len(), dimension);
            assert!((dot(&vector, &vector) - 1.0).abs() < 1e-4, "{text}");
            assert_eq!(vector, embed(text, dimension), "{text}");
        }
    }

    #[test]
    fn texts_with_common_terms_are_near() {
        let question = embed("Where is the harbour of Lisbon?", 256);
        let near = embed("Lisbon has a harbour on the Tagus.", 256);
        let far = embed("Bread needs flour, water and salt.", 256);
        assert!(dot(&question, &near) > dot(&question, &far) + 0.2);
        assert_eq!(embed("Lisbon!", 256), embed("lisbon", 256));
    }

    #[test]
    fn types_have_the_lengths_of_their_vendors() {
        let vector = embed("hello", 256);
        let length = |value: Value| value.as_array().map(Vec::len);
        assert_eq!(length(titan_type(&vector, "binary")), Some(256));
        assert_eq!(length(cohere_type(&vector, "int8")), Some(256));
        assert_eq!(length(cohere_type(&vector, "binary")), Some(32));
        assert_eq!(
            cohere_type(&[1.0, -1.0, 0.5, -0.5, 0.1, 0.2, -0.1, 0.3], "ubinary"),
            json!([0b1010_1101])
        );
        assert_eq!(cohere_type(&[-1.0, 0.5], "int8"), json!([-127, 64]));
    }
}
