/**
 * Servers that fail, each in its own way, and what a session should say about each.
 *
 * @module
 */
import { http, type RawServer, rawServer } from "../system/raw_server.ts";
import { MARK, PASSWORD } from "../system/secrets.ts";
import type { FailTask } from "./program/failures.ts";
import { UNKNOWN } from "./runtimes.ts";
import { nowhere } from "./servers.ts";

const CERTIFICATES = new URL("certificates/", import.meta.url); // see make.sh there
const AUTHORITY = new URL("authority.pem", CERTIFICATES).pathname;

/** Makes a runtime trust the authority of the certificates. */
export const TRUST = { DENO_CERT: AUTHORITY, NODE_EXTRA_CA_CERTS: AUTHORITY } as const;

/** What sessions hold, and a path whose query is a secret, too. */
export const HELD = {
  do: "fail",
  user: { username: `${MARK}user`, password: PASSWORD },
  tokens: { accessToken: `${MARK}access`, refreshToken: `${MARK}refresh`, expiresAt: 1 },
  path: `/file/group?code=${MARK}query`,
} as const satisfies Partial<FailTask>;

/** The answer to a login, to a refresh and to a call of the API. */
export const ANSWER = JSON.stringify({ token: "a", refreshToken: "b" });

/** What a `SessionError` should have: the reason, whether it may pass, whether it may have been sent, and its last words. */
type Said = readonly [reason: string, retryable: boolean, maybeSent: boolean, why: string];

const AUTHORITY_WORDS = "its certificate is of an unknown authority; if you trust it, name its file in DENO_CERT or ";
const unknownAuthority: Said = ["tls", false, false, `${AUTHORITY_WORDS}NODE_EXTRA_CA_CERTS`];
const cut: Said = ["reset", true, true, "it was cut; try again"];
const refused: Said = ["refused", true, false, "nothing listens there; is the address right?"];
const NAME_WORDS = "the name is not known; is it right, and is there a network?";

/** By the server's name. */
export const SAID: Readonly<Record<string, Said>> = {
  unknownName: ["name_not_found", true, false, NAME_WORDS],
  refused,
  refusedTls: refused,
  selfSigned: unknownAuthority,
  ofUnknown: unknownAuthority,
  expired: ["tls", false, false, "its certificate is expired; tell whoever runs it"],
  otherName: ["tls", false, false, "its certificate is for another name; is the address right?"],
  notTls: ["not_tls", false, false, "it does not speak TLS; are https and the port right?"],
  closed: cut,
  reset: cut,
  silent: ["timeout", true, true, "no answer within 300 ms; try later"],
  forbidden: ["not_permitted", false, false, "run the program with --allow-net=127.0.0.2"],
};

/** Opens all of them but `forbidden`, and `good`, whose certificate is. */
export async function openFailing(
  stack: AsyncDisposableStack,
): Promise<Record<string, { origin: string } & Partial<RawServer>>> {
  const read = (name: string) => Deno.readTextFile(new URL(`${name}.pem`, CERTIFICATES));
  const answer = () => ({ write: http(200, ANSWER) });
  const secure = async (name: string) =>
    stack.use(rawServer(answer, undefined, { key: await read("key"), cert: await read(name) }));
  const plain = stack.use(rawServer(() => ({}), { write: http(400), then: "drop" }));
  const gone = await nowhere();
  return {
    unknownName: { origin: `https://${UNKNOWN}` },
    refused: { origin: gone },
    refusedTls: { origin: gone.replace("http", "https") },
    selfSigned: await secure("self_signed"),
    ofUnknown: await secure("of_unknown"),
    expired: await secure("expired"),
    otherName: await secure("other_name"),
    notTls: { origin: plain.origin.replace("http", "https") },
    closed: stack.use(rawServer(() => ({ then: "drop" }))),
    reset: stack.use(rawServer(() => ({}), { then: "reset" })),
    silent: stack.use(rawServer(() => ({ then: "stall" }))),
    good: await secure("good"),
  };
}
