"""litellm."""

import json
from importlib.metadata import version

import litellm
from pydantic import BaseModel

from common import GREETING, MISSING, MODEL, PERSON, QUESTION, URL, check, fails_with_not_found, report

TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}]


class Person(BaseModel):
    """A person."""

    name: str
    age: int


def ask(messages, model=MODEL, **options):
    if isinstance(messages, str):
        messages = [{"role": "user", "content": messages}]
    return litellm.completion(model=f"bedrock/converse/{model}", messages=messages,
                              aws_bedrock_runtime_endpoint=URL, aws_region_name="us-east-1", num_retries=0, **options)


def text():
    answer = ask(GREETING).choices[0].message.content
    check(GREETING in answer, answer)


def stream():
    answer = "".join(chunk.choices[0].delta.content or "" for chunk in ask(GREETING, stream=True))
    check(GREETING in answer, answer)


def tool_loop():
    messages = [{"role": "user", "content": QUESTION}]
    first = ask(messages, tools=TOOLS).choices[0].message
    [call] = first.tool_calls
    check(json.loads(call.function.arguments) == {"city": "Lisbon"}, call)
    messages += [first.model_dump(), {"role": "tool", "tool_call_id": call.id, "content": "21 °C and sunny"}]
    answer = ask(messages, tools=TOOLS).choices[0].message.content
    check("sunny" in answer, answer)


def structured():
    answer = ask(PERSON, response_format=Person).choices[0].message.content
    check(json.loads(answer) == {"name": "Ada Lovelace", "age": 36}, answer)


report("litellm", version("litellm"), {
    "text": text, "stream": stream, "tool loop": tool_loop, "structured output": structured,
    "errors": lambda: fails_with_not_found(lambda: ask(GREETING, model=MISSING)),
})
