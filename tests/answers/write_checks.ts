/**
 * Writes the code that checks the emulator's answers, from the spec: `deno task answers`.
 *
 * It is generated because a test file can't pay for reading the spec and for the validator: half a second. It is not
 * checked in: the tasks whose tests are judged make it first.
 *
 * @module
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import formats from "ajv-formats";
import { BESIDE_SPEC } from "./beside_spec.ts";
import { type Documented, documentedAnswers, type Schema } from "./documented.ts";
import { NO_TYPE } from "./judge.ts";

const SPECS: Readonly<Record<string, string>> = { api: "xsignals", auth0: "auth0" };

/** The code: `CHECKS`, by host, operation, status and content type; each takes a body and headers. */
async function checksCode(): Promise<string> {
  // Without Unicode's lengths, and with formats that are expressions, the code needs no import, which would take 20 ms.
  const ajv = new Ajv2020({
    code: { source: true, esm: true, lines: true },
    allErrors: true,
    strict: true, // throws, where it would else log
    logger: false, // which would only tell that `unicode` may go one day
    unicode: false,
  });
  formats.default(ajv, { mode: "fast", formats: ["uri"] });
  ajv.addFormat("binary", true).addKeyword("example");

  const names = new Map<string, string>(); // of functions, by their schemas
  const table: string[] = [];
  for (const [host, beside] of Object.entries(BESIDE_SPEC)) {
    const spec = SPECS[host] ? new URL(`../../spec/${SPECS[host]}.yaml`, import.meta.url) : undefined;
    const operations = documentedAnswers(spec ? await Deno.readTextFile(spec) : "", beside);
    for (const [operation, statuses] of Object.entries(operations)) {
      for (const [status, parts] of Object.entries(statuses)) {
        for (const [type, schema] of schemasOf(Number(status), parts)) {
          const text = JSON.stringify(schema);
          const name = names.get(text) ?? `check${names.size}`;
          if (!names.has(text)) ajv.addSchema(schema, name);
          names.set(text, name);
          table.push(`  ${JSON.stringify(`${host} ${operation} ${status} ${type}`)}: ${name},`);
        }
      }
    }
  }
  const functions = standalone.default(ajv, Object.fromEntries([...names.values()].map((name) => [name, name])));
  return [functions, "export const CHECKS = {", ...table, "};", ""].join("\n");
}

/** The schema of an answer for each content type that it may have; {@link NO_TYPE} where it may have none. */
function schemasOf(status: number, { content, headers = {} }: Documented): [type: string, Schema][] {
  const all = Object.entries(headers).map(([name, header]) => ({ name: name.toLowerCase(), ...header }));
  const schemaOfHeaders = {
    type: "object",
    required: all.filter(({ required }) => required).map(({ name }) => name),
    properties: Object.fromEntries(all.map(({ name, schema }) => [name, asText(schema)])),
  };
  const schemaOf = (body: Schema): Schema => ({ type: "object", properties: { body, headers: schemaOfHeaders } });
  if (!content) return [["*/*", schemaOf({})], [NO_TYPE, schemaOf({})]];
  const types = Object.keys(content);
  const bodies = types.map((type): [string, Schema] => [type, schemaOf(closed(content[type]!.schema ?? {}))]);
  return status < 400 ? bodies : [...bodies, [NO_TYPE, schemaOf({ const: "" })]]; // an error's body may be missing
}

/**
 * A schema of the spec allows members that it does not name, for the real servers may have more. The emulator has none:
 * here every schema that names members is closed, so that one with a wrong name is noticed though it may be missing.
 */
function closed<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (key, one) => {
    if (typeof one !== "object" || one === null || Array.isArray(one) || key === "not") return one;
    return "properties" in one ? { ...one, additionalProperties: false } : one;
  });
}

/** The schema of a header, which is text whatever it means. */
function asText(schema: Schema = {}): Schema {
  return schema.type === "integer" ? { type: "string", pattern: "^-?\\d+$" } : schema;
}

if (import.meta.main) {
  const file = new URL("gen/checks.js", import.meta.url).pathname;
  await Deno.mkdir(new URL("gen/", import.meta.url), { recursive: true });
  await Deno.writeTextFile(`${file}.${Deno.pid}`, await checksCode());
  await Deno.rename(`${file}.${Deno.pid}`, file); // whole, for whoever reads it at this moment
}
