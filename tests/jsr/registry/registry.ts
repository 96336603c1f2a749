/**
 * A registry on loopback that `deno publish` publishes to and `jsr:` imports come from, as JSR's documentation of its
 * APIs says (https://jsr.io/docs/api). `deno publish` itself refuses what JSR would, such as a missing licence.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import { runCommand } from "../../runtimes/command.ts";

/** A published version of a package, such as `@xsignals/client`, and its files by path, such as `mod.ts`. */
interface PublishedVersion {
  readonly name: string;
  readonly version: string;
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** The registry; its `url` is for `JSR_URL`. */
export type Registry = ReturnType<typeof openRegistry>;

/** Starts an empty registry. */
export function openRegistry() {
  const published: PublishedVersion[] = [];
  const requests: string[] = []; // each as method and path

  async function manage(request: Request, name: string, version?: string): Promise<Response> {
    if (version === undefined) return Response.json({ name });
    const isThere = published.some((one) => one.name === name && one.version === version);
    if (request.method === "GET" && isThere) return Response.json({ version });
    if (request.method === "GET") return Response.json({ code: "packageVersionNotFound" }, { status: 404 });
    if (isThere) return Response.json({ code: "duplicateVersionPublish" }, { status: 409 });
    published.push({ name, version, files: await unpack(await request.bytes()) });
    return Response.json({ id: "1", status: "success", error: null });
  }

  async function serve(pathname: string): Promise<Response> {
    const [, name = "", path = ""] = /^\/(@[^/]+\/[^/]+)\/(.+)$/.exec(pathname) ?? [];
    const versions = published.filter((one) => one.name === name);
    if (path === "meta.json" && versions.length > 0) {
      const all = Object.fromEntries(versions.map(({ version }) => [version, {}]));
      return Response.json({ scope: name.slice(1).split("/")[0], name: name.split("/")[1], versions: all });
    }
    for (const { version, files } of versions) {
      if (path === `${version}_meta.json`) return Response.json(await metaOf(files));
      const file = path.startsWith(`${version}/`) ? files.get(path.slice(version.length + 1)) : undefined;
      if (file) return new Response(file, { headers: { "content-type": "text/plain; charset=utf-8" } });
    }
    return new Response(null, { status: 404 });
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    requests.push(`${request.method} ${pathname}`);
    const managed = /^\/api\/scopes\/([^/]+)\/packages\/([^/]+)(?:\/versions\/([^/]+))?$/.exec(pathname);
    return await (managed ? manage(request, `@${managed[1]}/${managed[2]}`, managed[3]) : serve(pathname));
  });
  const url = `http://127.0.0.1:${server.addr.port}/`;
  return { url, published, requests, [Symbol.asyncDispose]: () => server.shutdown() };
}

async function unpack(tarball: Uint8Array): Promise<PublishedVersion["files"]> {
  const directory = await Deno.makeTempDir({ prefix: "xsignals-published-" });
  try {
    await Deno.mkdir(`${directory}/files`);
    await Deno.writeFile(`${directory}/all.tgz`, tarball);
    await runCommand(["tar", "-xzf", "all.tgz", "-C", "files"], { cwd: directory });
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const entry of readdirSync(`${directory}/files`, { recursive: true, withFileTypes: true })) {
      const path = `${entry.parentPath}/${entry.name}`;
      if (entry.isFile()) files.set(path.replace(`${directory}/files/`, ""), await Deno.readFile(path));
    }
    return files;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** What a program that imports a version asks for first: the entry points, and the checksum of each file. */
async function metaOf(files: PublishedVersion["files"]): Promise<Record<string, unknown>> {
  const manifest: Record<string, unknown> = {};
  for (const [path, bytes] of files) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    manifest[`/${path}`] = { size: bytes.length, checksum: `sha256-${digest.toHex()}` };
  }
  const { exports } = JSON.parse(new TextDecoder().decode(files.get("deno.json")));
  return { manifest, exports: typeof exports === "string" ? { ".": exports } : exports };
}
