import { assertEquals } from "@std/assert";
import { documentedAnswers } from "./answers.ts";

Deno.test("documentedAnswers() lists the answers of each operation with their first examples, behind references", () => {
  const spec = `
paths:
  /login:
    get:
      operationId: logIn
      responses:
        "200":
          content:
            application/json:
              examples: { pair: { $ref: "#/components/examples/Pair" }, other: { value: 1 } }
            text/plain: { example: text }
        "401": { $ref: "#/components/responses/Unauthorized" }
  /logout:
    post:
      operationId: logOut
      responses: { "200": { description: Nothing } }
    get:
      operationId: look
      responses: { "200": { content: { "*/*": {} } } }
components:
  examples: { Pair: { value: { token: a } } }
  responses: { Unauthorized: { content: { application/json: { example: { message: No } } } } }
`;

  assertEquals([...documentedAnswers(spec)], [
    ["logIn", [
      { status: 200, type: "application/json", example: { token: "a" } },
      { status: 401, type: "application/json", example: { message: "No" } },
    ]],
    ["logOut", [{ status: 200 }]],
    ["look", [{ status: 200, type: "*/*" }]],
  ]);
});
