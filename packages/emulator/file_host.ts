import { ErrorAnswer } from "./error_answer.ts";
import { findFile } from "./files.ts";
import { createHost, type Host } from "./host.ts";
import type { Report } from "./log.ts";
import { deliver } from "./ranges.ts";
import type { State, StoredFile } from "./state.ts";

const SIGNATURE = "X-Amz-Signature";

/** The file host that presigned links point to. It knows links but no accounts, and its errors are XML like S3's. */
export function createFileHost(state: State): Host {
  return createHost({
    routes: {
      async fetchLink({ req: { raw }, env: { report } }) {
        rejectAuthorization(raw, report);
        const url = new URL(raw.url);
        await checkLink(state, url);
        const file = findFile(state, decodeURIComponent(url.pathname.slice(1)));
        if (!file) throw new ErrorAnswer(404, "The specified key does not exist.", { code: "NoSuchKey" });
        return deliver(raw, file.content, {
          etag: await etagOf(state, file),
          modifiedAt: file.modifiedAt,
          ranges: ["files", "both"].includes(state.settings.assumptions.ranges),
          headers: {
            "content-type": "binary/octet-stream",
            "content-disposition": url.searchParams.get("response-content-disposition") ?? "attachment",
          },
        });
      },
    },
    otherwise({ req: { raw }, env: { report } }) {
      rejectAuthorization(raw, report);
      throw accessDenied("Access Denied");
    },
    toResponse: ({ status, code, message, headers }) =>
      new Response(
        `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
        { status, headers: { ...headers, "content-type": "application/xml" } },
      ),
  });
}

/** The `ETag` of a file's content, as assumed. */
export async function etagOf(
  { settings: { assumptions: { etag } } }: State,
  { content }: StoredFile,
): Promise<string | undefined> {
  return etag === "none" ? undefined : `${etag === "weak" ? "W/" : ""}"${await content.tag()}"`;
}

/** A presigned link to a file. It has the form of S3's links, with a simpler signature. */
export async function signLink(state: State, { fid, fileName }: StoredFile): Promise<string> {
  const { now, linkLifetime, origins } = state.settings;
  const link = new URL(`/${encodeURIComponent(fid)}`, origins.files[0]);
  const time = new Date(now()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const query = {
    "response-content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `EMULATOR/${time.slice(0, 8)}/us-east-1/s3/aws4_request`,
    "X-Amz-Date": time,
    "X-Amz-Expires": String(linkLifetime / 1000),
    "X-Amz-Security-Token": String(state.expiredLinks.size), // So that a new link differs from one that had to expire.
    "X-Amz-SignedHeaders": "host",
  };
  for (const [name, value] of Object.entries(query)) link.searchParams.append(name, value);
  link.searchParams.append(SIGNATURE, await signatureOf(state, link));
  return link.href;
}

/**
 * Checks that a link has our signature for exactly this path and query, and has not expired.
 *
 * @throws {ErrorAnswer} 403 if not.
 */
async function checkLink(state: State, link: URL): Promise<void> {
  const signature = link.searchParams.get(SIGNATURE);
  if (signature === null) throw accessDenied("Access Denied");
  const bare = new URL(link);
  bare.searchParams.delete(SIGNATURE);
  if (signature !== await signatureOf(state, bare)) {
    throw new ErrorAnswer(403, "The signature does not match the request", { code: "SignatureDoesNotMatch" });
  }
  if (state.settings.now() >= expiryOf(link) || state.expiredLinks.has(signature)) {
    throw accessDenied("Request has expired");
  }
}

/** Makes a link expire before its time. */
export function expireLink({ expiredLinks }: State, { url }: Request): void {
  expiredLinks.add(new URL(url).searchParams.get(SIGNATURE) ?? "");
}

function accessDenied(message: string): ErrorAnswer {
  return new ErrorAnswer(403, message, { code: "AccessDenied" });
}

function rejectAuthorization(request: Request, report: Report): void {
  if (!request.headers.has("authorization")) return;
  report("authorization_on_files");
  throw new ErrorAnswer(
    400,
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the " +
      "Authorization header should be specified",
    { code: "InvalidArgument" },
  );
}

/** A link's signature. It covers path and query in their order, but not the host: a program has several names. */
async function signatureOf({ linkSecret }: State, { pathname, searchParams }: URL): Promise<string> {
  const key = await crypto.subtle.importKey("raw", linkSecret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signed = new TextEncoder().encode(`GET\n${pathname}\n${searchParams}`);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, signed));
  return Array.from(signature, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function expiryOf({ searchParams }: URL): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(searchParams.get("X-Amz-Date") ?? "")?.map(Number) ?? [];
  const start = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  return start + Number(searchParams.get("X-Amz-Expires")) * 1000;
}
