import { SessionError } from "@xsignals/session";
import { startCall } from "./calls.ts";
import type { Process } from "./process.ts";
import { USER } from "./server.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** Lets a session change the password; the secret manager and the process learn how it ended, and so do the rules. */
export async function changePassword(world: World, process: Process): Promise<void> {
  const { facts, vault, passwords } = world;
  const before = await passwordInForce(world);
  const next = `a new password, number ${passwords.length}`;
  facts.secret(next, `P${passwords.length}`);
  passwords.push(next);
  startCall(world, process, "change password", async () => {
    process.changing = true;
    try {
      await process.session.changePassword(next);
      process.password = vault.password = next;
      await checkPassword(world, next, "the change was reported");
    } catch (error) {
      const isUnknown = error instanceof SessionError && error.code === "outcome_unknown";
      if (!isUnknown) await checkPassword(world, before, "the change was refused");
      throw error;
    } finally {
      process.changing = false;
      vault.password = await passwordInForce(world); // after an unknown outcome a person finds out
    }
  });
}

/** The password that the server takes: the truth, whatever anybody believes. */
export async function passwordInForce({ server, passwords }: World): Promise<string> {
  for (const password of [...passwords].reverse()) {
    const answer = await server.emulator.fetch("https://api.xsignals.xpansiv.com/file/search?size=1", {
      headers: { authorization: `Basic ${btoa(`${USER}:${password}`)}` },
    });
    await answer.body?.cancel();
    if (answer.status === 200) return password;
  }
  throw new Violation("one password is in force", "none of those that were ever sent");
}

async function checkPassword(world: World, expected: string, because: string): Promise<void> {
  const inForce = await passwordInForce(world);
  if (inForce === expected) return;
  const { nameOf } = world.facts;
  world.stage.fail(
    new Violation("what a password change says is so", `${because}, and ${nameOf(inForce)} is in force`),
  );
}
