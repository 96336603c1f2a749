import { assertEquals, assertRejects } from "@std/assert";
import { formDecode, readForm } from "./form.ts";
import { OAuthError } from "./oauth_error.ts";

const TYPE = "application/x-www-form-urlencoded";

function post(body: BodyInit | null, contentType: string | undefined = TYPE, query = ""): Request {
  const request = new Request(`http://localhost/token${query}`, { method: "POST", body });
  request.headers.delete("content-type");
  if (contentType !== undefined) request.headers.set("content-type", contentType);
  return request;
}

async function refusal(request: Request): Promise<OAuthError> {
  return await assertRejects(() => readForm(request), OAuthError);
}

Deno.test("readForm() reads the known parameters and undoes their encoding", async () => {
  const form = await readForm(
    post("grant_type=client_credentials&client_id=a+b%2Bc&client_secret=%C3%A9%E2%82%AC%26%3D"),
  );

  assertEquals(Object.fromEntries(form), {
    grant_type: "client_credentials",
    client_id: "a b+c",
    client_secret: "é€&=",
  });
});

Deno.test("readForm() takes the content type in every spelling", async () => {
  for (const type of [TYPE, TYPE.toUpperCase(), `${TYPE};charset=UTF-8`, `${TYPE} ; charset="utf-8"`, ` ${TYPE}`]) {
    assertEquals((await readForm(post("scope=a", type))).get("scope"), "a", type);
  }
});

Deno.test("readForm() takes an empty parameter for omitted and ignores unknown ones, repeated or not", async () => {
  for (
    const body of [
      "",
      "&&",
      "scope=",
      "scope",
      "=",
      "foo=1&foo=2",
      "resource=a&resource=b",
      "SCOPE=a",
      "=a&=b",
      "?scope=a",
    ]
  ) {
    assertEquals((await readForm(post(body))).size, 0, body);
  }
});

Deno.test("readForm() takes a name that every object has for an unknown one", async () => {
  assertEquals((await readForm(post("__proto__=1&constructor=1&toString=1"))).size, 0);
});

Deno.test("readForm() refuses a body that is not a form", async () => {
  const types = [
    undefined,
    "",
    "application/json",
    "text/plain",
    "multipart/form-data; boundary=x",
    `${TYPE}, ${TYPE}`,
  ];
  for (const type of [...types, `${TYPE}x`, "*/*"]) {
    const request = type === undefined ? new Request("http://localhost/token", { method: "POST" }) : post("a=b", type);
    const { status, code, message } = await refusal(request);
    assertEquals([status, code], [400, "invalid_request"], String(type));
    assertEquals(message, `Cannot read the request: its content type must be ${TYPE}`);
  }
});

Deno.test("readForm() refuses a known parameter that is repeated, empty or not", async () => {
  for (const name of ["grant_type", "scope", "client_id", "client_secret"]) {
    for (
      const body of [`${name}=a&${name}=a`, `${name}=&${name}=a`, `${name}&x=1&${name}`, `${name}=a&%${hex(name)}=a`]
    ) {
      const { status, message } = await refusal(post(body));
      assertEquals([status, message], [400, `Cannot read the request: ${name} is there more than once`], body);
    }
  }
});

function hex(name: string): string {
  return name.charCodeAt(0).toString(16) + name.slice(1);
}

Deno.test("readForm() refuses invalid encodings", async () => {
  const bodies = ["scope=%", "scope=%2", "scope=%zz", "scope=%ff", "scope=%C3", "scope=%ED%A0%80", "%=a", "unknown=%"];
  for (const body of bodies) {
    const { status, message } = await refusal(post(body));
    assertEquals([status, message], [400, "Cannot read the request: its body is not form-encoded"], body);
  }
});

Deno.test("readForm() refuses bytes that are not UTF-8, wherever the body is cut into chunks", async () => {
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80]]) {
    const { status } = await refusal(post(Uint8Array.from([115, 61, ...bytes])));
    assertEquals(status, 400);
  }
  const euro = new TextEncoder().encode("scope=€");
  const form = await readForm(post(ReadableStream.from([euro.slice(0, 7), euro.slice(7)])));
  assertEquals(form.get("scope"), "€");
});

Deno.test("readForm() refuses the known parameters in the address, and ignores others there", async () => {
  for (const query of ["?client_secret=s", "?a=1&client_id=c", "?grant_type=x", "?scope", "?client%5Fsecret=s"]) {
    const { status, message } = await refusal(post("", TYPE, query));
    assertEquals(status, 400, query);
    assertEquals(message.endsWith("where logs would keep it: send it in the body"), true);
  }
  assertEquals((await readForm(post("scope=a", TYPE, "?tenant=%zz&"))).get("scope"), "a");
});

Deno.test("readForm() reads 8,192 bytes and refuses more", async () => {
  assertEquals((await readForm(post(`x=${"a".repeat(8_190)}`))).size, 0);
  const { status, code } = await refusal(post(`x=${"a".repeat(8_191)}`));
  assertEquals([status, code], [413, "invalid_request"]);
});

Deno.test("readForm() stops reading a body without end at the limit, and cancels it", async () => {
  for (const headers of [{}, { "content-length": "5", "transfer-encoding": "chunked" }]) {
    let pulled = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        if (pulled > 99) controller.close();
        else controller.enqueue(new Uint8Array(1_024));
      },
      cancel() {
        cancelled = true;
      },
    });
    const request = post(endless);
    for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);

    assertEquals((await refusal(request)).status, 413);
    assertEquals(cancelled, true);
    assertEquals(pulled <= 12, true, `${pulled} chunks were read`);
  }
});

Deno.test("readForm() does not believe a length that is too small", async () => {
  const request = post(ReadableStream.from([new Uint8Array(9_000)]));
  request.headers.set("content-length", "5");

  assertEquals((await refusal(request)).status, 413);
});

Deno.test("readForm() refuses a body that broke off", async () => {
  const broken = new ReadableStream({ start: (controller) => controller.error(new Error("the other side is gone")) });
  const { status, message } = await refusal(post(broken));

  assertEquals([status, message], [400, "Cannot read the request: its body broke off, or is not UTF-8"]);
});

Deno.test("readForm() reads a body of a known length the same way", async () => {
  function known(body: BodyInit, length: number): Request {
    const request = post(body);
    request.headers.set("content-length", String(length));
    return request;
  }

  assertEquals((await readForm(known("scope=%C3%A9", 12))).get("scope"), "é");
  assertEquals((await refusal(known(new Uint8Array([0x73, 0xff]), 2))).status, 400);
  assertEquals((await refusal(known("a".repeat(8_193), 8_193))).status, 413);
});

Deno.test("formDecode() is the inverse of a form's encoding", () => {
  for (const text of ["", "a b", "a+b", "é€😀", "100%", "a:b", "\u0000\n"]) {
    assertEquals(formDecode(new URLSearchParams({ x: text }).toString().slice(2)), text);
  }
  assertEquals(formDecode("%"), undefined);
});
