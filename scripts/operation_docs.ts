/**
 * The doc tags of a generated operation, from its spec: parameters, result, errors, and an example that runs.
 *
 * @module
 */

/** An OpenAPI document, as far as it is read here. */
export interface Spec {
  readonly servers: { readonly url: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components?: Record<string, Record<string, unknown>>;
}

/** An operation. */
export interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly unknown[];
  readonly requestBody?: { readonly content: Record<string, Media> };
  readonly responses?: Record<string, { readonly content?: Record<string, Media> }>;
}

interface Media {
  readonly schema?: unknown;
  readonly example?: unknown;
  readonly examples?: Record<string, unknown>;
}

/** What is said of an answer that the client does not read. */
const STREAM = [
  " `data` is a stream of bytes that",
  "nobody has read: `new Response(data)` has `text()`, `json()` and `blob()`; cancel it if you do not read it.",
].join("\n");

/**
 * The tags, to be put behind the description.
 *
 * @param spec The document, for its references.
 * @param entry The entry point that exports the operation.
 */
export function operationDocs(spec: Spec, operation: Operation, entry: string): string {
  const { operationId = "", requestBody, responses = {} } = operation;
  const members = {
    path: parameterExamples(spec, operation, "path"),
    query: parameterExamples(spec, operation, "query"),
    body: mediaExample(spec, Object.values(requestBody?.content ?? {})[0]),
  };
  const options = Object.entries(members).filter(([, value]) => value !== undefined)
    .map(([name, value]) => `, ${name}: ${literal(value)}`);
  const answer = answerWith(mediaExample(spec, Object.values(responses["200"]?.content ?? {})[0]));
  const sent = inputs(spec, operation);
  return [
    `@param options \`client\` from \`connect\`; \`throwOnError: true\` has failures thrown.${
      sent.length > 0 ? " What is sent:" : ""
    }`,
    ...sent,
    `@returns \`{ data, error, response }\`; with \`throwOnError\`, \`{ data, response }\`.${
      readAs(operation) === "stream" ? STREAM : ""
    }`,
    "@throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of",
    "the path is missing.",
    "@throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.",
    "",
    "@example With a `fetch` that answers as the spec says; a session goes in its place",
    "```ts",
    `import { connect, ${operationId} } from "${entry}";`,
    'import { assertEquals } from "@std/assert";',
    "",
    `const client = connect({ fetch: () => Promise.resolve(${answer}) });`,
    `const { response } = await ${operationId}({ client${options.join("")} });`,
    "",
    "assertEquals(response?.status, 200);",
    "```",
  ].join("\n");
}

/** How the answer of an operation is read: as JSON only where it can be nothing else. */
export function readAs({ responses = {} }: Operation): "json" | "stream" | "auto" {
  const types = Object.keys(responses["200"]?.content ?? {});
  if (types.length === 0) return "auto";
  return types.every((type) => type === "application/json") ? "json" : "stream";
}

function answerWith(example: unknown): string {
  if (example === undefined) return "new Response()";
  return typeof example === "string" ? `new Response(${literal(example)})` : `Response.json(${literal(example)})`;
}

/** What an operation sends, a line for each thing: its name in the options, what it may be, and the spec's words. */
function inputs(spec: Spec, { parameters = [], requestBody }: Operation): string[] {
  const own = parameters.map((one) => {
    const { name, in: place, required, schema, description } = resolve(spec, one);
    const holder = place === "header" ? "headers" : place;
    const key = /^\w+$/.test(String(name)) ? `${holder}.${name}` : `${holder}["${name}"]`;
    return inputLine(key, required === true, [{ ...resolve(spec, schema), description }]);
  });
  const body = resolve(spec, Object.values(requestBody?.content ?? {})[0]?.schema);
  const forms = Array.isArray(body.oneOf) ? body.oneOf.map((one) => resolve(spec, one)) : [body];
  const names = new Set(forms.flatMap(({ properties }) => Object.keys(Object(properties))));
  const members = [...names].map((name) => {
    const isRequired = forms.every(({ required = [] }) => (required as string[]).includes(name));
    const schemas = forms.map(({ properties }) => resolve(spec, Object(properties)[name]));
    return inputLine(`body.${name}`, isRequired, schemas.filter(({ description }) => description !== undefined));
  });
  return [...own, ...members];
}

function inputLine(key: string, isRequired: boolean, schemas: readonly Record<string, unknown>[]): string {
  const values = schemas.flatMap((schema) => schema.enum ?? schema.const ?? []).map((value) => `\`${value}\``);
  const kind = [...new Set(values)].join(" or ") || [schemas[0]?.type].flat().join(" or ");
  const words = String(schemas[0]?.description).replaceAll(/\s+/g, " ");
  return `- \`${key}\` (${kind}${isRequired ? ", required" : ""}): ${words}`;
}

/** The examples of the parameters that a call cannot go without. */
function parameterExamples(spec: Spec, { parameters = [] }: Operation, place: "path" | "query") {
  const found = parameters.map((one) => resolve(spec, one))
    .filter((one) => one.in === place && (place === "path" || one.required === true));
  return found.length === 0 ? undefined : Object.fromEntries(found.map(({ name, example }) => [String(name), example]));
}

function mediaExample(spec: Spec, media: Media | undefined): unknown {
  const first = Object.values(media?.examples ?? {})[0];
  return first === undefined ? media?.example : resolve(spec, first).value;
}

/** What a value of the document is, behind its reference. */
export function resolve(spec: Spec, value: unknown): Record<string, unknown> {
  const { $ref, ...rest } = Object(value);
  if (typeof $ref !== "string") return rest;
  const [, , kind = "", name = ""] = $ref.split("/");
  return resolve(spec, spec.components?.[kind]?.[name]);
}

function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll("*/", "*\\/");
}
