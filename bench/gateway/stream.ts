import { createEmulator } from "@xsignals/emulator";
import { gatewayCommand, startGateway, TOKEN_REQUEST, USERS } from "../../tests/gateway/program.ts";
import { interleave } from "../interleaved.ts";
import { median } from "../median.ts";
import { startBare } from "./bare.ts";

const SIZE = 2 ** 30;

/**
 * The most processor time beside the bare proxy's: with clients in the environment, in a file, and with the audit. Those in
 * a file can be removed, which ends their downloads: such a body passes through the program, since Deno cannot cut off one
 * that it hands on by itself.
 */
const MOST = { plain: 1.3, "clients in a file": 1.6, audit: 2.5 };

/** Whether the gateway hands on 1 GiB for little more than a bare proxy, in processor seconds. */
export async function stream(rounds: number): Promise<boolean> {
  const emulator = createEmulator({ users: USERS });
  const piece = new Uint8Array(2 ** 20);
  await using stack = new AsyncDisposableStack();
  const upstream = stack.use(
    Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url, headers, method }) => {
      const { pathname } = new URL(url);
      if (pathname.startsWith("/auth/")) {
        return emulator.fetch(`https://api.xsignals.xpansiv.com${pathname}`, { headers, method });
      }
      let left = SIZE;
      const body = new ReadableStream({
        pull(controller) {
          if ((left -= piece.length) < 0) controller.close();
          else controller.enqueue(piece);
        },
      });
      return new Response(body, { headers: { "content-length": String(SIZE) } });
    }),
  );
  const api = `http://127.0.0.1:${upstream.addr.port}`;
  const bare = stack.use(await startBare({}, {}, api));
  const file = await Deno.makeTempFile();
  stack.defer(() => Deno.remove(file));
  const [id, ...hashes] = gatewayCommand(api).env.GATEWAY_CLIENTS!.split(":");
  await Deno.writeTextFile(file, JSON.stringify({ clients: [{ id, hashes }] }));
  const variables: Record<string, string>[] = [{}, { GATEWAY_CLIENTS_FILE: file }, { GATEWAY_AUDIT: "true" }];
  const gateways = await Promise.all(variables.map((env) => startGateway(api, env, { permissions: ["-A"] })));
  const load = [bare, ...gateways.map((gateway) => stack.use(gateway))].map((program) => async () => {
    const { access_token: token } = await (await fetch(`${program.origin}/token`, TOKEN_REQUEST)).json();
    const before = program.cpuMs();
    const args = ["-sSfo", "/dev/null", "-w", "%{size_download}", "-H", `Authorization: Bearer ${token}`];
    const { stdout } = await new Deno.Command("curl", { args: [...args, `${program.origin}/api/file/1/x`] }).output();
    if (new TextDecoder().decode(stdout) !== String(SIZE)) throw new Error("Cannot measure: a download broke off");
    return program.cpuMs() - before;
  });
  const [theirs = [], ...ours] = await interleave(rounds, load, 1);
  return Object.entries(MOST).map(([name, most], index) => {
    const ratio = median(ours[index]!.map((own, round) => own / theirs[round]!));
    const seconds = (times: readonly number[]) => (median(times) / 1_000).toFixed(2);
    console.log(
      `${ratio <= most ? "ok  " : "FAIL"} 1 GiB, ${name}: ${seconds(ours[index]!)} s of processor, bare ` +
        `${seconds(theirs)} s: ${ratio.toFixed(2)} times, ${most} at most`,
    );
    return ratio <= most;
  }).every((isGood) => isGood);
}
