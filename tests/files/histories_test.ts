import { assert, assertEquals } from "@std/assert";
import { byArrivals, byFiles, byUsualLoop, play, playInPeace } from "./histories.ts";

const seed = 1; // others: deno task simulate:files

Deno.test("files() misses no file and gives none twice in 100 random histories (6.3, 1)", async () => {
  assertEquals(await play(100, seed, byFiles), { histories: 100, missed: 0, twice: 0, unstable: 0 }, `seed ${seed}`);
});

Deno.test("arrivals() misses no file and gives none twice in 50 random histories (6.3, 12)", async () => {
  assertEquals(await play(25, seed, byArrivals), { histories: 25, missed: 0, twice: 0, unstable: 0 }, `seed ${seed}`);
});

Deno.test("play() catches the usual loop", async () => {
  const { missed, twice } = await play(100, 1, byUsualLoop);
  assert(missed > 10 && twice > 5, `${missed} missed, ${twice} twice`);
});

Deno.test("files() needs as many requests in peace as there are pages", async () => {
  const { requests, pages } = await playInPeace(5, seed);
  assertEquals(requests, pages, `seed ${seed}`);
});
