import { freshPlace, type Place, type PlaceKind } from "./place.ts";

/** Registers a test for every kind of place; Postgres where `POSTGRES_URL` says that there is one. */
export function testEachPlace(name: string, test: (place: Place) => Promise<void>): void {
  const postgres = Deno.env.get("POSTGRES_URL");
  const kinds: PlaceKind[] = ["file", "kv", "postgres"];
  for (const kind of kinds) {
    Deno.test({
      name: `${name}: ${kind}`,
      ignore: kind === "postgres" && postgres === undefined,
      async fn() {
        await using fresh = await freshPlace(kind, postgres);
        await test(fresh.place);
      },
    });
  }
}
