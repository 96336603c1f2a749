import { assertEquals } from "@std/assert";
import { SUBJECTS } from "./catalogue.ts";
import { choose } from "./choose.ts";
import { tokenServers } from "./token_servers.ts";

Deno.test("choose() takes everything, or what is named with what that is compared with", () => {
  const files = (...names: string[]) => choose(names)?.subjects.map(({ file }) => file);
  const servers = (...names: string[]) => choose(names)?.servers.map(({ id }) => id);
  assertEquals(files(), SUBJECTS.map(({ file }) => file));
  assertEquals(servers(), tokenServers().map(({ id }) => id));
  assertEquals([files("axios"), servers("axios")], [["bare", "axios"], []]);
  assertEquals([files("token-app"), servers("token-app")], [[], ["hono", "token-app"]]);
  assertEquals(choose(["axios", "nobody"]), undefined);
});
