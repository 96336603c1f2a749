import { assertEquals } from "@std/assert";
import { startCrew, startMember, sumCalls } from "./crew.ts";
import { testEachPlace } from "./each_place.ts";
import { startUpstream, USER } from "./upstream.ts";

testEachPlace("eight processes try a wrong password once, and the right one at once (public bug 55)", async (place) => {
  await using upstream = await startUpstream();
  const { username } = USER;
  const wrong = { place, baseUrl: upstream.api, username, password: "another password" };
  await using crew = await startCrew(8, wrong);
  const { answered, failures } = sumCalls(await crew.order({ do: "call", times: 3 }));
  const codes = new Set(failures.map((failure) => failure.split(":")[0]));
  assertEquals([answered, failures.length, codes], [0, 24, new Set(["credentials_rejected"])]);
  assertEquals(upstream.emulator.count({ operation: "authLogin" }), 1);

  await using right = await startMember({ place, baseUrl: upstream.api, ...USER });
  assertEquals(sumCalls([await right.order({ do: "call", times: 3 })]), { answered: 3, failures: [] });
  assertEquals(upstream.emulator.count({ operation: "authLogin" }), 2);
});
