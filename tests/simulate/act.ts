import { SessionError } from "@xsignals/session";
import { startCall } from "./calls.ts";
import { newStore, type Process } from "./process.ts";
import type { Step } from "./scenario.ts";
import { USER } from "./server.ts";
import { Violation } from "./stage.ts";
import { kill, startProcess } from "./start.ts";
import type { World } from "./world.ts";

export async function act(world: World, step: Step): Promise<void> {
  const { stage, slots, server } = world;
  const slot = "at" in step ? step.at % slots.length : 0;
  const process = slots[slot]!;
  switch (step.do) {
    case "call":
      for (let times = 0; times < step.times; times++) {
        startCall(world, process, step.kind);
        if (step.every === 0) continue;
        await stage.rest();
        await stage.pause(step.every);
      }
      return;
    case "abort":
      return await abort(world, step.which);
    case "rest":
      await stage.rest();
      return await stage.pause(step.ms);
    case "pause":
      return await stage.pause(step.ms);
    case "jump":
      stage.note(`${process.name}'s clock jumps by ${step.ms / 1000} s`);
      process.skew += step.ms;
      process.skews.add(process.skew);
      return;
    case "new password":
      return newPassword(world, step.isTold);
    case "fault":
      stage.note(`from now on: ${Object.values(step).slice(2).join(", ")}`);
      return server.strike(step);
    case "revoke":
      stage.note(`the server takes back all ${step.what}`);
      if (step.what === "access tokens") return server.emulator.revokeAccessTokens();
      return server.emulator.revokeRefreshTokens();
    case "store fails":
      stage.note(`${process.store.name}: ${step.operation} fails ${step.times} times`);
      process.store[step.operation === "read" ? "failingReads" : "failingWrites"] = step.times;
      process.store.writesAnyway = step.operation === "write that is made";
      return;
    case "store works":
      return repairStores(world);
    case "logout":
      if (!process.loggedOut) logOut(world, process);
      return;
    case "change password":
      return await changePassword(world, process);
    case "restart":
      return await restart(world, slot, step.how);
  }
}

export function repairStores({ slots }: World): void {
  for (const { store } of slots) Object.assign(store, { failingReads: 0, failingWrites: 0 });
}

export function logOut(world: World, process: Process): void {
  startCall(world, process, "logout", () => process.session.logout());
  process.loggedOut = true;
}

async function abort({ calls, stage }: World, which: number): Promise<void> {
  const waiting = calls.filter(({ ended, process, kind }) =>
    !ended && !process.dead && kind !== "logout" && kind !== "change password" && kind !== "close"
  );
  const call = waiting[which % waiting.length];
  if (!call) return;
  stage.note(`${call.process.name} ${call.name} is aborted`);
  call.signal.abort(new Error("the caller has had enough"));
  await stage.settle();
  if (!call.ended) throw new Violation("an abort ends the caller's waiting at once", `not that of ${call.name}`);
}

async function restart(world: World, slot: number, how: "killed" | "closed"): Promise<void> {
  const { stage, slots, scenario, vault, server, seeds } = world;
  const old = slots[slot]!;
  if (how === "killed") {
    stage.note(`${old.name} is killed`);
    kill(world, old);
    vault.password = await server.passwordInForce(world.passwords);
  } else {
    const closing = () =>
      old.session[Symbol.asyncDispose]().finally(() => stage.turn("exit").then(() => kill(world, old)));
    startCall(world, old, "close", closing);
  }
  const isFresh = scenario.store === "private" && seeds.length === 0;
  const store = isFresh ? newStore(`store of s${world.processes.length}`) : old.store;
  slots[slot] = startProcess(world, store, seeds[slot], scenario.sessions[slot]!);
}

/** Somebody else sets the password, which ends all sessions; the secret manager may learn of it. */
function newPassword({ stage, facts, vault, passwords, processes, server }: World, isTold: boolean): void {
  if (processes.some(({ changing, dead }) => changing && !dead)) return; // which the change should report nobody could say
  stage.note(`somebody sets a new password${isTold ? "" : ", and tells nobody"}`);
  const next = `a new password, number ${passwords.length}`;
  facts.secrets.set(next, `P${passwords.length}`);
  passwords.push(next);
  server.emulator.setPassword(USER, next);
  server.emulator.revokeAccessTokens();
  server.emulator.revokeRefreshTokens();
  if (isTold) vault.password = next;
}

/** Lets a session change the password; the secret manager and the process learn how it ended, and so do the rules. */
async function changePassword(world: World, process: Process): Promise<void> {
  const { stage, facts, vault, passwords, processes, scenario, server } = world;
  const isChanging = processes.some(({ changing, dead }) => changing && !dead);
  if (isChanging || !scenario.strategy.startsWith("login")) return;
  const before = await server.passwordInForce(passwords);
  const next = `a new password, number ${passwords.length}`;
  facts.secrets.set(next, `P${passwords.length}`);
  passwords.push(next);

  async function check(expected: string, because: string): Promise<void> {
    const inForce = await server.passwordInForce(passwords);
    if (inForce === expected) return;
    const how = `${because}, and ${facts.nameOf(inForce)} is in force`;
    stage.fail(new Violation("what a password change says is so", how));
  }

  startCall(world, process, "change password", async () => {
    process.changing = true;
    process.changedTo = next;
    try {
      await process.session.changePassword(next);
      process.password = vault.password = next;
      await check(next, "the change was reported");
    } catch (error) {
      const isUnknown = error instanceof SessionError && error.code === "outcome_unknown";
      if (!isUnknown) await check(before, "the change was refused");
      throw error;
    } finally {
      process.changing = false;
      vault.password = await server.passwordInForce(passwords); // after an unknown outcome a person finds out
    }
  });
}
