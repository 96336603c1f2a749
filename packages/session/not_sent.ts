/**
 * Whether a failed `fetch` is known to have sent nothing: it failed before its connection stood.
 *
 * Every runtime tells it in its own way, and what is not recognised counts as sent: a refresh token that may have reached
 * the server is not to be sent again. Not to be asked of a request that the runtime repeats by itself, such as one whose
 * body is a string under Deno: an earlier copy may have arrived.
 *
 * @param error What `fetch` rejected with.
 */
export function notSent(error: unknown): boolean {
  return error instanceof Error && [error, error.cause].some(isConnect);
}

function isConnect(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { errors }: Error & { errors?: unknown } = error;
  // Node tries each address of a host, and tells of all of them.
  return Array.isArray(errors) && errors.length > 0 ? errors.every(hasMark) : hasMark(error);
}

/** Codes of what comes before a connection: of every system, of Node, of its TLS with a port that speaks none, of Bun twice. */
const CODES: readonly unknown[] = [
  "ECONNREFUSED",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ConnectionRefused",
  "FailedToOpenSocket",
];

/** Node's and Bun's codes of a certificate that is not trusted; an alert about the client's own may come after a request. */
const CERTIFICATE = /^(CERT_|DEPTH_ZERO_SELF_|ERR_TLS_CERT_|SELF_SIGNED_CERT_|UNABLE_TO_(GET|VERIFY)_)/;

function hasMark(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, message, code, syscall }: Error & { code?: unknown; syscall?: unknown } = error;
  if (syscall === "connect" || syscall === "getaddrinfo" || CODES.includes(code)) return true;
  if (typeof code === "string" && CERTIFICATE.test(code)) return true;
  // Deno says it in its message only; the first of these words are its own, later ones may be the server's.
  if (/^error sending request .*?: client error \((\w+)\)/.exec(message)?.[1] === "Connect") return true;
  if (name === "NotCapable") return message.startsWith("Requires net access");
  // So do Node and Bun of a TLS handshake that came to nothing.
  return /^(Client network socket disconnected before secure|EPROTO: The TLS handshake failed)/.test(message);
}
