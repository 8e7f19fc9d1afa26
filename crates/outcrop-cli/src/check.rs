//! `outcrop check`: lists what Bedrock would reject in a request.

use std::io::Read as _;
use std::path::Path;

use outcrop::ModelRequest;
use outcrop::converse::{EncodeOptions, Finding, Severity, check, decode_request};

use crate::args::CheckArgs;
use crate::failure::Failure;

/// Checks a request and prints the findings. Returns whether Bedrock would accept the request.
pub(crate) fn run(args: &CheckArgs) -> Result<bool, Failure> {
    let request = request(args)?;
    // AG2's dialect makes changes that the service does not require, and they would be findings, too.
    let findings = check(&request, &EncodeOptions::converse());
    if args.json {
        let json = serde_json::to_string(&findings).map_err(|error| Failure::input(error.to_string()))?;
        println!("{json}");
    } else {
        findings.iter().for_each(print);
    }
    Ok(findings.iter().all(|finding| finding.severity < Severity::Rejected))
}

fn print(finding: &Finding) {
    let severity = match finding.severity {
        Severity::Fatal => "fatal",
        Severity::Rejected => "rejected",
        _ => "adapted",
    };
    println!("{severity}: {finding}");
    if let Some(hint) = &finding.hint {
        println!("hint: {hint}");
    }
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
        Some(file) => std::fs::read_to_string(file)
            .map_err(|error| Failure::input(format!("`{}` cannot be read: {error}", file.display()))),
        None => {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .map_err(|error| Failure::input(format!("standard input cannot be read: {error}")))?;
            Ok(text)
        }
    }
}
