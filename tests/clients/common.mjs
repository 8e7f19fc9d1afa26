// What the scripts of the JavaScript clients share: the model, the cases and the report.

import { createRequire } from "node:module";

Object.assign(process.env, { AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any", AWS_REGION: "us-east-1" });
delete process.env.AWS_BEARER_TOKEN_BEDROCK;

export const url = process.argv[2];
export const MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
export const MISSING = "anthropic.nonexistent-v1:0";
export const GREETING = "Good morning";
export const QUESTION = "What is the weather in Lisbon?";
export const PERSON = "Ada Lovelace is 36 years old.";

// The packages are in the folder of NODE_PATH, outside of the repository. `import` does not search it, but `require` does.
export const require = createRequire(`${process.env.NODE_PATH}/`);

export function check(condition, detail) {
  if (!condition) throw new Error(`unexpected: ${JSON.stringify(detail)}`);
}

export async function failsWithNotFound(call) {
  let result;
  try {
    result = await call();
  } catch (error) {
    const text = `${error.name}: ${error.message} ${error.responseBody ?? ""}`;
    check(text.includes("Could not resolve the foundation model") || text.includes("ResourceNotFound"), text);
    return;
  }
  throw new Error(`no error, but ${JSON.stringify(result)}`);
}

export async function report(client, cases) {
  const outcomes = {};
  for (const [name, run] of Object.entries(cases)) {
    try {
      await run();
      outcomes[name] = "yes";
    } catch (error) {
      outcomes[name] = `no: ${error.name}: ${error.message}`;
      console.error(error);
    }
  }
  console.log(JSON.stringify({ client, outcomes }));
  process.exit(0);
}
