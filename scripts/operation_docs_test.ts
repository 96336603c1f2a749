import { assertStringIncludes } from "@std/assert";
import { parse } from "yaml";
import { resolve, type Spec } from "./operation_docs.ts";

const read = (path: string) => Deno.readTextFile(new URL(`../${path}`, import.meta.url));

Deno.test("the documentation of every operation has its parameters, with the spec's words (found 132)", async () => {
  for (const host of ["xsignals", "auth0"]) {
    const spec: Spec = parse(await read(`spec/${host}.yaml`));
    const generated = await read(`packages/client/gen/${host}/sdk.gen.ts`);
    for (const { operationId, parameters = [] } of Object.values(spec.paths).flatMap((path) => Object.values(path))) {
      if (operationId === undefined) continue;
      const [before = ""] = generated.split(`export const ${operationId} = `);
      const docs = before.slice(before.lastIndexOf("/**"));
      for (const { name, description } of parameters.map((one) => resolve(spec, one))) {
        const key = new RegExp(`^ \\* - \`\\w+(\\.|\\[")${name}("\\])?\` `);
        const line = docs.split("\n").find((one) => key.test(one));
        assertStringIncludes(line ?? "", String(description).replaceAll(/\s+/g, " "), `${operationId} ${name}`);
      }
    }
  }
});
