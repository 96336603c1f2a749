/**
 * Generates the client from the spec into `packages/client/gen/`, or compares with what is there.
 *
 *   deno task generate            writes it
 *   deno task generate --check    generates into a temporary folder; exits with 1 on any difference from the tree
 *
 * Each spec file is one host. Besides what openapi-ts makes, each host gets a `host.gen.ts`: its servers and routes, by
 * which a client of the other host is recognised at run time.
 */
import "typescript"; // first, so that the generator's peer is the pinned one
import { createClient } from "@hey-api/openapi-ts";
import { hash } from "node:crypto";
import { parse } from "yaml";
import { type Operation, operationDocs, readAs, resolve, type Spec } from "./operation_docs.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const TREE = `${ROOT}packages/client/gen`;
const HOSTS = ["xsignals", "auth0"] as const;
const HEADER = [
  "// Generated from the spec by `deno task generate`. Do not edit.",
  "// deno-lint-ignore-file",
  "// deno-fmt-ignore-file",
];
const FORM = "application/x-www-form-urlencoded";
const FILE_ELSEWHERE = "#/components/responses/FileElsewhere";

/** The entry point of each host's operations. */
const ENTRIES = { xsignals: "@xsignals/client", auth0: "@xsignals/client/auth0" };

type Host = typeof HOSTS[number];

interface SpecFile {
  readonly source: string;
  readonly spec: Spec;
}

if (import.meta.main) {
  const [flag, ...more] = Deno.args;
  if (more.length > 0 || (flag !== undefined && flag !== "--check")) {
    console.error("usage: deno task generate [--check]");
    Deno.exit(2);
  }
  if (flag === "--check") Deno.exit(await check());
  await generate(TREE);
}

/** Writes the generated files into the folder. */
async function generate(folder: string): Promise<void> {
  const specs = await Promise.all(HOSTS.map(readSpec));
  await createClient(HOSTS.map((host, index) => ({
    input: `${ROOT}spec/${host}.yaml`,
    logs: { level: "silent" as const },
    parser: {
      patch: {
        operations: (method: string, path: string, operation: object) => {
          const spec = specs[index]!.spec;
          const described = spec.paths[path]![method]!;
          const docs = operationDocs(spec, described, ENTRIES[host]);
          if ("description" in operation) operation.description = `${operation.description}\n\n${docs}`;
          Reflect.deleteProperty(operation, "servers"); // the root's, repeated: they would only lengthen a type
          if ("requestBody" in operation) preferForm(operation.requestBody);
          if ("responses" in operation && readAs(described) === "stream") asBytes(operation.responses);
        },
      },
    },
    output: {
      path: `${folder}/${host}`,
      header: HEADER,
      module: {
        extension: ".ts" as const,
        // What the operations know as the client is the one of their own host, by type.
        resolve: (path: string) =>
          path === "./client/index.ts" || path === "@hey-api/client-fetch" ? `../../${host}_client.ts` : undefined,
      },
    },
    plugins: [
      // The runtime is copied once and serves both hosts.
      { name: "@hey-api/client-fetch" as const, bundle: host === "xsignals" },
      { name: "@hey-api/sdk" as const, client: false as const },
      "@hey-api/typescript" as const,
    ],
  })));
  for (const [index, host] of HOSTS.entries()) {
    await Deno.remove(`${folder}/${host}/client.gen.ts`); // a default client, which is not to exist
    await Deno.writeTextFile(`${folder}/${host}/host.gen.ts`, describeHost(host, specs[index]!));
    const operations = `${folder}/${host}/sdk.gen.ts`;
    await Deno.writeTextFile(operations, withHeadersOfEachForm(await Deno.readTextFile(operations)));
    const types = `${folder}/${host}/types.gen.ts`;
    await Deno.writeTextFile(types, withStreams(await Deno.readTextFile(types)));
  }
}

/** The generator spreads the caller's headers, which loses those that are not a plain object. */
function withHeadersOfEachForm(source: string): string {
  const [first, last] = ["import type {", "...options.headers"];
  if (!source.includes(last)) throw new Error("Cannot mend the headers: the generator no longer spreads them");
  return source.replace(first, `import { plainHeaders } from '../../plain_headers.ts';\n${first}`)
    .replaceAll(last, "...plainHeaders(options.headers)");
}

async function readSpec(host: Host): Promise<SpecFile> {
  const source = await Deno.readTextFile(`${ROOT}spec/${host}.yaml`);
  return { source, spec: parse(source) };
}

/** The generator takes JSON wherever it is offered; form is what RFC 6749 and every server take. */
function preferForm(body: unknown): void {
  if (typeof body !== "object" || body === null || !("content" in body)) return;
  const content = body.content as Record<string, unknown>;
  if (FORM in content) delete content["application/json"];
}

/** What may be large, or is of a type that nobody documents, is handed out as its bytes, whatever it is said to be. */
function asBytes(responses: unknown): void {
  for (const [status, response] of Object.entries(Object(responses))) {
    if (!status.startsWith("2")) continue;
    Object(response).content = { "application/octet-stream": { schema: { type: "string", format: "binary" } } };
  }
}

/** The generator's word for bytes is a blob: all of them, in memory. */
function withStreams(source: string): string {
  return source.replaceAll(": Blob | File;", ": ReadableStream<Uint8Array<ArrayBuffer>>;");
}

/** The servers and routes of a host, and how each route's answer is to be read. */
function describeHost(host: Host, { source, spec }: SpecFile): string {
  const routes = Object.entries(spec.paths).flatMap(([path, item]) =>
    Object.entries(item).filter(([, operation]) => operation.operationId)
      .map(([method, operation]) => {
        const texts = textsOf(spec, operation);
        const route = {
          read: readAs(operation),
          ...(texts.length === 0 ? {} : { texts }),
          ...(leadsElsewhere(operation) ? { elsewhere: true } : {}),
        };
        return [`${method.toUpperCase()} ${path}`, route];
      })
  );
  const text = (value: unknown) => JSON.stringify(value, null, 2);
  return [
    ...HEADER,
    "",
    `// Of spec/${host}.yaml with SHA-256 ${hash("sha256", source)}: any change of it shows here.`,
    `import type { Host } from "../../host.ts";`,
    "",
    `/** The servers and routes of ${spec.servers[0]!.url}. */`,
    `export const host: Host = ${
      text({ name: host, servers: spec.servers.map(({ url }) => url), routes: Object.fromEntries(routes) })
    };`,
    "",
  ].join("\n");
}

/** The members of an answer in JSON that the spec requires to be texts, and not empty. */
function textsOf(spec: Spec, { responses = {} }: Operation): string[] {
  const { required = [], properties = {} } = resolve(spec, responses["200"]?.content?.["application/json"]?.schema);
  return (required as string[]).filter((name) => Object(resolve(spec, Object(properties)[name])).minLength > 0);
}

/** Whether a redirect is one of the answers that the operation is for: its `Location` says where the content is. */
function leadsElsewhere(operation: Operation): boolean {
  return readAs(operation) === "json" && Object(operation.responses?.["307"]).$ref === FILE_ELSEWHERE;
}

/** 0 when a fresh generation equals the tree, to the byte and to the file. */
async function check(): Promise<number> {
  const folder = await Deno.makeTempDir();
  try {
    await generate(folder);
    const args = ["diff", "--no-index", "--stat", TREE, folder];
    const { code } = await new Deno.Command("git", { args, stdout: "inherit", stderr: "inherit" }).output();
    if (code !== 0) console.error("The generated client is not what the spec says: run `deno task generate`.");
    return code;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
