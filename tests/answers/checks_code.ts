import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import formats from "ajv-formats";
import { readDocumented } from "./documented.ts";
import type { ResponseParts, Schema } from "./responses.ts";

/** What holds the schemas of an OpenAPI document; to a validator it says nothing. */
const SCHEMAS = "components";

const HEADER = [
  "// Generated from the spec by `deno task generate`. Do not edit.",
  "// deno-lint-ignore-file",
  "// deno-fmt-ignore-file",
];

/**
 * Writes the code that checks the emulator's answers: `CHECKS`, by host, operation and status.
 *
 * A schema of the spec allows members that it does not name, for the real servers may have more. The emulator has none:
 * here every schema that names members is closed, so that one with a wrong name is noticed though it may be missing.
 *
 * @param sources The text of each host's spec.
 */
export function checksCode(sources: Readonly<Record<string, string>>): string {
  const { schemas, answers } = readDocumented(sources);
  // Without Unicode's lengths, and with formats that are expressions, the code needs no import, which would take 20 ms.
  const ajv = new Ajv2020({
    code: { source: true, esm: true, lines: true },
    allErrors: true,
    inlineRefs: false,
    strict: true, // throws, where it would else log
    logger: false, // which would only tell that `unicode` may go one day
    unicode: false,
  });
  formats.default(ajv, { mode: "fast", formats: ["uri"] });
  ajv.addFormat("binary", true).addKeyword(SCHEMAS);
  for (const [host, schema] of Object.entries(schemas)) ajv.addSchema({ ...Object(closed(schema)), $id: host });

  const names = new Map<string, string>();
  function nameOf(schema: Schema = {}): string {
    const text = JSON.stringify(closed(schema));
    const name = names.get(text) ?? `check${names.size}`;
    if (!names.has(text)) ajv.addSchema(JSON.parse(text), name);
    names.set(text, name);
    return name;
  }
  function code({ content, headers = {} }: ResponseParts): string {
    const bodies = Object.entries(content ?? {}).map(([type, { schema }]) => `${quoted(type)}: ${nameOf(schema)}`);
    const fields = Object.entries(headers).map(([name, { required = false, schema }]) =>
      `${quoted(name)}: { required: ${required}, check: ${nameOf(asText(schema))} }`
    );
    return `{ ${content ? `content: ${object(bodies)}, ` : ""}headers: ${object(fields)} }`;
  }

  const table = Object.entries(answers).flatMap(([host, operations]) => [
    `  ${quoted(host)}: {`,
    ...Object.entries(operations).flatMap(([operation, statuses]) => [
      `    ${quoted(operation)}: {`,
      ...Object.entries(statuses).map(([status, parts]) => `      ${quoted(status)}: ${code(parts)},`),
      "    },",
    ]),
    "  },",
  ]);
  const functions = standalone.default(ajv, Object.fromEntries([...names.values()].map((name) => [name, name])));
  return [...HEADER, "", functions, "", "export const CHECKS = {", ...table, "};", ""].join("\n");
}

/** The same without what is for people, and with no members allowed but those that are named. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const inner = Object.entries(value)
    .filter(([key, one]) => !(key === "description" && typeof one === "string") && key !== "example")
    .map(([key, one]) => [key, key === "not" ? one : closed(one)]);
  return { ...Object.fromEntries(inner), ..."properties" in value && { additionalProperties: false } };
}

/** The schema of a header, which is text whatever it means. */
function asText(schema: Schema = {}): Schema {
  return schema.type === "integer" ? { type: "string", pattern: "^-?\\d+$" } : schema;
}

function object(members: readonly string[]): string {
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
