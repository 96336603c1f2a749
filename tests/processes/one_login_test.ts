import { assertEquals } from "@std/assert";
import { startCrew, sumCalls } from "./crew.ts";
import { testEachPlace } from "./each_place.ts";
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
  assertEquals(sumCalls(all), { answered: 1_600, failures: [] });
  assertEquals([upstream.logins(), upstream.refreshes()], [1, { good: 3, refused: 0 }]);
});
