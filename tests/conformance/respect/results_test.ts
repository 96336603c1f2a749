import { assertEquals } from "@std/assert";
import { findingsOf, type Results } from "./results.ts";

const description = {
  workflows: [{ workflowId: "session", steps: [{}, {}] }, { workflowId: "passwordChange", steps: [{}] }],
};

Deno.test("findingsOf() lists every check, with the reason of one that failed", () => {
  const passed = { name: "schema check", passed: true, message: "" };
  const failed = {
    name: "success criteria check",
    condition: "$statusCode == 200",
    passed: false,
    message: "Checking",
  };
  const results: Results = {
    files: {
      "workflows.arazzo.yaml": {
        executedWorkflows: [
          {
            workflowId: "session",
            executedSteps: [
              { stepId: "logIn", response: { statusCode: 200 }, checks: [passed] },
              { stepId: "call", response: { statusCode: 401 }, checks: [passed, failed] },
            ],
          },
          {
            workflowId: "passwordChange",
            executedSteps: [{ stepId: "change", checks: [{ ...failed, name: "unexpected error" }] }],
          },
        ],
      },
    },
  };

  assertEquals(findingsOf(results, description), [
    { what: "session, logIn: schema check" },
    { what: "session, call: schema check" },
    { what: "session, call: success criteria check $statusCode == 200", failure: "the answer was 401; Checking" },
    { what: "session: all 2 steps run" },
    { what: "passwordChange, change: unexpected error", failure: "the answer was none; Checking" },
    { what: "passwordChange: all 1 steps run" },
  ]);
});

Deno.test("findingsOf() tells of steps and workflows that did not run", () => {
  const executedSteps = [{ stepId: "logIn", checks: [] }];
  const results = { files: { "a.yaml": { executedWorkflows: [{ workflowId: "session", executedSteps }] } } };

  assertEquals(findingsOf(results, description), [
    { what: "session: all 2 steps run", failure: "1 did" },
    { what: "passwordChange: all 1 steps run", failure: "0 did" },
  ]);
});
