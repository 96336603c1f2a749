import { assertEquals } from "@std/assert";
import { createVerifier } from "fast-jwt";
import { jwtVerify } from "jose";
import { Buffer } from "node:buffer";
import { hs256Signer } from "./hs256.ts";

Deno.test("hs256Signer() signs what two libraries read", async () => {
  const key = new Uint8Array(32).fill(7);
  const claims = { sub: 'ä\u2028"', iat: 1_800_000_000, exp: 1_900_000_000 };
  const token = hs256Signer(key)(claims);

  assertEquals(createVerifier({ key: Buffer.from(key), algorithms: ["HS256"], ignoreExpiration: true })(token), claims);
  const { payload, protectedHeader } = await jwtVerify(token, key, { currentDate: new Date(1_850_000_000_000) });
  assertEquals([payload, protectedHeader], [claims, { alg: "HS256", typ: "JWT" }]);
});
