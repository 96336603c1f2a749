import { assertStringIncludes } from "@std/assert";
import { operationDocs, type Spec } from "./operation_docs.ts";

const SPEC: Spec = {
  servers: [{ url: "https://api.test" }],
  paths: {},
  components: {
    parameters: { Id: { name: "id", in: "path", example: "7" } },
    examples: { Answer: { value: { a: 1 } }, Body: { value: { b: "*/" } } },
  },
};

Deno.test("operationDocs() makes a call of the spec's own examples", () => {
  const docs = operationDocs(SPEC, {
    operationId: "readIt",
    parameters: [
      { $ref: "#/components/parameters/Id" },
      { name: "q", in: "query", example: 1 },
      { name: "r", in: "query", required: true, example: 2 },
    ],
    requestBody: { content: { "application/json": { examples: { one: { $ref: "#/components/examples/Body" } } } } },
    responses: {
      200: { content: { "application/json": { examples: { one: { $ref: "#/components/examples/Answer" } } } } },
    },
  }, "@x/client");
  assertStringIncludes(docs, 'import { connect, readIt } from "@x/client";');
  assertStringIncludes(docs, 'Response.json({"a":1})');
  assertStringIncludes(docs, 'await readIt({ client, path: {"id":"7"}, query: {"r":2}, body: {"b":"*\\/"} })');
});

Deno.test("operationDocs() answers with nothing where the spec shows nothing", () => {
  assertStringIncludes(operationDocs(SPEC, { operationId: "readIt" }, "@x/client"), "Promise.resolve(new Response())");
});
