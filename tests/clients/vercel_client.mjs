// The AI SDK of Vercel.

import { check, failsWithNotFound, report, url, MODEL, MISSING, GREETING, QUESTION, PERSON, require } from "./common.mjs";

const { createAmazonBedrock } = require("@ai-sdk/amazon-bedrock");
const { generateText, streamText, Output, stepCountIs, tool } = require("ai");
const { z } = require("zod");
const { version } = require("@ai-sdk/amazon-bedrock/package.json");
const bedrock = createAmazonBedrock({ region: "us-east-1", baseURL: url, accessKeyId: "any", secretAccessKey: "any" });
const options = { model: bedrock(MODEL), maxRetries: 0 };

await report(`Vercel AI SDK (@ai-sdk/amazon-bedrock ${version})`, {
  text: async () => {
    const { text } = await generateText({ ...options, prompt: GREETING });
    check(text.includes(GREETING), text);
  },
  stream: async () => {
    let text = "";
    for await (const part of streamText({ ...options, prompt: GREETING }).textStream) text += part;
    check(text.includes(GREETING), text);
  },
  "tool loop": async () => {
    const cities = [];
    const execute = async ({ city }) => (cities.push(city), "21 °C and sunny");
    const tools = { get_weather: tool({ description: "The weather in a city", inputSchema: z.object({ city: z.string() }), execute }) };
    const { text } = await generateText({ ...options, prompt: QUESTION, tools, stopWhen: stepCountIs(5) });
    check(text.includes("sunny") && cities.join() === "Lisbon", { text, cities });
  },
  "structured output": async () => {
    const schema = z.object({ name: z.string(), age: z.number().int() });
    const { output } = await generateText({ ...options, prompt: PERSON, output: Output.object({ schema }) });
    check(output.name === "Ada Lovelace" && output.age === 36, output);
  },
  errors: () => failsWithNotFound(() => generateText({ ...options, model: bedrock(MISSING), prompt: GREETING })),
});
