// What a failed `fetch` means: why there is no answer, what to do, and whether the request left this machine.
import { defined, describeError, type FailureReason } from "../errors.ts";

/** Why a call got no answer. */
export interface NetworkFailure {
  /** The kind of failure, if the runtime tells it. */
  readonly reason?: FailureReason;
  /** The state, and what to do. */
  readonly why: string;
  /** `false` if the request certainly did not leave this machine. */
  readonly sent?: false;
}

/**
 * Explains the error of a `fetch`: why there is no answer, and what to do. It quotes nothing of the error.
 *
 * Use it for what `session.fetch` rejects with. Not for a `SessionError`, whose message has it already.
 *
 * @param error What the `fetch` rejected with.
 * @param host The server's name, for the permission that the explanation may name.
 * @returns The reason as far as the runtime tells, and the explanation in words.
 *
 * @example
 * ```ts
 * import { explainFailure } from "@xsignals/session";
 * import { assertEquals } from "@std/assert";
 *
 * const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
 * const { reason, why } = explainFailure(new TypeError("fetch failed", { cause }), "api.example");
 *
 * assertEquals([reason, why], ["refused", "nothing listens there; is the address right?"]);
 * ```
 */
export function explainFailure(error: unknown, host: string): NetworkFailure {
  const row = rowOf(error) ?? rowOf(Object(error).cause);
  const [, reason, why = `the connection failed (${describeError(error)})`] = row ?? [];
  return defined({ reason, why: why.replace(/HOST$/, host), sent: row && UNSENT.includes(row) ? false : undefined });
}

/** What each runtime says in its own way, and what it means. The first that fits counts. */
type Row = readonly [pattern: RegExp, reason?: FailureReason, why?: string];

/**
 * Raised before a connection exists (Deno, POSIX, Node, Node's TLS, Bun). An unknown error counts as sent, because a refresh
 * token that may have reached the server must not be sent again. No pattern fits an address, which has no spaces.
 */
const UNSENT: readonly Row[] = [
  [/: Requires net | ERR_ACCESS_DENIED /, "not_permitted", "run the program with --allow-net=HOST"],
  [/^(getaddrinfo|connect.* dns) /, "name_not_found", "the name is not known; is it right, and is there a network?"],
  [
    / (ECONNREF|ConnectionRef)|^connect .*refused|(to|bad) port/,
    "refused",
    "nothing listens there; is the address right?",
  ],
  [/ CERT_NOT_YET|^connect .*NotValidYet/, "tls", "its certificate is not valid yet; check the clock"],
  [/ CERT_HAS_EXPIRED|^connect .*certificate expired/, "tls", "its certificate is expired; tell whoever runs it"],
  [/ ERR_TLS_CERT_ALT|^connect .*valid for name/, "tls", "its certificate is for another name; is the address right?"],
  [
    / \w*(CERT_|SELF_SIGNED_|UNABLE_TO_)|^connect invalid peer/,
    "tls",
    "its certificate is of an unknown authority; if you trust it, name its file in DENO_CERT or NODE_EXTRA_CA_CERTS",
  ],
  [
    / ERR_SSL_WRONG| speak TLS |^connect received corrupt/,
    "not_tls",
    "it does not speak TLS; are https and the port right?",
  ],
  [/^connect ETIMEDOUT | UND_ERR_CONNECT_TIMEOUT /, "timeout", "no connection in time; try later"],
  [/^connect | FailedToOpenSocket | before secure /],
];

/** Raised later, or perhaps later. An alert about the client's certificate is among them. */
const SENT: readonly Row[] = [
  [/TIMEOUT |imed out/, "timeout", "no answer in time; try later"],
  [/ECONNRESET|_SOCKET|reset by peer|closed (connection|before)|reading a body/, "reset", "it was cut; try again"],
];

/** Node tries each address of a host and reports all of them: one that may have been reached decides. */
function rowOf(error: unknown): Row | undefined {
  const { errors } = Object(error);
  const rows = (Array.isArray(errors) && errors.length > 0 ? errors : [error]).map(rowOfOne);
  return rows.includes(undefined) ? undefined : rows.find((row) => SENT.includes(row!)) ?? rows[0];
}

function rowOfOne(error: unknown): Row | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message, code = "", syscall = "" }: Error & { code?: unknown; syscall?: unknown } = error;
  const [start = "", client] = message.split(": client error ("); // the first one is Deno's own, later ones may be quoted
  const said = client !== undefined && start.startsWith("error sending request ")
    ? client.replace("Connect):", "connect")
    : `${syscall} ${code} ${name}: ${message.split("client error")[0]}`;
  return [...UNSENT, ...SENT].find(([pattern]) => pattern.test(said));
}
