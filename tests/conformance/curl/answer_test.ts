import { assertEquals, assertThrows } from "@std/assert";
import { expectAnswer, parseAnswer } from "./answer.ts";

const printed =
  'HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: Application/JSON; charset=utf-8\r\n\r\n{"token":"a\\r\\n\\r\\nb"}';

Deno.test("parseAnswer() takes apart what curl prints", () => {
  assertEquals(parseAnswer(printed), { status: 200, type: "application/json", body: '{"token":"a\\r\\n\\r\\nb"}' });
  assertEquals(parseAnswer("HTTP/2 204 \r\n\r\n"), { status: 204, type: "", body: "" });
  for (const text of ["", "curl: (7)", "HTTP/1.1 200 OK\r\n"]) assertThrows(() => parseAnswer(text), Error);
});

Deno.test("expectAnswer() hands back the members of an answer that is as expected", () => {
  const answer = { status: 200, type: "application/json", body: '{"token":"a","expires_in":1}' };

  assertEquals(expectAnswer(answer, { status: 200, members: { token: "string", expires_in: "number" } }), {
    token: "a",
    expires_in: 1,
  });
  assertEquals(expectAnswer({ status: 200, type: "", body: "" }, { status: 200 }), {});
});

Deno.test("expectAnswer() tells a status, a content type, a name and a type that are not as expected", () => {
  const pair = { status: 200, members: { token: "string", refreshToken: "string" } } as const;
  const differences = (status: number, type: string, body: string) =>
    assertThrows(() => expectAnswer({ status, type, body }, pair), Error).message;

  assertEquals(
    differences(201, "application/json", '{"token":"a","refreshToken":"b"}'),
    "status 201, not 200",
  );
  assertEquals(
    differences(200, "text/plain", '{"token":"a","refreshToken":"b"}'),
    'content type "text/plain", not "application/json"',
  );
  assertEquals(
    differences(200, "application/json", '{"token":1,"refresh_token":"b"}'),
    "token is a number, not a string; refreshToken is absent, not a string; refresh_token is a string, not absent",
  );
  assertEquals(
    differences(200, "application/json", "oops"),
    "token is absent, not a string; refreshToken is absent, not a string",
  );
});
