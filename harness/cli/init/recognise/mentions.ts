/** Which service names which other in its environment and its command: who is the client of whom, and on which port. Pure. */

import type { Service } from "../compose/service.ts";

export interface Mention {
  readonly from: string;
  readonly to: string;
  /** Where it is written. */
  readonly port: number | null;
  /** As before "://", in lower case; null where there is none. */
  readonly scheme: string | null;
  /** The variable, or "command". */
  readonly where: string;
}

/** A name by itself is a server only where the variable says that it is one: POSTGRES_USER=postgres names nobody. */
const placeLike = /HOST|ADDR|URL|URI|SERVER|ENDPOINT|BROKER|DSN|UPSTREAM|CONN/i;

export function mentionsOf(services: readonly Service[]): Mention[] {
  const names = new Map(services.flatMap((service) => [service.name, ...service.aliases].map((alias): [string, string] => [alias, service.name])));
  return services.flatMap((service) => textsOf(service).flatMap(({ where, text }) => [...names].flatMap(([alias, to]) => (to === service.name ? [] : found(text, alias, placeLike.test(where)).map((place) => ({ from: service.name, to, where, ...place }))))));
}

function textsOf(service: Service): { where: string; text: string }[] {
  return [...Object.entries(service.environment).map(([where, text]) => ({ where, text })), ...service.command.map((text) => ({ where: "command", text }))];
}

/** `scheme://user:password@name:port` and `name:port` anywhere; the name alone only where a place is expected. */
function found(text: string, name: string, isPlace: boolean): Pick<Mention, "port" | "scheme">[] {
  const escaped = RegExp.escape(name);
  const address = new RegExp(`(?:([a-z][a-z0-9+.-]*)://)?([^\\s/@,"']*@|(?<![\\w.@/-])|(?<=//))${escaped}(?::(\\d{1,5}))?(?=$|[/?,;\\s"'&])`, "gi");
  return [...text.matchAll(address)].flatMap(([, scheme, before, port]) => {
    if (!isPlace && port === undefined && scheme === undefined && before === "") return [];
    return [{ port: port === undefined ? null : Number(port), scheme: scheme?.toLowerCase() ?? null }];
  });
}
