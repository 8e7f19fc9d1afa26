// Calls the emulator at the URL that is given with the JavaScript SDK; prints the name of each check that passes.
"use strict";

const assert = require("node:assert/strict");
const {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
} = require("@aws-sdk/client-bedrock-runtime");

const [url] = process.argv.slice(2);
const modelId = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const client = new BedrockRuntimeClient({
  endpoint: url,
  region: "us-east-1",
  credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
  maxAttempts: 1,
});
const user = (...content) => ({ role: "user", content });
const converse = (request) => client.send(new ConverseCommand({ modelId, ...request }));

async function text() {
  const response = await converse({ messages: [user({ text: "Hello" })] });
  assert.deepEqual(response.output.message, { role: "assistant", content: [{ text: "You said: Hello" }] });
  assert.equal(response.stopReason, "end_turn");
  assert.equal(response.$metadata.httpStatusCode, 200);
}

async function toolUse() {
  const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  const toolConfig = { tools: [{ toolSpec: { name: "get_weather", inputSchema: { json: schema } } }] };
  const messages = [user({ text: "What is the weather in Lisbon?" })];
  const first = await converse({ messages, toolConfig });
  assert.equal(first.stopReason, "tool_use");
  const call = first.output.message.content.at(-1).toolUse;
  assert.deepEqual(call.input, { city: "Lisbon" });
  const content = [{ json: { temperature: 21, condition: "sunny" } }];
  messages.push(first.output.message, user({ toolResult: { toolUseId: call.toolUseId, content } }));
  const second = await converse({ messages, toolConfig });
  assert.deepEqual(second.output.message.content, [{ text: "It is 21 °C and sunny in Lisbon." }]);
}

async function collect(text, options) {
  const events = [];
  const command = new ConverseStreamCommand({ modelId, messages: [user({ text })] });
  try {
    for await (const event of (await client.send(command, options)).stream) events.push(event);
  } catch (error) {
    return { events, error };
  }
  return { events };
}

async function stream() {
  const { events } = await collect("Hello");
  const texts = events.map((event) => event.contentBlockDelta?.delta.text ?? "");
  assert.equal(texts.join(""), "You said: Hello");
  assert.equal(events.at(-1).metadata.usage.outputTokens, 4);
}

async function errors() {
  const messages = [user({ text: "hi" })];
  await assert.rejects(converse({ messages, inferenceConfig: { temperature: 1.5 } }), (error) => {
    assert.equal(error.name, "ValidationException");
    assert.equal(error.$metadata.httpStatusCode, 400);
    return true;
  });
  await assert.rejects(converse({ messages, modelId: "anthropic.no-such-model-v1:0" }), {
    name: "ResourceNotFoundException",
  });
}

async function streamsThatFail() {
  const exception = await collect("exception");
  assert.equal(exception.error?.name, "ThrottlingException", String(exception.error));
  for (const fault of ["cut", "reset"]) {
    const { events, error } = await collect(fault);
    assert.ok(error, `${fault} is an error`);
    assert.deepEqual(events, [{ messageStart: { role: "assistant" } }]);
  }
  // The SDK ends an aborted stream without an error.
  const { events } = await collect("stall", { abortSignal: AbortSignal.timeout(300) });
  assert.deepEqual(events, [{ messageStart: { role: "assistant" } }]);
  // The client opens a new connection after one was reset.
  await text();
}

async function main() {
  const checks = { text, "tool use": toolUse, stream, errors, "streams that fail": streamsThatFail };
  for (const [name, check] of Object.entries(checks)) {
    await check();
    console.log(name);
  }
  client.destroy();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
