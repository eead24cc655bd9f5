// Asks the AWS SDK for JavaScript v3, once for each line of standard input: {"variables": {…}} in, the keys out.
const readline = require("node:readline");
const { STSClient } = require("@aws-sdk/client-sts");

const FILES = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];
let questions = 0;

async function ask(question) {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, question.variables);
  // The SDK keeps what it has read, by path: each question has another spelling of it.
  questions += 1;
  for (const name of FILES) process.env[name] = `/proc/self/root${"/".repeat(questions % 1000)}${process.env[name]}`;
  try {
    const keys = await new STSClient({}).config.credentials();
    return {
      access_key_id: keys.accessKeyId,
      secret_access_key: keys.secretAccessKey,
      session_token: keys.sessionToken ?? null,
    };
  } catch (error) {
    return { error: `${error.name}: ${error.message}` };
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await ask(JSON.parse(line))) + "\n");
  }
})();
