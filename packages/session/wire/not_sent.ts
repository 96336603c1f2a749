/**
 * Whether a failed `fetch` is known to have sent nothing, because it failed before it had a connection.
 *
 * Each runtime says so in its own way. An unknown error counts as sent, because a refresh token that may have reached the
 * server must not be sent again. Do not ask about a request that the runtime repeats by itself, such as one with a string
 * as its body in Deno: an earlier copy may have arrived.
 *
 * @param error What `fetch` rejected with.
 */
export function notSent(error: unknown): boolean {
  return error instanceof Error && [error, error.cause].some(isConnect);
}

function isConnect(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { errors }: Error & { errors?: unknown } = error;
  // Node tries each address of a host and reports all of them.
  return Array.isArray(errors) && errors.length > 0 ? errors.every(hasMark) : hasMark(error);
}

/** Error codes raised before a connection exists (POSIX, Node, Node TLS against a plain-text port, Bun). */
const CODES: readonly unknown[] = [
  "ECONNREFUSED",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ConnectionRefused",
  "FailedToOpenSocket",
];

/** Node's and Bun's codes of a server certificate that is not trusted. An alert about the client's may come later. */
const CERTIFICATE = /^(CERT_|DEPTH_ZERO_SELF_|ERR_TLS_CERT_|SELF_SIGNED_CERT_|UNABLE_TO_(GET|VERIFY)_)/;

function hasMark(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, message, code, syscall }: Error & { code?: unknown; syscall?: unknown } = error;
  if (syscall === "connect" || syscall === "getaddrinfo" || CODES.includes(code)) return true;
  if (typeof code === "string" && CERTIFICATE.test(code)) return true;
  // Deno only says it in its message. The first of these words is its own, later ones may be the server's.
  if (/^error sending request .*?: client error \((\w+)\)/.exec(message)?.[1] === "Connect") return true;
  if (name === "NotCapable") return message.startsWith("Requires net access");
  // Node and Bun only say in their messages that a TLS handshake failed.
  return /^(Client network socket disconnected before secure|EPROTO: The TLS handshake failed)/.test(message);
}
