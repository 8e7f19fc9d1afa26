//! The cost of a conversation: each block is encoded when it is new, and once more while its turn is not final.

use std::cell::Cell;

use outcrop_core::{
    CachePointContent, ContentBlock, CustomBlock, CustomContent, ModelRequest, Role, ToolCallContent,
    ToolResultContent, ToolSpec, UnifiedMessage,
};
use serde::{Deserialize, Serialize};

use super::{MODELS, document};
use crate::encode::encode_request;
use crate::options::EncodeOptions;
use crate::{BedrockOptions, Transcript};

const TURNS: usize = 200;

/// Returns the messages of an agent's turn: a call and its result.
fn turn(index: usize, id: &str, name: &str) -> [UnifiedMessage; 2] {
    let id = format!("{id}{index}");
    let call = ToolCallContent::new(id.as_str(), name, r#"{"page": 1}"#);
    let response = vec![ContentBlock::text("I look it up."), call.into()];
    let result = ToolResultContent::with_content(id, vec![ContentBlock::text("found"), document("d")]);
    [UnifiedMessage::new(Role::Assistant, response), UnifiedMessage::new(Role::User, vec![result.into()])]
}

/// Encodes a history after each turn. Returns how many blocks were encoded, and how many the history has in the end.
///
/// `change` changes the request before each encoding.
fn cost(
    options: &EncodeOptions,
    mut request: ModelRequest,
    id: &str,
    name: &str,
    change: impl Fn(&mut ModelRequest, usize),
) -> (u64, u64) {
    let mut transcript = Transcript::new();
    for index in 0..TURNS {
        request.messages.extend(turn(index, id, name));
        change(&mut request, index);
        let encoded = transcript.encode(&request, options).unwrap();
        if index % 40 == 39 {
            let fresh = encode_request(&request, options).unwrap();
            assert_eq!((encoded.body, encoded.notes), (fresh.to_bytes(), fresh.notes));
        }
    }
    let blocks: usize = request.messages.iter().map(|message| message.content.len()).sum();
    (transcript.blocks_encoded(), u64::try_from(blocks).unwrap())
}

fn request(model: &str) -> ModelRequest {
    ModelRequest::builder(model).user("hi").tool(ToolSpec::without_input("f")).build()
}

fn point() -> ContentBlock {
    CachePointContent::new().into()
}

#[test]
fn each_block_is_encoded_twice_at_most() {
    let unchanged: fn(&mut ModelRequest, usize) = |_, _| {};
    let with_cache_point: fn(&mut ModelRequest, usize) =
        |request, _| request.messages.last_mut().unwrap().content.push(point());
    let without_tools = ModelRequest::builder(MODELS[0]).user("hi").build();
    for options in [EncodeOptions::converse(), EncodeOptions::ag2()] {
        let cost = |request, id, name, change| cost(&options, request, id, name, change);
        for (name, (encoded, blocks)) in [
            ("plain", cost(request(MODELS[0]), "call", "f", unchanged)),
            ("no tools offered", cost(without_tools.clone(), "call", "f", unchanged)),
            ("illegal names", cost(request(MODELS[0]), "call", "fs.read", unchanged)),
            ("illegal ids", cost(request(MODELS[2]), "call.", "f", unchanged)),
            ("a cache point in each turn", cost(request(MODELS[0]), "call", "f", with_cache_point)),
            (
                "results in turns of their own, notes in each turn",
                cost(request(MODELS[3]), "call", "f", unchanged),
            ),
        ] {
            if name == "plain" {
                // The newest turns are encoded once more: only the response that follows makes them final.
                let (each, again) = (3, u64::try_from(TURNS - 1).unwrap());
                assert_eq!(encoded, blocks + each * again);
            }
            assert!(blocks >= 3 * 200 && encoded <= 2 * blocks, "{name}: {encoded} for {blocks} blocks");
        }
    }
}

#[test]
fn moving_cache_point_costs_the_turn_that_it_leaves() {
    let (encoded, blocks) =
        cost(&EncodeOptions::converse(), request(MODELS[1]), "call", "f", |request, index| {
            if index > 0 {
                let before = request.messages.len() - 3;
                request.messages[before]
                    .content
                    .retain(|block| !matches!(block, ContentBlock::CachePoint(_)));
            }
            request.messages.last_mut().unwrap().content.push(point());
        });
    assert!(encoded <= 3 * blocks, "{encoded} for {blocks} blocks");
}

thread_local! {
    static COMPARISONS: Cell<usize> = const { Cell::new(0) };
}

/// A block that counts how often it is compared.
#[derive(Clone, Serialize, Deserialize)]
struct CountedBlock {
    number: usize,
}

impl CustomContent for CountedBlock {
    const TYPE: &'static str = "counted";
}

impl PartialEq for CountedBlock {
    fn eq(&self, other: &Self) -> bool {
        COMPARISONS.set(COMPARISONS.get() + 1);
        self.number == other.number
    }
}

#[test]
fn copied_messages_are_not_compared_and_others_are() {
    let block = |number| ContentBlock::Custom(CustomBlock::new(CountedBlock { number }));
    let messages = |count| -> Vec<_> {
        (0..count).map(|number| UnifiedMessage::user("a").with(block(number))).collect()
    };
    let mut transcript = Transcript::new();
    let mut comparisons = |messages: Vec<UnifiedMessage>| {
        let before = COMPARISONS.get();
        let request = ModelRequest::builder(MODELS[0]).messages(messages).build();
        transcript.encode(&request, &EncodeOptions::converse()).unwrap();
        COMPARISONS.get() - before
    };
    let mut history = messages(50);
    assert_eq!(comparisons(history.clone()), 0);
    history.extend(messages(50));
    assert_eq!(comparisons(history.clone()), 0);
    // An edited message is compared, and ends the part that both histories have.
    history[30].content.push(ContentBlock::text("b"));
    assert_eq!(comparisons(history.clone()), 0);
    history[30].content[1] = block(1);
    assert_eq!(comparisons(history), 1);
    // Messages that were built again are equal to the byte, and have to be compared.
    assert_eq!(comparisons(messages(20)), 20);
}

#[test]
fn request_that_cannot_be_split_is_encoded_whole_each_time() {
    let mut request = request(MODELS[0]);
    request.extensions.insert(BedrockOptions::new().guard_last_turn_only());
    let (encoded, blocks) = cost(&EncodeOptions::converse(), request, "call", "f", |_, _| {});
    assert!(encoded > 50 * blocks, "{encoded} for {blocks} blocks");
}

#[test]
fn edit_costs_the_messages_that_follow_it() {
    let options = EncodeOptions::converse();
    let (mut request, mut transcript) = (request(MODELS[0]), Transcript::new());
    request.messages.extend((0..TURNS).flat_map(|index| turn(index, "call", "f")));
    let mut blocks = |request: &ModelRequest| {
        let before = transcript.blocks_encoded();
        transcript.encode(request, &options).unwrap();
        transcript.blocks_encoded() - before
    };
    // Three blocks in each turn, and the user's text.
    assert_eq!(blocks(&request), 601);
    // The last turn, which is not final.
    assert_eq!(blocks(&request), 3);
    request.messages[2 * 150].content.push(ContentBlock::text("no"));
    assert_eq!(blocks(&request), 51 * 3 + 1);
    request.messages.truncate(2 * 20 + 1);
    assert_eq!(blocks(&request), 3);
    request.model = MODELS[1].to_owned();
    assert_eq!(blocks(&request), 61);
}
