"""The AWS CLI. Version 1 has no streams, and version 2 is not on PyPI."""

import json
import os
import subprocess
import sys
from importlib.metadata import version

from common import GREETING, MISSING, MODEL, PERSON, QUESTION, URL, check, fails_with_not_found, report

AWS = os.path.join(os.path.dirname(sys.executable), "aws")


def ask(messages, model=MODEL, **options):
    if isinstance(messages, str):
        messages = [{"role": "user", "content": [{"text": messages}]}]
    command = [AWS, "bedrock-runtime", "converse", "--endpoint-url", URL, "--model-id", model,
               "--messages", json.dumps(messages)]
    for name, value in options.items():
        command += [f"--{name.replace('_', '-')}", json.dumps(value)]
    outcome = subprocess.run(command, capture_output=True, text=True)
    if outcome.returncode != 0:
        raise RuntimeError(outcome.stderr)
    return json.loads(outcome.stdout)


def text():
    answer = ask(GREETING)["output"]["message"]["content"][0]["text"]
    check(GREETING in answer, answer)


def tool_loop():
    tools = {"tools": [{"toolSpec": {"name": "get_weather", "inputSchema": {"json": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}}]}
    messages = [{"role": "user", "content": [{"text": QUESTION}]}]
    first = ask(messages, tool_config=tools)["output"]["message"]
    call = next(block["toolUse"] for block in first["content"] if "toolUse" in block)
    result = {"toolUseId": call["toolUseId"], "content": [{"text": "21 °C and sunny"}]}
    last = ask([*messages, first, {"role": "user", "content": [{"toolResult": result}]}], tool_config=tools)
    check("sunny" in last["output"]["message"]["content"][0]["text"], last)


def structured():
    schema = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
              "required": ["name", "age"], "additionalProperties": False}
    structure = {"jsonSchema": {"schema": json.dumps(schema), "name": "person"}}
    response = ask(PERSON, output_config={"textFormat": {"type": "json_schema", "structure": structure}})
    answer = json.loads(response["output"]["message"]["content"][0]["text"])
    check(answer == {"name": "Ada Lovelace", "age": 36}, answer)


report("AWS CLI", version("awscli"), {
    "text": text, "tool loop": tool_loop, "structured output": structured,
    "errors": lambda: fails_with_not_found(lambda: ask(GREETING, MISSING)),
})
