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

/**
 * The tags, to be put behind the description.
 *
 * @param spec The document, for its references.
 * @param entry The entry point that exports the operation.
 */
export function operationDocs(spec: Spec, operation: Operation, entry: string): string {
  const id = operation.operationId ?? "";
  const path = parameterExamples(spec, operation, "path");
  const query = parameterExamples(spec, operation, "query");
  const body = mediaExample(spec, operation.requestBody?.content);
  const options = [
    "client",
    ...(path === undefined ? [] : [`path: ${literal(path)}`]),
    ...(query === undefined ? [] : [`query: ${literal(query)}`]),
    ...(body === undefined ? [] : [`body: ${literal(body)}`]),
  ];
  return [
    "@param options `client` from `connect`, and what the types ask for; `throwOnError: true` has failures thrown.",
    "@returns `{ data, error, response }`; with `throwOnError`, `{ data, response }`.",
    "@throws {TypeError} Before anything is sent: the client is not connected to this operation's host, or a parameter of",
    "the path is missing.",
    "@throws {ClientError} With `throwOnError`, for any other failure; its `code` and `status` say which.",
    "",
    "@example With a `fetch` that answers as the spec says; a session goes in its place",
    "```ts",
    `import { connect, ${id} } from "${entry}";`,
    'import { assertEquals } from "@std/assert";',
    "",
    `const client = connect({ fetch: () => Promise.resolve(${answerExample(spec, operation)}) });`,
    `const { response } = await ${id}({ ${options.join(", ")} });`,
    "",
    "assertEquals(response?.status, 200);",
    "```",
  ].join("\n");
}

function answerExample(spec: Spec, operation: Operation): string {
  const content = operation.responses?.["200"]?.content;
  const json = content && "application/json" in content ? mediaExample(spec, content) : undefined;
  return json === undefined ? "new Response()" : `Response.json(${literal(json)})`;
}

/** The examples of the parameters that a call cannot go without. */
function parameterExamples(
  spec: Spec,
  operation: Operation,
  place: "path" | "query",
): Record<string, unknown> | undefined {
  const found = (operation.parameters ?? []).map((one) => resolve(spec, one))
    .filter((one) => one.in === place && (place === "path" || one.required === true));
  return found.length === 0 ? undefined : Object.fromEntries(found.map(({ name, example }) => [String(name), example]));
}

function mediaExample(spec: Spec, content: Record<string, Media> | undefined): unknown {
  const media = Object.values(content ?? {})[0];
  const first = Object.values(media?.examples ?? {})[0];
  return first === undefined ? media?.example : resolve(spec, first).value;
}

/** What a value of the document is, behind its reference. */
export function resolve(spec: Spec, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null) return {};
  if (!("$ref" in value) || typeof value.$ref !== "string") return { ...value };
  const [, , kind = "", name = ""] = value.$ref.split("/");
  return resolve(spec, spec.components?.[kind]?.[name]);
}

function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll("*/", "*\\/");
}
