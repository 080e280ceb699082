/** An image that answers as Ryuk does and prints what it is told, for where Ryuk itself is not to be had. It removes nothing. */

import { askEngine } from "../../supervisor/system/engine.ts";
import { inspectImage } from "../docker/images.ts";

const name = "roadworthy-it/ryuk-stand-in:1";
const answer = "read -r line && echo $line > /proc/1/fd/1 && echo ACK && read -r end";
const withinMs = 10_000;

export async function standInImage(endpoint: string, busybox: string): Promise<string> {
  if ((await inspectImage(endpoint, name)) !== null) return name;
  const body = { Image: busybox, Cmd: ["busybox", "nc", "-ll", "-p", "8080", "-e", "/bin/sh", "-c", answer] };
  const { text } = await askEngine(endpoint, { method: "POST", path: "/containers/create", body, withinMs });
  const { Id: id }: { Id: string } = JSON.parse(text);
  const [repo = "", tag = ""] = name.split(":");
  await askEngine(endpoint, { method: "POST", path: `/commit?container=${id}&repo=${encodeURIComponent(repo)}&tag=${tag}`, body: {}, withinMs });
  await askEngine(endpoint, { method: "DELETE", path: `/containers/${id}?force=1`, withinMs });
  return name;
}
