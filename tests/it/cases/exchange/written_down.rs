//! The inputs of an exchange, as the cases have them written down from Python.

use serde_json::value::RawValue;

use crate::support::corpus::{Case, members};
use crate::support::loopback::Reply;

/// The settings of the case's client.
pub(crate) fn config(case: &Case) -> String {
    as_json(case, "config")
}

/// The parameters of the case's call.
pub(crate) fn params(case: &Case) -> String {
    as_json(case, "params")
}

/// A member in which what was a value of Python's is the JSON that it stands for: a tuple is a list
/// (`{"$tuple": […]}`), a model class its schema (`{"$pydantic": NAME}`).
fn as_json(case: &Case, member: &str) -> String {
    let text = case.text(member).unwrap_or("{}");
    let mut json = text.to_owned();
    for value in members(text).values().filter(|value| value.get().starts_with("{\"$")) {
        let mut inner = members(value.get());
        let stands_for = match inner.pop_first() {
            Some(("$tuple", list)) => list.get(),
            Some(("$pydantic", _)) => case.text("pydantic_schema").unwrap(),
            other => panic!("no such value is known: {other:?}"),
        };
        json = json.replacen(value.get(), stands_for, 1);
    }
    json
}

/// The reply of the service. `{"$raise": …}` is an error of the service; boto3 puts `ResponseMetadata` beside the
/// body, of which the request's id is a header; a call that gives nothing is a reply without a body.
pub(crate) fn reply(text: Option<&'static str>) -> Reply {
    let Some(text) = text else { return Reply::good("") };
    let mut body = members(text);
    if let Some(raised) = body.get("$raise") {
        let of = |name| members(raised.get())[name].get();
        let string = |name| serde_json::from_str::<String>(of(name)).unwrap();
        return Reply::error(of("status").parse().unwrap(), &string("code"), &string("message"));
    }
    let metadata = body.remove("ResponseMetadata").map(RawValue::get).map(members).unwrap_or_default();
    let reply = Reply::good(serde_json::to_string(&body).unwrap());
    match metadata.get("RequestId") {
        Some(id) => reply.with("x-amzn-requestid", id.get().trim_matches('"')),
        None => reply,
    }
}
