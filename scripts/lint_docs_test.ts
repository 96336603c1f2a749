import { assertEquals } from "@std/assert";
import { findings } from "./lint_docs.ts";

const OUTPUT = `error[private-type-ref]: public type 'Client["get"]' references private type 'Client'
   --> packages/client/xsignals_client.ts:15:3

error[missing-jsdoc]: exported symbol is missing JSDoc documentation
   --> packages/client/connect.ts:1:1

error: Found 2 documentation lint errors.
`;

Deno.test("findings() leaves out the excepted rule, in the excepted package only", () => {
  assertEquals(findings("client", OUTPUT).length, 1);
  assertEquals(findings("session", OUTPUT).length, 2);
  assertEquals(findings("session", "Checked 3 files\n"), []);
});
