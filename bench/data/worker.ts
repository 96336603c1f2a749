/** One way to get files, in a process of its own: prints seconds, processor seconds and the most memory in MB. */
import { createData } from "@xsignals/data";
import { saveFile, syncGroup } from "@xsignals/data/disk";
import { createSession, login } from "@xsignals/session";
import { cpuUsage } from "node:process";

const [way = "", baseUrl = "", folder = ""] = Deno.args;
const session = createSession({ strategy: login({ username: "login", password: "password" }), baseUrl });
const data = createData(session);
const file = await data.file("f0");
const [startedAt, before] = [performance.now(), cpuUsage()];
if (way === "save") await saveFile(data, file, { folder });
if (way === "sync") await syncGroup(data, file.groupName, { folder });
if (way === "loop") { // the least that fetches the same files, four at a time
  const files = (await Array.fromAsync(data.files(file.groupName))).values();
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (const { fid } of files) {
      const response = await session.fetch(`/file/${fid}/download`);
      await Deno.writeFile(`${folder}/${fid}`, response.body!);
    }
  }));
}
if (way === "pipeTo") {
  const target = await Deno.open(`${folder}/bare`, { write: true, create: true });
  await (await session.fetch("/file/f0/download")).body?.pipeTo(target.writable);
}
const { user, system } = cpuUsage(before);
const [, most = "0"] = /VmHWM:\s+(\d+)/.exec(await Deno.readTextFile("/proc/self/status").catch(() => "")) ?? [];
console.log(JSON.stringify({
  seconds: (performance.now() - startedAt) / 1000,
  processor: (user + system) / 1e6,
  memory: Number(most) / 1000,
}));
Deno.exit();
