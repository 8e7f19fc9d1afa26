"""boto3."""

import boto3
import json
from common import GREETING, MISSING, MODEL, PERSON, QUESTION, URL, check, fails_with_not_found, report

client = boto3.client("bedrock-runtime", endpoint_url=URL)
TOOLS = {"tools": [{"toolSpec": {"name": "get_weather", "inputSchema": {"json": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}}]}
SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
          "required": ["name", "age"], "additionalProperties": False}


def ask(text, **options):
    messages = [{"role": "user", "content": [{"text": text}]}]
    return client.converse(modelId=options.pop("model", MODEL), messages=messages, **options)


def text():
    answer = ask(GREETING)["output"]["message"]["content"][0]["text"]
    check(GREETING in answer, answer)


def stream():
    messages = [{"role": "user", "content": [{"text": GREETING}]}]
    events = list(client.converse_stream(modelId=MODEL, messages=messages)["stream"])
    answer = "".join(event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event)
    check(GREETING in answer and "metadata" in events[-1], events)


def tool_loop():
    messages = [{"role": "user", "content": [{"text": QUESTION}]}]
    first = client.converse(modelId=MODEL, messages=messages, toolConfig=TOOLS)["output"]["message"]
    call = next(block["toolUse"] for block in first["content"] if "toolUse" in block)
    check(call["input"] == {"city": "Lisbon"}, call)
    result = {"toolUseId": call["toolUseId"], "content": [{"text": "21 °C and sunny"}]}
    messages += [first, {"role": "user", "content": [{"toolResult": result}]}]
    last = client.converse(modelId=MODEL, messages=messages, toolConfig=TOOLS)
    check("sunny" in last["output"]["message"]["content"][0]["text"], last)


def structured():
    options = {"outputConfig": {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": {
        "schema": json.dumps(SCHEMA), "name": "person"}}}}}
    answer = json.loads(ask(PERSON, **options)["output"]["message"]["content"][0]["text"])
    check(answer == {"name": "Ada Lovelace", "age": 36}, answer)


report("boto3", boto3.__version__, {
    "text": text, "stream": stream, "tool loop": tool_loop, "structured output": structured,
    "errors": lambda: fails_with_not_found(lambda: ask(GREETING, model=MISSING)),
})
