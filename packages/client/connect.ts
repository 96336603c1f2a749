/**
 * Makes a client of one host from the generated runtime, and keeps what is meant for one host from the other.
 *
 * @module
 */
import { toClientError } from "./client_error.ts";
import { type Client as Runtime, createClient, createConfig } from "./gen/xsignals/client/index.ts";
import type { Host, Route } from "./host.ts";
import { plainHeaders } from "./plain_headers.ts";
import { type CallAuth, utf8Auth } from "./utf8_auth.ts";

/** The shape of `fetch`. */
export type FetchLike = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Options of `connect`; a session has both members. */
export interface ConnectOptions {
  /** Sends the calls. Default: the platform's, without any credential. */
  readonly fetch?: FetchLike;
  /** Where the host is. Default: the first server in the spec. */
  readonly baseUrl?: string | URL;
}

/** The two methods that operations call. */
export interface Methods {
  /** Sends a GET. */
  readonly get: Runtime["get"];
  /** Sends a POST. */
  readonly post: Runtime["post"];
}

/** What an operation hands to the runtime, as far as it is checked here. */
interface Call {
  readonly url: string;
  readonly auth?: CallAuth;
  readonly baseUrl?: unknown;
  readonly fetch?: FetchLike;
  readonly headers?: unknown;
  readonly parseAs?: string;
  readonly path?: Record<string, unknown>;
  readonly responseValidator?: (data: unknown) => Promise<unknown>;
  readonly signal?: AbortSignal | null;
  readonly throwOnError?: boolean;
}

/**
 * Connects to a host.
 *
 * @param host The host, from its spec.
 * @param other The other host, whose servers are refused as base URL.
 * @param options Where to, and by what.
 * @throws {TypeError} When the base URL is not a URL, or is the other host's.
 */
export function connectHost(host: Host, other: Host, options: ConnectOptions): Methods {
  const baseUrl = checkBaseUrl(host, other, options.baseUrl ?? host.servers[0]!);
  /** What is sent for a request that the caller is shown, where the two differ. */
  const sent = new WeakMap<object, Request>();
  const via = (send: FetchLike): FetchLike => (input, init) => send(sent.get(Object(input)) ?? input, init);
  const runtime = createClient(createConfig({ baseUrl, fetch: via(options.fetch ?? globalFetch) }));
  /** Mistakes in the program: they are thrown whatever the call says of errors. */
  const mistakes = new WeakSet<Error>();

  function prepare<T extends Call>(method: string, call: T): T {
    const name = `${method} ${call.url}`;
    const route = host.routes[name];
    const own = {
      ...(call.fetch ? { fetch: via(call.fetch) } : {}),
      ...(call.auth ? { auth: utf8Auth(call.auth) } : {}),
      ...(call.headers ? { headers: plainHeaders(call.headers) } : {}),
    };
    const checks = { requestValidator, responseValidator };
    const copy = { parseAs: route?.read ?? "auto", ...call, ...own, ...redirectOf(name), ...checks };
    Reflect.deleteProperty(copy, "client"); // Deno's Request has a `client` option of its own, and refuses ours
    return copy;

    function requestValidator(): Promise<void> {
      const mistake = mistakeIn(host, name, call);
      if (mistake === undefined) return Promise.resolve();
      const error = new TypeError(mistake);
      mistakes.add(error);
      return Promise.reject(error);
    }

    async function responseValidator(data: unknown): Promise<void> {
      checkAnswer(data, route);
      await call.responseValidator?.(data);
    }
  }

  runtime.interceptors.response.use(async (response, request, call) => {
    const route = host.routes[`${request.method} ${call.url}`];
    if (route?.elsewhere && isElsewhere(response)) {
      return inPlaceOf(response, await metadataOf(response, call.path));
    }
    const isEmpty = response.status === 204 || response.headers.get("content-length") === "0";
    if (response.ok && isEmpty && call.parseAs === "json") throw new SyntaxError("empty"); // which the runtime takes for {}
    return response.ok && call.parseAs === "stream" && !response.body ? inPlaceOf(response, "") : response;
  });
  runtime.interceptors.request.use((request) => {
    const shown = withoutCredentials(request);
    if (shown !== request) sent.set(shown, request);
    return shown;
  });
  runtime.interceptors.error.use((error, response, request, call) => {
    if (error instanceof Error && (mistakes.has(error) || isMisuse(error))) throw error;
    if (call.signal?.aborted) return call.signal.reason;
    if (!call.throwOnError && !(error instanceof Error)) return error;
    if (!call.throwOnError && error instanceof Error && error.name === "SessionError") return error;
    return toClientError(`${request?.method ?? "the operation"} ${call.url}`, error, response);
  });

  return {
    get: (call) => runtime.get(prepare("GET", call)),
    post: (call) => runtime.post(prepare("POST", call)),
  };
}

/** The platform's, looked up at every call, so that a program may replace it. */
function globalFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  return globalThis.fetch(input, init);
}

/** Headers that may hold a secret, by their names. */
const SECRET_HEADER = /authorization|cookie|key|password|secret|token/;

/**
 * The request as it stands in an operation's result, which people print: without a credential that the call was given, and
 * without the body, which has been sent. One without such a credential is shown as it is.
 */
function withoutCredentials(request: Request): Request {
  const names = [...request.headers.keys()].filter((name) => SECRET_HEADER.test(name));
  if (names.length === 0) return request;
  const { url, method, redirect, signal } = request;
  const shown = new Request(url, { method, redirect, signal, headers: request.headers });
  for (const name of names) shown.headers.delete(name);
  return shown;
}

/** A session's word that the program must not make this call; known by its code, since the client imports no session. */
function isMisuse(error: Error): boolean {
  return error instanceof TypeError && "code" in error && error.code === "misuse";
}

/**
 * What takes or gives secrets follows no redirect: a 307 would carry its body to any host. Nor does what may lead to the
 * file host: that is to be asked without a credential, by whoever reads the `Location`.
 */
function redirectOf(name: string): { redirect?: "manual" } {
  return name.startsWith("GET /file/") && !name.includes("{") ? {} : { redirect: "manual" };
}

/** Whether an answer is a redirect to content, and not to the vendor's web site, where a path leads that nobody knows. */
function isElsewhere({ status, headers }: Response): boolean {
  const location = headers.get("location") ?? "";
  if (status < 300 || status > 399 || !URL.canParse(location)) return false;
  return !/^(www\.)?xpansiv\.com$/.test(hostOf(new URL(location)));
}

/** What a redirect to a file's content says of the file; at least its id. */
async function metadataOf(response: Response, path: Call["path"]): Promise<string> {
  const text = await response.text();
  try {
    if (Object.keys(Object(JSON.parse(text))).length > 0) return text;
  } catch {
    // It has no metadata: the link in its header is what counts.
  }
  return JSON.stringify({ fid: path?.fileId });
}

/** An answer that the runtime takes for a success, and shows with the address and the status of the one that came. */
function inPlaceOf({ status, url, headers }: Response, body: string): Response {
  const answer = new Response(body, { headers });
  answer.headers.delete("content-length");
  return Object.defineProperties(answer, { status: { value: status }, url: { value: url } });
}

/** What is wrong with a call, before anything is sent. */
function mistakeIn(host: Host, name: string, call: Call): string | undefined {
  if (!Object.hasOwn(host.routes, name)) {
    return `Cannot call ${name}: this client is connected to ${host.name}, which has no such operation`;
  }
  if (call.baseUrl !== undefined) return `Cannot call ${name} with a baseUrl: it belongs to the client, see connect`;
  for (const [, key = ""] of call.url.matchAll(/{(\w+)}/g)) {
    const value = call.path?.[key] ?? "";
    if (["", ".", ".."].includes(String(value))) {
      return `Cannot call ${name}: ${key} is missing, or would change the path`;
    }
  }
}

/**
 * Throws the error of an answer with a successful status: the body itself if it names an error, as OAuth servers do under
 * status 200, or a `SyntaxError` if the body is nothing that the operation could be asked for.
 */
function checkAnswer(data: unknown, route: Route | undefined): void {
  const members = new Map(Array.isArray(data) || typeof data === "string" ? [] : Object.entries(Object(data)));
  if (typeof members.get("error") === "string") throw data;
  if (route?.read !== "json") return;
  if (members.size === 0) throw new SyntaxError("no members");
  for (const name of route.texts ?? []) {
    if (typeof members.get(name) !== "string" || members.get(name) === "") throw new SyntaxError("no text");
  }
}

function checkBaseUrl(host: Host, other: Host, baseUrl: string | URL): string {
  if (!URL.canParse(baseUrl)) throw new TypeError("Cannot connect: baseUrl must be an address");
  const url = new URL(baseUrl);
  if (!/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new TypeError("Cannot connect: baseUrl must be an http address without credentials, query and fragment");
  }
  if (other.servers.some((server) => hostOf(new URL(server)) === hostOf(url))) {
    throw new TypeError(`Cannot connect to ${host.name}: ${url.hostname} is a host of ${other.name}`);
  }
  return url.href.replace(/\/+$/, "");
}

/** The host without the dot that may end a full name. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/\.+$/, "");
}
