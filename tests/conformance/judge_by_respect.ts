import { serveEmulator } from "@xsignals/emulator/serve";
import { parse } from "yaml";
import type { Judge } from "./judge.ts";
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
export interface Results {
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
export const judgeByRespect: Judge = {
  name: "respect",
  async judge(check, atEnd) {
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
    const results = await Deno.readTextFile(written);
    if (results === "") {
      const [printed, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      throw new Error(`Respect did not run the workflows: ${printed}${errors}`);
    }
    for (const [what, failure] of findingsOf(JSON.parse(results), parse(await Deno.readTextFile(WORKFLOWS)))) {
      await check(what, () => {
        if (failure !== undefined) throw new Error(failure);
      });
    }
  },
};

/**
 * Every check of a run, and one for each workflow: that none of its steps was left out; with the reason where it failed.
 *
 * @param description The Arazzo description that was run.
 */
export function findingsOf(
  { files }: Results,
  { workflows }: { readonly workflows: readonly { readonly workflowId: string; readonly steps: readonly unknown[] }[] },
): [what: string, failure?: string][] {
  const executed = Object.values(files).flatMap(({ executedWorkflows }) => executedWorkflows);
  return workflows.flatMap(({ workflowId, steps: { length } }) => {
    const steps = executed.filter((one) => one.workflowId === workflowId).flatMap((one) => one.executedSteps);
    const checks = steps.flatMap(({ stepId, response, checks }) =>
      checks.map(({ name, passed, message, condition = "" }): [string, string?] => {
        const what = `${workflowId}, ${stepId}: ${name} ${name.startsWith("success") ? condition : ""}`.trimEnd();
        return passed ? [what] : [what, `the answer was ${response?.statusCode ?? "none"}; ${message}`];
      })
    );
    const all = `${workflowId}: all ${length} steps run`;
    return [...checks, steps.length === length ? [all] : [all, `${steps.length} did`]];
  });
}
