//! `outcrop check`: lists what Bedrock would reject in a request.

use std::path::Path;

use outcrop::ModelRequest;
use outcrop::converse::{EncodeOptions, Finding, Severity, check, decode_request};

use crate::args::CheckArgs;
use crate::failure::Failure;
use crate::files::{self, MAX_TEXT_BYTES};
use crate::terminal;

/// Checks a request and prints the findings. Returns whether Bedrock would accept the request.
pub(crate) fn run(args: &CheckArgs) -> Result<bool, Failure> {
    let request = request(args)?;
    // AG2's dialect makes changes that the service does not require, and they would be findings, too.
    let findings = check(&request, &EncodeOptions::converse());
    if args.json {
        let json = serde_json::to_string(&findings).map_err(|error| Failure::input(error.to_string()))?;
        terminal::print_json(&json)?;
    } else {
        findings.iter().try_for_each(print)?;
    }
    Ok(findings.iter().all(|finding| finding.severity < Severity::Rejected))
}

fn print(finding: &Finding) -> Result<(), Failure> {
    let severity = match finding.severity {
        Severity::Fatal => "fatal",
        Severity::Rejected => "rejected",
        _ => "adapted",
    };
    terminal::print(&format!("{severity}: {finding}\n"))?;
    if let Some(hint) = &finding.hint {
        terminal::print(&format!("hint: {hint}\n"))?;
    }
    Ok(())
}

/// Parses the request: OpenAI-shaped parameters, or with `--converse` the body of a call.
fn request(args: &CheckArgs) -> Result<ModelRequest, Failure> {
    let text = read(args.file.as_deref())?;
    if args.converse {
        // The id of the model is in the path of a call, not in its body.
        let model = args.model.as_deref().ok_or_else(|| {
            Failure::input_with_hint(
                "the model is missing: a Converse body has no model id",
                "add --model ID",
            )
        })?;
        return Ok(decode_request(model, &text.into())?);
    }
    let mut request = ModelRequest::from_json(&text)?;
    if let Some(model) = &args.model {
        request.model.clone_from(model);
    }
    Ok(request)
}

/// Reads a file, or standard input if there is none or it is `-`.
fn read(file: Option<&Path>) -> Result<String, Failure> {
    match file.filter(|file| *file != Path::new("-")) {
        Some(file) => files::read_text("request", file, MAX_TEXT_BYTES),
        None => files::read_stream("standard input", std::io::stdin().lock()),
    }
}
