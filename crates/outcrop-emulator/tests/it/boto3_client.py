"""Calls the emulator at the URL that is given with boto3; prints the name of each check that passes."""

import json
import os
import sys

for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"

import boto3
from botocore.config import Config
from botocore.eventstream import ChecksumMismatch
from botocore.exceptions import EventStreamError, ResponseStreamingError
from urllib3.exceptions import ProtocolError

URL = sys.argv[1]
MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
ONCE = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20)
client = boto3.client(
    "bedrock-runtime",
    endpoint_url=URL,
    region_name="us-east-1",
    aws_access_key_id="AKID",
    aws_secret_access_key="secret",
    config=ONCE,
)


def user(*blocks):
    return {"role": "user", "content": list(blocks)}


def rejected(code, status, message, **request):
    try:
        client.converse(**({"modelId": MODEL, "messages": [user({"text": "hi"})]} | request))
    except client.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        assert message in error.response["Error"]["Message"], error.response
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == status, error.response
        assert error.response["ResponseMetadata"]["RequestId"], error.response
        # Modelled exceptions come as classes of their own.
        assert type(error).__name__ == code, type(error)
        return
    raise AssertionError("the request was accepted")


response = client.converse(
    modelId=MODEL,
    messages=[user({"text": "Hello"})],
    system=[{"text": "Be brief."}],
    inferenceConfig={"maxTokens": 100, "temperature": 0.5},
)
assert response["output"]["message"] == {"role": "assistant", "content": [{"text": "You said: Hello"}]}, response
assert response["stopReason"] == "end_turn", response
assert response["usage"] == {"inputTokens": 4, "outputTokens": 4, "totalTokens": 8}, response
assert response["metrics"]["latencyMs"] > 0, response
assert response["ResponseMetadata"]["HTTPStatusCode"] == 200, response
assert response["ResponseMetadata"]["RequestId"] == "00000000-0000-4000-8000-000000000001", response
assert response["ResponseMetadata"]["RetryAttempts"] == 0, response
print("text")

schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
tools = {"tools": [{"toolSpec": {"name": "get_weather", "description": "The weather", "inputSchema": {"json": schema}}}]}
messages = [user({"text": "What is the weather in Lisbon?"})]
response = client.converse(modelId=MODEL, messages=messages, toolConfig=tools)
assert response["stopReason"] == "tool_use", response
messages.append(response["output"]["message"])
call = response["output"]["message"]["content"][1]["toolUse"]
assert (call["name"], call["input"]) == ("get_weather", {"city": "Lisbon"}), call
result = {"toolUseId": call["toolUseId"], "content": [{"json": {"temperature": 21, "condition": "sunny"}}]}
messages.append(user({"toolResult": result}))
response = client.converse(modelId=MODEL, messages=messages, toolConfig=tools)
assert response["stopReason"] == "end_turn", response
assert response["output"]["message"]["content"] == [{"text": "It is 21 °C and sunny in Lisbon."}], response
print("tool use")

image = {"image": {"format": "png", "source": {"bytes": b"\x89PNG\r\n\x1a\n" + bytes(115)}}}
response = client.converse(modelId=MODEL, messages=[user(image, {"text": "What is it?"})])
text = response["output"]["message"]["content"][0]["text"]
assert text == "I see a png image of 123 bytes. You said: What is it?", text
print("image")

rejected(
    "ValidationException",
    400,
    "Value '1.5' at 'inferenceConfig.temperature' failed to satisfy constraint",
    inferenceConfig={"temperature": 1.5},
)
print("invalid request")

rejected("ValidationException", 400, "must alternate", messages=[user({"text": "a"}), user({"text": "b"})])
print("alternation")

rejected("ResourceNotFoundException", 404, "Could not resolve", modelId="anthropic.no-such-model-v1:0")
print("unknown model")

arn = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0"
assert client.converse(modelId=arn, messages=[user({"text": "hi"})])["stopReason"] == "end_turn"
print("arn")

question = {"messages": [user({"text": "Hello"})], "system": [{"text": "Be brief."}]}
counted = client.count_tokens(modelId="amazon.nova-lite-v1:0", input={"converse": question})
assert counted["inputTokens"] == client.converse(modelId=MODEL, **question)["usage"]["inputTokens"] == 4, counted
counted = client.count_tokens(modelId="amazon.nova-lite-v1:0", input={"invokeModel": {"body": b'{"prompt": "Hello"}'}})
assert counted["inputTokens"] == 5, counted
print("count tokens")

stream = client.converse_stream(modelId=MODEL, messages=[user({"text": "Hello"})])
assert stream["ResponseMetadata"]["HTTPStatusCode"] == 200, stream
events = list(stream["stream"])
text = "".join(event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event)
assert text == "You said: Hello", events
assert events[0] == {"messageStart": {"role": "assistant"}}, events
assert events[-2] == {"messageStop": {"stopReason": "end_turn"}}, events
usage = {"inputTokens": 2, "outputTokens": 4, "totalTokens": 6}
assert events[-1] == {"metadata": {"usage": usage, "metrics": {"latencyMs": 140}}}, events
print("stream")

messages = [user({"text": "What is the weather in Lisbon?"})]
events = list(client.converse_stream(modelId=MODEL, messages=messages, toolConfig=tools)["stream"])
[start] = [event["contentBlockStart"] for event in events if "contentBlockStart" in event]
assert start["start"]["toolUse"]["name"] == "get_weather", events
deltas = [event["contentBlockDelta"]["delta"] for event in events if "contentBlockDelta" in event]
pieces = [delta["toolUse"]["input"] for delta in deltas if "toolUse" in delta]
assert len(pieces) > 1 and json.loads("".join(pieces)) == {"city": "Lisbon"}, pieces
assert events[-2] == {"messageStop": {"stopReason": "tool_use"}}, events
print("stream of a tool use")


def fails(text, error, message):
    events = []
    try:
        for event in client.converse_stream(modelId=MODEL, messages=[user({"text": text})])["stream"]:
            events.append(event)
    except error as raised:
        assert message in str(raised), raised
        assert events == [{"messageStart": {"role": "assistant"}}], events
        return
    raise AssertionError("the stream is complete")


fails("exception", EventStreamError, "(throttlingException) when calling the ConverseStream operation: Too many")
fails("unmodelled", EventStreamError, "(InternalFailure) when calling the ConverseStream operation: oh")
fails("checksum", ChecksumMismatch, "Checksum mismatch")
fails("cut", (ProtocolError, ResponseStreamingError), "")
print("streams that fail")

guardrail = {"guardrailIdentifier": "gr1", "guardrailVersion": "DRAFT", "source": "INPUT"}
response = client.apply_guardrail(**guardrail, content=[{"text": {"text": "Hello"}}])
assert (response["action"], response["outputs"]) == ("NONE", []), response
assert response["usage"]["wordPolicyUnits"] == 1, response
response = client.apply_guardrail(**guardrail, content=[{"text": {"text": "Please BLOCK ME"}}])
assert response["action"] == "GUARDRAIL_INTERVENED", response
assert response["outputs"] == [{"text": "Sorry, the guardrail of this emulator blocked that."}], response
[word] = response["assessments"][0]["wordPolicy"]["customWords"]
assert word == {"match": "BLOCK ME", "action": "BLOCKED", "detected": True}, word
print("guardrail")

checks = {"promptAttack": {"categories": [{"category": "JAILBREAK"}]}, "sensitiveInformation": {"entities": [{"type": "EMAIL"}]}}
if hasattr(client, "invoke_guardrail_checks"):
    messages = [{"role": "user", "content": [{"text": "BLOCK ME, ann@example.com"}]}]
    response = client.invoke_guardrail_checks(messages=messages, checks=checks)
    assert response["results"]["promptAttack"]["results"] == [{"category": "JAILBREAK", "severityScore": 1.0}], response
    [found] = response["results"]["sensitiveInformation"]["results"]
    assert (found["type"], found["beginOffset"], found["endOffset"]) == ("EMAIL", 10, 25), found
print("guardrail checks")
