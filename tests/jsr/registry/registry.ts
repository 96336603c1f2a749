/**
 * A registry on loopback that `deno publish` publishes to and `jsr:` imports come from, as JSR's documentation of its
 * APIs says (https://jsr.io/docs/api).
 *
 * @module
 */
import { runCommand } from "../../runtimes/command.ts";
import { filesIn } from "../../runtimes/pack.ts";

/** A published version of a package. */
export interface PublishedVersion {
  /** Such as `@xsignals/client`. */
  readonly name: string;
  readonly version: string;
  /** The entry points by what they are imported as, such as `./auth0`. */
  readonly exports: Readonly<Record<string, string>>;
  /** The files as they were uploaded, by path, such as `mod.ts`. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** The registry. */
export interface Registry extends AsyncDisposable {
  /** What `JSR_URL` is to be. */
  readonly url: string;
  /** Every version, in the order of its publishing. */
  readonly published: readonly PublishedVersion[];
  /** The path of every request, with its method. */
  readonly requests: readonly string[];
}

/** Why a version was not published, in JSR's own form of errors. */
interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** Starts an empty registry that accepts what is published with that token. */
export function openRegistry(token: string): Registry {
  const published: PublishedVersion[] = [];
  const requests: string[] = [];

  function versionsOf(name: string): PublishedVersion[] {
    return published.filter((one) => one.name === name);
  }

  async function publish(name: string, version: string, request: Request): Promise<Response> {
    if (request.headers.get("authorization") !== `Bearer ${token}`) {
      return refused(401, { code: "missingAuthentication", message: "The token is not the registry's" });
    }
    if (versionsOf(name).some((one) => one.version === version)) {
      return refused(409, { code: "duplicateVersionPublish", message: `${name}@${version} is published already` });
    }
    const files = await unpack(await request.bytes());
    const result = readVersion(name, version, files, new URL(request.url).searchParams.get("config") ?? "");
    if ("code" in result) return Response.json({ id: "1", status: "failure", error: result });
    published.push(result);
    return Response.json({ id: "1", status: "success", error: null });
  }

  async function manage(request: Request, name: string, version?: string): Promise<Response> {
    if (version === undefined) return Response.json({ name });
    if (request.method === "POST") return await publish(name, version, request);
    const isThere = versionsOf(name).some((one) => one.version === version);
    if (isThere) return Response.json({ version });
    return refused(404, { code: "packageVersionNotFound", message: "The requested package version was not found" });
  }

  async function serve(name: string, path: string): Promise<Response> {
    const versions = versionsOf(name);
    if (versions.length === 0) return new Response(null, { status: 404 });
    const [scope, base] = name.slice(1).split("/");
    if (path === "meta.json") {
      const all = Object.fromEntries(versions.map(({ version }) => [version, {}]));
      return Response.json({ scope, name: base, latest: versions.at(-1)?.version, versions: all });
    }
    for (const { version, exports, files } of versions) {
      if (path === `${version}_meta.json`) return Response.json({ manifest: await manifestOf(files), exports });
      const file = path.startsWith(`${version}/`) ? files.get(path.slice(version.length + 1)) : undefined;
      if (file) return new Response(file, { headers: { "content-type": "text/plain; charset=utf-8" } });
    }
    return new Response(null, { status: 404 });
  }

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    requests.push(`${request.method} ${pathname}`);
    const managed = /^\/api\/scopes\/([^/]+)\/packages\/([^/]+)(?:\/versions\/([^/]+))?$/.exec(pathname);
    if (managed) return await manage(request, `@${managed[1]}/${managed[2]}`, managed[3]);
    const [, name = "", path = ""] = /^\/(@[^/]+\/[^/]+)\/(.+)$/.exec(pathname) ?? [];
    return await serve(name, path);
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    published,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function refused(status: number, refusal: Refusal): Response {
  return Response.json(refusal, { status });
}

async function unpack(tarball: Uint8Array): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const directory = await Deno.makeTempDir({ prefix: "xsignals-published-" });
  try {
    await Deno.mkdir(`${directory}/files`);
    await Deno.writeFile(`${directory}/all.tgz`, tarball);
    await runCommand(["tar", "-xzf", `${directory}/all.tgz`, "-C", `${directory}/files`]);
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const path of await filesIn(`${directory}/files`)) {
      files.set(path, await Deno.readFile(`${directory}/files/${path}`));
    }
    return files;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Holds an upload to the rules that JSR holds it to, as far as they concern these packages. */
function readVersion(
  name: string,
  version: string,
  files: PublishedVersion["files"],
  configPath: string,
): PublishedVersion | Refusal {
  const bytes = files.get(configPath.replace(/^\//, ""));
  if (!bytes) return { code: "missingConfigFile", message: `${configPath} is not among the files` };
  const config = JSON.parse(new TextDecoder().decode(bytes));
  if (config.name !== name) return { code: "configFileNameMismatch", message: `${configPath} has ${config.name}` };
  if (config.version !== version) {
    return { code: "configFileVersionMismatch", message: `${configPath} has ${config.version}` };
  }
  const exports: Record<string, string> = typeof config.exports === "string" ? { ".": config.exports } : config.exports;
  const missing = Object.values(exports).find((path) => !files.has(path.replace(/^\.\//, "")));
  if (missing !== undefined) return { code: "configFileExportsInvalid", message: `${missing} is not among the files` };
  if (!config.license && ![...files.keys()].some((path) => /^(LICEN[CS]E|COPYING)(\.md|\.txt)?$/.test(path))) {
    return { code: "missingLicense", message: "Neither a field nor a file says the licence" };
  }
  return { name, version, exports, files };
}

async function manifestOf(files: PublishedVersion["files"]): Promise<Record<string, unknown>> {
  const manifest: Record<string, unknown> = {};
  for (const [path, bytes] of files) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    manifest[`/${path}`] = { size: bytes.length, checksum: `sha256-${digest.toHex()}` };
  }
  return manifest;
}
