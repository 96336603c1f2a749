import { assertEquals } from "@std/assert";
import { startCrew, startMember, sumCalls } from "./crew.ts";
import { testEachPlace } from "./place.ts";
import { startUpstream, USER } from "./upstream.ts";

const HOUR = 3_600_000;

testEachPlace("eight processes need one login and a refresh per expiry (public bug 1)", async (place) => {
  await using upstream = await startUpstream();
  await using crew = await startCrew(8, { place, baseUrl: upstream.api, ...USER });
  const all = [];
  for (let lifetime = 0; lifetime <= 3; lifetime++) {
    if (lifetime > 0) {
      upstream.advance(HOUR);
      await crew.order({ do: "advance", ms: HOUR });
    }
    all.push(...await crew.order({ do: "call", times: 50, together: 5 }));
  }
  assertEquals(sumCalls(...all), { answered: 1_600, failures: [] });
  assertEquals([upstream.logins(), upstream.refreshes()], [1, { good: 3, refused: 0 }]);
});

testEachPlace("eight processes try a wrong password once, and the right one at once (public bug 55)", async (place) => {
  await using upstream = await startUpstream();
  await using crew = await startCrew(8, { place, baseUrl: upstream.api, ...USER, password: "another password" });
  const { answered, failures } = sumCalls(...await crew.order({ do: "call", times: 3 }));
  const codes = new Set(failures.map((failure) => failure.split(":")[0]));
  assertEquals([answered, failures.length, codes], [0, 24, new Set(["credentials_rejected"])]);
  assertEquals(upstream.emulator.count({ operation: "authLogin" }), 1);

  await using right = await startMember({ place, baseUrl: upstream.api, ...USER });
  assertEquals(sumCalls(await right.order({ do: "call", times: 3 })), { answered: 3, failures: [] });
  assertEquals(upstream.emulator.count({ operation: "authLogin" }), 2);
});
