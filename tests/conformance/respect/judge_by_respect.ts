import { serveEmulator } from "@xsignals/emulator/serve";
import { parse } from "yaml";
import type { Judge } from "../judge.ts";
import { nodeTool } from "../node_tool.ts";
import { type Finding, findingsOf } from "./results.ts";

const WORKFLOWS = new URL("../../../spec/workflows.arazzo.yaml", import.meta.url).pathname;
const USERNAME = "somebody";
const PASSWORD = "the first password";
const NEW_PASSWORD = "the second password";
const CLIENT = { id: "a client", secret: "its secret" };
const API_KEY = "a-key";

/** Redocly Respect, which runs the workflows and holds each answer to the spec. */
export const judgeByRespect: Judge = {
  name: "respect",
  async judge(check) {
    const { api, auth0, stop } = await serveEmulator({
      users: { [USERNAME]: PASSWORD },
      clients: { [CLIENT.id]: CLIENT.secret },
      apiKeys: { [API_KEY]: USERNAME },
    });
    try {
      for (const { what, failure } of await runRespect(api, auth0)) {
        await check(what, () => {
          if (failure !== undefined) throw new Error(failure);
        });
      }
    } finally {
      await stop();
    }
  },
};

async function runRespect(api: string, auth0: string): Promise<Finding[]> {
  const results = await Deno.makeTempFile({ suffix: ".json" });
  const inputs = {
    basic: btoa(`${USERNAME}:${PASSWORD}`),
    newBasic: btoa(`${USERNAME}:${NEW_PASSWORD}`),
    username: USERNAME,
    password: PASSWORD,
    newPassword: NEW_PASSWORD,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    apiKey: API_KEY,
  };
  try {
    const { stdout, stderr } = await nodeTool("@redocly/cli/bin/cli.js", [
      ...["respect", WORKFLOWS, "--json-output", results],
      ...["--server", `xsignals=${api}`, "--server", `auth0=${auth0}`],
      ...["--input", JSON.stringify(inputs), "--execution-timeout", "60000"],
    ]).output();
    const written = await Deno.readTextFile(results);
    if (written === "") {
      const [printed, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      throw new Error(`Respect did not run the workflows: ${printed}${errors}`);
    }
    return findingsOf(JSON.parse(written), parse(await Deno.readTextFile(WORKFLOWS)));
  } finally {
    await Deno.remove(results);
  }
}
