import { bearer, createSession, type FetchLike } from "@xsignals/session";
import type { Upstream } from "./control.ts";

function form(): FormData {
  const data = new FormData();
  data.set("name", "Grüße");
  data.set("file", new Blob(["content"], { type: "text/csv" }), "file.csv");
  return data;
}

const BODIES: Readonly<Record<string, () => NonNullable<RequestInit["body"]>>> = {
  text: () => "Grüße",
  blob: () => new Blob(["{}"], { type: "application/json" }),
  parameters: () => new URLSearchParams({ name: "Grüße" }),
  form,
  bytes: () => new Uint8Array([0, 255, 128]),
  stream: () => new Blob(["a stream"]).stream(),
};

/** The kinds of bodies that a session sends otherwise than the platform's own fetch does; there should be none. */
export async function differingBodies({ control }: Upstream): Promise<string[]> {
  const session = createSession({ strategy: bearer("token"), baseUrl: control });
  const address = `${control}/echo`;
  const differing: string[] = [];
  for (const [name, body] of Object.entries(BODIES)) {
    const init = (): RequestInit & { duplex: "half" } => ({ method: "POST", body: body(), duplex: "half" });
    /** What the server says that it got, with the boundary of a form made the same. */
    const echoes = async (send: FetchLike) => {
      const texts = [await send(address, init()), await send(new Request(address, init()))].map((one) => one.text());
      return (await Promise.all(texts)).map((text) => {
        const boundary = /boundary=([^\s";]+)/.exec(text)?.[1];
        return boundary === undefined ? text : text.replaceAll(boundary, "BOUNDARY");
      });
    };
    const [ours, own] = [String(await echoes(session.fetch)), String(await echoes(fetch))];
    if (ours !== own) differing.push(`${name}: ${ours} instead of ${own}`);
  }
  return differing;
}
