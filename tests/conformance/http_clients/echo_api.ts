import { createEmulator } from "@xsignals/emulator";

/** What `/echo` answers: what it was sent, with a header of the caller's own. */
export interface Echo {
  readonly method: string;
  readonly type: string | null;
  readonly mark: string | null;
  readonly body: string;
}

/** The bytes that `/large` answers in pieces. */
export const LARGE = 4 * 1024 * 1024;

/**
 * Opens the API, on loopback, with places that the real one has not, behind the same tokens.
 *
 * `/echo` answers what it was sent, `/large` many bytes, `/slow` nothing before the end; all else is the
 * emulator's.
 */
export function openEchoApi() {
  const emulator = createEmulator({ users: { login: "password" }, assumptions: { unknownPath: 307 } });
  const stopped = Promise.withResolvers<void>();
  const places: Readonly<Record<string, (request: Request) => Promise<Response>>> = {
    "/echo": echo,
    "/large": () => Promise.resolve(new Response(large(), { headers: { "content-length": String(LARGE) } })),
    "/slow": () => stopped.promise.then(() => new Response()),
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const place = places[new URL(request.url).pathname];
    if (!place) return await emulator.handle("api", request);
    // The emulator is asked whether the credential is good; its refusal is the answer where it is not.
    const authorization = request.headers.get("authorization") ?? "";
    const asked = new Request(new URL("/file/group?size=1", request.url), { headers: { authorization } });
    const answer = await emulator.handle("api", asked);
    if (!answer.ok) return answer;
    await answer.body?.cancel();
    return await place(request);
  });
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    emulator,
    async stop() {
      stopped.resolve();
      await server.shutdown();
    },
  };
}

async function echo(request: Request): Promise<Response> {
  const { method, headers } = request;
  const body = await request.text();
  return Response.json({ method, type: headers.get("content-type"), mark: headers.get("x-mark"), body } satisfies Echo);
}

function large(): ReadableStream<Uint8Array> {
  const piece = new Uint8Array(64 * 1024).map((_, index) => index % 251);
  return ReadableStream.from(Array.from({ length: LARGE / piece.length }, () => piece));
}
