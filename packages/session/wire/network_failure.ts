// What a failed `fetch` means: why there is no answer, what to do, and whether the request left this machine.
import { describeError, type FailureReason } from "../errors.ts";

/** Why a call got no answer. */
export interface NetworkFailure {
  readonly reason?: FailureReason;
  /** The state, and what to do. */
  readonly why: string;
  readonly sent?: false;
}

/** Each runtime says it in words or in a code of its own. The first that fits counts. */
const REASONS: readonly (readonly [pattern: RegExp, reason: FailureReason, why: string])[] = [
  [
    /^(NotCapable|PermissionDenied) Requires net access|ERR_ACCESS_DENIED/m,
    "not_permitted",
    "run the program with --allow-net=",
  ],
  [/dns error|ENOTFOUND|EAI_AGAIN/, "name_not_found", "the name is not known; is it right, and is there a network?"],
  [/ECONNREFUSED|ConnectionRefused|Connection refused/, "refused", "nothing listens there; is the address right?"],
  [/not valid yet|NotValidYet|CERT_NOT_YET/, "tls", "its certificate is not valid yet; is this machine's clock right?"],
  [/certificate expired|CERT_HAS_EXPIRED/, "tls", "its certificate is expired; tell whoever runs it"],
  [/not valid for name|ALTNAME/, "tls", "its certificate is for another name; is the address right?"],
  [
    /peer certificate|CERT_|_CERT|UNABLE_TO_(GET|VERIFY)_/,
    "tls",
    "its certificate is of an unknown authority; if you trust it, name its file in DENO_CERT or NODE_EXTRA_CA_CERTS",
  ],
  [/InvalidContentType|WRONG_VERSION|EPROTO/, "not_tls", "it does not speak TLS; is https right, and the port?"],
  [/ETIMEDOUT|TIMEOUT|timed out/, "timeout", "no connection in time; try later"],
  [
    /ECONNRESET|UND_ERR_SOCKET|reset by peer|closed (connection|before)|handshake eof|reading a body/,
    "reset",
    "the connection was cut; try again",
  ],
];

/** Explains the error of a `fetch` to that host. Of the error's own text, which may quote a secret, nothing is shown. */
export function explainFailure(error: unknown, host: string): NetworkFailure {
  const { cause } = Object(error);
  const text = [error, cause].map((one) => {
    const { name, code, message, errors } = Object(one);
    return `${name} ${message} ${code} ${Array.isArray(errors) ? errors.map((each) => Object(each).code) : ""}`;
  }).join("\n").replace(/https?:\S*/g, ""); // an address may have any of the words in it
  const [, reason, why] = REASONS.find(([pattern]) => pattern.test(text)) ?? [];
  const sent = notSent(error) ? { sent: false as const } : {};
  if (!reason) return { why: `the connection failed (${describeError(error)})`, ...sent };
  return { reason, why: reason === "not_permitted" ? why + host : why!, ...sent };
}

/**
 * Whether a failed `fetch` is known to have sent nothing, because it failed before it had a connection.
 *
 * Each runtime says so in its own way. An unknown error counts as sent, because a refresh token that may have reached the
 * server must not be sent again. Do not ask about a request that the runtime repeats by itself, such as one with a string
 * as its body in Deno: an earlier copy may have arrived.
 */
export function notSent(error: unknown): boolean {
  return error instanceof Error && [error, error.cause].some(isConnect);
}

function isConnect(error: unknown): boolean {
  const { errors } = Object(error);
  // Node tries each address of a host and reports all of them.
  return Array.isArray(errors) && errors.length > 0 ? errors.every(hasMark) : hasMark(error);
}

/** Error codes raised before a connection exists (POSIX, Node, Node TLS against a plain-text port, Bun). */
const CODES =
  /^(ECONNREFUSED|UND_ERR_CONNECT_TIMEOUT|ERR_SSL_WRONG_VERSION_NUMBER|ConnectionRefused|FailedToOpenSocket)$/;

/** Node's and Bun's codes of a server certificate that is not trusted. An alert about the client's may come later. */
const CERTIFICATE = /^(CERT_|DEPTH_ZERO_SELF_|ERR_TLS_CERT_|SELF_SIGNED_CERT_|UNABLE_TO_(GET|VERIFY)_)/;

/** What Node and Bun say in their messages alone: a TLS handshake failed. */
const HANDSHAKE = /^(Client network socket disconnected before secure|EPROTO: The TLS handshake failed)/;

function hasMark(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, message, code = "", syscall = "" }: Error & { code?: unknown; syscall?: unknown } = error;
  const [start, client = ""] = message.split(": client error ("); // the first one is Deno's own, later ones may be quoted
  return CODES.test(String(code)) || CERTIFICATE.test(String(code)) || HANDSHAKE.test(message) ||
    syscall === "connect" || syscall === "getaddrinfo" ||
    (/^error sending request /.test(start!) && client.startsWith("Connect)")) ||
    (name === "NotCapable" && message.startsWith("Requires net access"));
}
