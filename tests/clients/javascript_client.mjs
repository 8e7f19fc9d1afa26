// AWS's JavaScript SDK with its default handler, which speaks HTTP/2.

import { check, failsWithNotFound, report, url, MODEL, MISSING, GREETING, QUESTION, PERSON, require } from "./common.mjs";

const { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } = require("@aws-sdk/client-bedrock-runtime");
const { version } = require("@aws-sdk/client-bedrock-runtime/package.json");
const client = new BedrockRuntimeClient({ region: "us-east-1", endpoint: url, maxAttempts: 1 });
const user = (text) => ({ role: "user", content: [{ text }] });
const toolConfig = {
  tools: [{ toolSpec: { name: "get_weather", inputSchema: { json: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } } } }],
};
const ask = (messages, options = {}) => client.send(new ConverseCommand({ modelId: MODEL, messages, ...options }));

await report(`AWS SDK for JavaScript ${version}`, {
  text: async () => {
    const answer = (await ask([user(GREETING)])).output.message.content[0].text;
    check(answer.includes(GREETING), answer);
  },
  stream: async () => {
    let answer = "";
    const response = await client.send(new ConverseStreamCommand({ modelId: MODEL, messages: [user(GREETING)] }));
    for await (const event of response.stream) answer += event.contentBlockDelta?.delta?.text ?? "";
    check(answer.includes(GREETING), answer);
  },
  "tool loop": async () => {
    const first = (await ask([user(QUESTION)], { toolConfig })).output.message;
    const call = first.content.find((block) => block.toolUse).toolUse;
    check(call.input.city === "Lisbon", call);
    const toolResult = { toolUseId: call.toolUseId, content: [{ text: "21 °C and sunny" }] };
    const last = await ask([user(QUESTION), first, { role: "user", content: [{ toolResult }] }], { toolConfig });
    check(last.output.message.content[0].text.includes("sunny"), last.output);
  },
  "structured output": async () => {
    const schema = { type: "object", properties: { name: { type: "string" }, age: { type: "integer" } }, required: ["name", "age"], additionalProperties: false };
    const structure = { jsonSchema: { schema: JSON.stringify(schema), name: "person" } };
    const response = await ask([user(PERSON)], { outputConfig: { textFormat: { type: "json_schema", structure } } });
    const answer = JSON.parse(response.output.message.content[0].text);
    check(answer.name === "Ada Lovelace" && answer.age === 36, answer);
  },
  errors: () => failsWithNotFound(() => ask([user(GREETING)], { modelId: MISSING })),
});
