import { assertEquals } from "@std/assert";
import { handwrittenFetch } from "./handwritten.ts";

Deno.test("handwrittenFetch() keeps the caller's headers, refreshes once for all who are refused, and sends again", async () => {
  let refreshes = 0;
  const seen: (string | null)[] = [];
  const fetch = handwrittenFetch((input, init) => {
    const { headers } = new Request(input, init);
    seen.push(headers.get("accept"));
    return Promise.resolve(new Response(null, { status: headers.get("authorization") === "Bearer t2" ? 200 : 401 }));
  }, {
    accessToken: "t1",
    expiresAt: Infinity,
    refresh: () => Promise.resolve({ accessToken: `t${++refreshes + 1}`, expiresAt: Infinity }),
  });
  const headers = { accept: "text/csv" };
  const calls = [fetch("https://api.example/x", { headers }), fetch(new Request("https://api.example/x", { headers }))];
  const answers = await Promise.all(calls);
  assertEquals([answers.map(({ status }) => status), refreshes], [[200, 200], 1]);
  assertEquals(seen, Array(4).fill("text/csv"));
});

Deno.test("handwrittenFetch() refreshes first when its token has expired", async () => {
  const sent: (string | null)[] = [];
  const fetch = handwrittenFetch((input, init) => {
    sent.push(new Request(input, init).headers.get("authorization"));
    return Promise.resolve(new Response(null));
  }, {
    accessToken: "t1",
    expiresAt: 0,
    refresh: () => Promise.resolve({ accessToken: "t2", expiresAt: Infinity }),
  });
  await fetch("https://api.example/x");
  assertEquals(sent, ["Bearer t2"]);
});
