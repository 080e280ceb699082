/** `GET /metrics`: what the links have seen, as text for Prometheus. The first two series are Toxiproxy's own, by name and label. */

import { formatAddress } from "../../base/loopback-address.ts";
import type { Link } from "./relay/link.ts";

export const metricsContentType = "text/plain; version=0.0.4; charset=utf-8";

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [Labels, number];

interface Series {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly samples: (link: Link) => Sample[];
}

const streams = ["upstream", "downstream"] as const;

const series: readonly Series[] = [
  { name: "toxiproxy_proxy_received_bytes_total", type: "counter", help: "Bytes that came in, by direction.", samples: (link) => byStream(link, "receivedBytes") },
  { name: "toxiproxy_proxy_sent_bytes_total", type: "counter", help: "Bytes that were handed on, by direction.", samples: (link) => byStream(link, "sentBytes") },
  { name: "roadworthy_proxy_connections_total", type: "counter", help: "Connections that were accepted.", samples: (link) => [[of(link), link.stats().accepted]] },
  { name: "roadworthy_proxy_connections", type: "gauge", help: "Connections that are open.", samples: (link) => [[of(link), link.stats().current]] },
  { name: "roadworthy_proxy_upstream_refused_total", type: "counter", help: "Connections without an upstream.", samples: (link) => [[of(link), link.stats().upstreamRefused]] },
  { name: "roadworthy_toxic_connections_total", type: "counter", help: "Connections that the toxic touched.", samples: (link) => byToxic(link, "connections") },
  { name: "roadworthy_toxic_bytes_total", type: "counter", help: "Bytes that the toxic touched.", samples: (link) => byToxic(link, "bytes") },
  { name: "roadworthy_toxic_requests_total", type: "counter", help: "Requests that the toxic struck.", samples: (link) => byToxic(link, "requests") },
];

export function metricsText(links: readonly Link[]): string {
  return series.map(({ name, type, help, samples }) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...links.flatMap(samples).map((sample) => line(name, sample)), ""].join("\n")).join("");
}

function of(link: Link): Labels {
  return { proxy: link.name };
}

function byStream(link: Link, which: "receivedBytes" | "sentBytes"): Sample[] {
  const addresses = { listener: formatAddress(link.listen), upstream: formatAddress(link.upstream) };
  return streams.map((direction) => [{ direction, proxy: link.name, ...addresses }, link.counters[direction][which]]);
}

function byToxic(link: Link, which: "connections" | "bytes" | "requests"): Sample[] {
  return link.toxics.map(({ name, spec, stream, witness }) => [{ proxy: link.name, toxic: name, type: spec.type, stream }, witness[which]]);
}

function line(name: string, [labels, value]: Sample): string {
  const text = Object.entries(labels).map(([label, content]) => `${label}="${content.replaceAll(/["\\\n]/g, (mark) => (mark === "\n" ? "\\n" : `\\${mark}`))}"`);
  return `${name}{${text.join(",")}} ${value}`;
}
