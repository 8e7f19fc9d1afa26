//! The emulator takes what AWS takes, and refuses what AWS refuses as far as it can know.

use outcrop::ModelError;
use outcrop::converse::classify_error;
use outcrop_emulator::{Emulator, Script, ScriptedExchange};

use super::exchange::Exchange;
use super::exchanges;
use super::sent::connect;
use crate::support::loopback;
use crate::support::tally::Tally;

/// What AWS took of some families though its model or its documentation says otherwise, and the emulator refuses.
const LENIENT: &[Lenience] = &[
    Lenience { vendor: "anthropic", refusal: "A conversation must start with a user message" },
    Lenience { vendor: "anthropic", refusal: "is blank. Add text to the text field" },
    // Claude took a document beside results of tools; later calls of the same models were refused (lesson L3).
    Lenience { vendor: "anthropic", refusal: "document.source.type: Field required" },
    Lenience { vendor: "amazon", refusal: "A conversation must alternate between user and assistant roles" },
    // Nova took the media type `video/mp4` for the format `mp4`.
    Lenience { vendor: "amazon", refusal: "video.format' failed to satisfy constraint" },
];

/// Something that one family's models let pass. The emulator holds to the rules that hold for all of them.
struct Lenience {
    vendor: &'static str,
    refusal: &'static str,
}

/// Words in refusals of AWS that rest on what the emulator does not have: models with different abilities, and accounts.
const BEYOND: &[&str] = &["This model doesn't support", "on-demand throughput"];

#[tokio::test]
async fn what_aws_took_is_taken() {
    let Some(exchanges) = exchanges() else { return };
    let judged = verdicts(exchanges.iter().filter(|exchange| exchange.succeeded())).await;
    let mut tally = Tally::default();
    let count = judged.len();
    for (exchange, verdict) in judged {
        tally.check(&exchange.source, |differences| {
            if let Some(error) = verdict.err().filter(|error| !aws_is_lenient(exchange, error)) {
                differences.add(error.to_string());
            }
        });
    }
    tally.holds(count);
}

#[tokio::test]
async fn what_aws_refused_is_refused_in_the_same_way() {
    let Some(exchanges) = exchanges() else { return };
    let judged = verdicts(exchanges.iter().filter(|exchange| is_about_the_request(exchange))).await;
    let mut tally = Tally::default();
    let count = judged.len();
    for (exchange, verdict) in judged {
        let wanted = classify_error(&exchange.fault());
        tally.check(&exchange.source, |differences| match verdict {
            Err(error) if error.kind() == wanted.kind() && error.message() == wanted.message() => {}
            Err(error) => differences.add(format!("{error} for {wanted}")),
            Ok(()) => differences.add(format!("taken; AWS says {wanted}")),
        });
    }
    tally.holds(count);
}

/// Whether a refusal is of something that AWS is known to let pass for the model.
pub(super) fn aws_is_lenient(exchange: &Exchange, error: &ModelError) -> bool {
    LENIENT.iter().any(|lenience| {
        exchange.model_id.contains(&format!("{}.", lenience.vendor))
            && error.message().contains(lenience.refusal)
    })
}

/// Whether an error is one that the request alone explains. Credentials are not checked by the emulator, and its model
/// is never overloaded.
fn is_about_the_request(exchange: &Exchange) -> bool {
    exchange.status == 400 && !BEYOND.iter().any(|words| exchange.reply().contains(words))
}

/// What the emulator makes of requests that were recorded whole.
async fn verdicts<'e>(
    exchanges: impl Iterator<Item = &'e Exchange>,
) -> Vec<(&'e Exchange, Result<(), ModelError>)> {
    let reply = ScriptedExchange::response(loopback::reply("Yes.")).expect("it is JSON").forever();
    let emulator =
        Emulator::builder().script(Script::new().then(reply)).start().await.expect("a port is free");
    let transport = connect(&emulator).await;
    let mut verdicts = Vec::new();
    for exchange in exchanges {
        let Some(request) = exchange.request() else { continue };
        let outcome = transport.converse(&exchange.model_id, request.to_owned().into()).await;
        verdicts.push((exchange, outcome.map(drop)));
    }
    verdicts
}
