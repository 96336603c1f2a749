// Presigned links: which addresses are one, and how one is fetched. A link is a secret: no error, event or header has it.
import type { Calls } from "./calls.ts";

/**
 * The presigned link in an answer about a file.
 *
 * It leads to another origin, by https (a server on loopback may use http), and has a signature or the file's id in it.
 * Anything else is a redirect, such as the one to the vendor's web site for a path that the API does not know.
 */
export function linkIn({ connection: { baseUrl } }: Calls, fid: string, { headers }: Response): string | undefined {
  const location = headers.get("location");
  if (location === null || !URL.canParse(location, baseUrl)) return undefined;
  const [link, base] = [new URL(location, baseUrl), new URL(baseUrl)];
  const isSecure = link.protocol === "https:" || (link.protocol === "http:" && isLoopback(link) && isLoopback(base));
  const isOfFile = link.search !== "" || (link.pathname.includes(fid) && !link.pathname.endsWith(`/file/${fid}`));
  return isSecure && isOfFile && link.origin !== base.origin ? link.href : undefined;
}

/** How a link is fetched: by nothing of ours but these headers, and to nowhere else. */
export function linkRequest(headers: Readonly<Record<string, string>>, signal: AbortSignal): RequestInit {
  const strict: RequestInit = { redirect: "error", credentials: "omit" };
  try {
    new Request("https://example.com", strict);
    return { headers, signal, ...strict };
  } catch { // workerd knows neither: it holds no credentials, and a redirect is then seen by its status
    return { headers, signal, redirect: "manual" };
  }
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
