import { assertEquals } from "@std/assert";
import { findingsOf } from "./judge_by_respect.ts";

Deno.test("findingsOf() lists every check, with why one failed, and tells of steps and workflows that did not run", () => {
  const passed = { name: "schema check", passed: true, message: "" };
  const failed = {
    name: "success criteria check",
    condition: "$statusCode == 200",
    passed: false,
    message: "Checking",
  };
  const executedWorkflows = [{
    workflowId: "session",
    executedSteps: [
      { stepId: "logIn", response: { statusCode: 200 }, checks: [passed] },
      { stepId: "call", response: { statusCode: 401 }, checks: [passed, failed] },
    ],
  }, {
    workflowId: "change",
    executedSteps: [{ stepId: "change", checks: [{ ...failed, name: "unexpected error" }] }],
  }];
  const workflows = [
    { workflowId: "session", steps: [{}, {}] },
    { workflowId: "change", steps: [{}, {}] },
    { workflowId: "lost", steps: [{}] },
  ];

  assertEquals(findingsOf({ files: { "a.yaml": { executedWorkflows } } }, { workflows }), [
    ["session, logIn: schema check"],
    ["session, call: schema check"],
    ["session, call: success criteria check $statusCode == 200", "the answer was 401; Checking"],
    ["session: all 2 steps run"],
    ["change, change: unexpected error", "the answer was none; Checking"],
    ["change: all 2 steps run", "1 did"],
    ["lost: all 1 steps run", "0 did"],
  ]);
});
