//! `outcrop check`: what Bedrock would refuse, without asking it.

use std::io::Read as _;
use std::path::Path;

use outcrop::ModelRequest;
use outcrop::converse::{EncodeOptions, Finding, Severity, check, decode_request};

use crate::args::CheckArgs;
use crate::failure::Failure;

/// Checks a request and prints what was found; whether nothing would be refused.
pub(crate) fn run(args: &CheckArgs) -> Result<bool, Failure> {
    let request = request(args)?;
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
        Severity::Rejected => "refused",
        _ => "adapted",
    };
    println!("{severity}: {finding}");
    if let Some(hint) = &finding.hint {
        println!("hint: {hint}");
    }
}

fn request(args: &CheckArgs) -> Result<ModelRequest, Failure> {
    let text = read(args.file.as_deref())?;
    if args.converse {
        let model = args.model.as_deref().ok_or_else(|| {
            Failure::input_with_hint(
                "a Converse body does not say which model it is for",
                "give the model's id with --model",
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

/// The text of a file, or of standard input where there is none or it is called `-`.
fn read(file: Option<&Path>) -> Result<String, Failure> {
    match file.filter(|file| *file != Path::new("-")) {
        Some(file) => std::fs::read_to_string(file)
            .map_err(|error| Failure::input(format!("{} could not be read: {error}", file.display()))),
        None => {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .map_err(|error| Failure::input(format!("standard input could not be read: {error}")))?;
            Ok(text)
        }
    }
}
