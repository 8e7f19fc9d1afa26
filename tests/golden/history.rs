//! Generated requests: the JSON parameters of a call, drawn from a seed alone.
//!
//! They are OpenAI-shaped parameters, as `ModelRequest::from_json` reads them, so that the generator depends on no
//! Rust name of the API. A content part may be of any block type, which covers all that the Rust API can express
//! except for `BedrockOptions::other`.

mod agent;
mod blocks;
mod messages;
mod params;
mod responses;
mod schemas;

use crate::families::Family;
use crate::json::{array, object, string};
use crate::mapping::Switches;
use crate::random::Random;
use blocks::Blocks;

/// A generated request.
pub(crate) struct History {
    /// The model's id.
    pub(crate) model: &'static str,
    /// The options that no configuration has.
    pub(crate) switches: Switches,
    messages: Vec<String>,
    members: Vec<(&'static str, String)>,
}

impl History {
    /// Generates a request of a family.
    pub(crate) fn generate(family: &Family, number: usize) -> Self {
        let (model, mut random) = start(family, number, 0);
        let mut blocks = Blocks::new(&mut random);
        let messages = match blocks.random.below(10) {
            0..4 => agent::messages(&mut blocks, 2),
            4..7 => messages::chat(&mut blocks),
            7..9 => messages::chaos(&mut blocks),
            // A short conversation, so that the parameters are what the record is about.
            _ => vec![messages::user(&mut blocks)],
        };
        Self::assemble(model, messages, &mut random)
    }

    /// Generates the history of an agent that grows over many requests.
    pub(crate) fn generate_growing(family: &Family, number: usize) -> Self {
        let (model, mut random) = start(family, number, 1);
        let mut blocks = Blocks::new(&mut random);
        let mut messages = agent::messages(&mut blocks, 6);
        // What a program inserts between the turns of an agent.
        for _ in 0..blocks.random.below(3) {
            let at = blocks.random.position(messages.len());
            messages.insert(at, messages::any(&mut blocks));
        }
        Self::assemble(model, messages, &mut random)
    }

    fn assemble(model: &'static str, messages: Vec<String>, random: &mut Random) -> Self {
        let members = params::members(random);
        let strict = random.below(12) == 0;
        let without_rule = (random.below(6) == 0).then(|| random.below(1000));
        Self { model, switches: Switches { strict, without_rule }, messages, members }
    }

    /// Returns the parameters as JSON.
    pub(crate) fn params(&self) -> String {
        self.params_up_to(self.messages.len())
    }

    /// Returns the parameters of every prefix of the history, the whole history last.
    pub(crate) fn prefixes(&self) -> Vec<String> {
        (1..=self.messages.len()).map(|count| self.params_up_to(count)).collect()
    }

    fn params_up_to(&self, count: usize) -> String {
        let messages = array(self.messages.iter().take(count).cloned());
        let first = [("model", string(self.model)), ("messages", messages)];
        object(first.into_iter().chain(self.members.iter().cloned()))
    }
}

/// Returns the model of a request and the numbers that it is drawn from.
fn start(family: &Family, number: usize, kind: u64) -> (&'static str, Random) {
    let model = family.models[number % family.models.len()];
    let seed = crate::digest::fnv(format!("{} {number} {kind}", family.name).as_bytes());
    (model, Random::new(seed))
}

/// Returns whether an event of this probability in percent happens.
fn chance(random: &mut Random, percent: usize) -> bool {
    random.below(100) < percent
}
