//! The rules of a conversation that the service model does not hold, in the order in which AWS tells of them.
//!
//! Each rule is a function with AWS's own message, or that of the model as AWS hands it on. A new one is a line in
//! [`RULES`]; rules that hold for some families of models only ask for the family first.

mod cache;
mod content;
mod documents;
mod family;
mod media;
mod reasoning;
mod results;
mod tools;
mod turns;

use outcrop_converse::ModelId;
use outcrop_converse::wire::{ConversationRole, ConverseRequest, Message, ToolUseBlock, ToolUseType};

use crate::fault::Fault;
use family::Family;

/// A request that fits the service model, and the model that it is for.
pub(crate) struct Conversation<'a> {
    model: &'a ModelId<'a>,
    request: &'a ConverseRequest,
}

type Rule = fn(&Conversation<'_>) -> Result<(), Fault>;

/// What is asked of requests to models of every family.
///
/// AWS itself is known to let some of it pass for some families: two turns of the user in a row for Nova and Titan, and
/// a text of white space beside others for Claude.
const RULES: &[Rule] = &[
    turns::starts_with_the_user,
    content::no_message_is_empty,
    content::no_text_is_blank,
    content::no_system_text_is_blank,
    content::system_is_known_to_the_model,
    turns::alternate,
    documents::are_objects,
    tools::are_known_to_the_model,
    tools::have_unique_names,
    tools::are_declared,
    tools::choice_is_declared,
    tools::results_do_not_outnumber_calls,
    tools::calls_are_answered,
    tools::ids_are_what_the_model_takes,
    tools::ids_are_unique,
    turns::ends_as_the_model_wants,
    reasoning::ends_with_no_words_before_thoughts,
    media::is_taken,
    results::stand_alone,
    results::are_not_empty,
    results::have_a_status_only_where_it_is_known,
    results::have_media_that_the_model_takes,
    reasoning::is_the_assistants,
    reasoning::is_taken_back,
    cache::is_known_to_the_model,
    cache::points_are_few,
    cache::points_follow_content,
    cache::points_that_live_longer_come_first,
    media::documents_are_few,
    media::document_names_are_plain,
    media::document_names_are_unique,
    media::documents_have_text_beside_them,
    media::images_are_few,
];

/// Checks a request against all rules; the first that is broken is the answer.
pub(crate) fn check(model: &ModelId<'_>, request: &ConverseRequest) -> Result<(), Fault> {
    let conversation = Conversation { model, request };
    RULES.iter().try_for_each(|rule| rule(&conversation))
}

impl Conversation<'_> {
    fn messages(&self) -> &[Message] {
        self.request.messages.as_deref().unwrap_or_default()
    }

    /// The turns with their places: messages of the role `system` lie between turns and are none.
    fn turns(&self) -> impl Iterator<Item = (usize, &Message)> {
        self.messages().iter().enumerate().filter(|(_, message)| message.role != ConversationRole::System)
    }

    fn family(&self) -> Family {
        Family::of(self.model)
    }

    /// Whether the id names a stored prompt, which may bring the messages with it.
    fn is_of_a_stored_prompt(&self) -> bool {
        self.model.as_str().contains(":prompt/")
    }
}

/// What AWS says of a member that the model does not know.
fn unsupported(member: &str) -> Fault {
    Fault::validation(format!(
        "This model doesn't support the {member} field. Remove {member} and try again."
    ))
}

/// Whether the service runs the tool: the result then stands in the same turn, and the rules of pairs do not hold.
fn runs_on_the_service(call: &ToolUseBlock) -> bool {
    call.kind == Some(ToolUseType::ServerToolUse)
}

#[cfg(test)]
mod tests;
