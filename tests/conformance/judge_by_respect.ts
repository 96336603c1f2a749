import { assert, assertEquals } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import { parse } from "yaml";
import { judge } from "./judge.ts";
import { nodeTool } from "./node_tool.ts";

const WORKFLOWS = new URL("../../spec/workflows.arazzo.yaml", import.meta.url).pathname;
const INPUTS = {
  username: "somebody",
  password: "the first password",
  newPassword: "the second password",
  basic: btoa("somebody:the first password"),
  newBasic: btoa("somebody:the second password"),
  clientId: "a client",
  clientSecret: "its secret",
  apiKey: "a-key",
};

/** What Respect writes as JSON, as far as it is read here. */
interface Results {
  readonly files: Readonly<Record<string, { readonly executedWorkflows: readonly ExecutedWorkflow[] }>>;
}

interface ExecutedWorkflow {
  readonly workflowId: string;
  readonly executedSteps: readonly {
    readonly stepId: string;
    readonly response?: { readonly statusCode: number };
    readonly checks: readonly { name: string; passed: boolean; message: string; condition?: string }[];
  }[];
}

/** Redocly Respect, which runs the workflows and holds each answer to the spec. */
judge("respect", async (check, atEnd) => {
  const { api, auth0, stop } = await serveEmulator({
    users: { [INPUTS.username]: INPUTS.password },
    clients: { [INPUTS.clientId]: INPUTS.clientSecret },
    apiKeys: { [INPUTS.apiKey]: INPUTS.username },
  });
  atEnd(stop);
  const written = await Deno.makeTempFile({ suffix: ".json" });
  atEnd(() => Deno.remove(written));
  const { stdout, stderr } = await nodeTool("@redocly/cli/bin/cli.js", [
    ...["respect", WORKFLOWS, "--json-output", written],
    ...["--server", `xsignals=${api}`, "--server", `auth0=${auth0}`],
    ...["--input", JSON.stringify(INPUTS), "--execution-timeout", "60000"],
  ]).output();
  const text = await Deno.readTextFile(written);
  const printed = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  if (text === "") throw new Error(`Respect did not run the workflows: ${printed}`);

  const { files }: Results = JSON.parse(text);
  const executed = Object.values(files).flatMap(({ executedWorkflows }) => executedWorkflows);
  for (const { workflowId, steps } of parse(await Deno.readTextFile(WORKFLOWS)).workflows) {
    const ran = executed.filter((one) => one.workflowId === workflowId).flatMap((one) => one.executedSteps);
    for (const { stepId, response, checks } of ran) {
      for (const { name, passed, message, condition = "" } of checks) {
        await check(`${workflowId}, ${stepId}: ${name} ${name.startsWith("success") ? condition : ""}`, () => {
          assert(passed, `the answer was ${response?.statusCode ?? "none"}; ${message}`);
        });
      }
    }
    await check(`${workflowId}: no step is left out`, () => assertEquals(ran.length, steps.length));
  }
});
