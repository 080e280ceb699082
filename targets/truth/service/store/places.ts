/** Where writes are kept. A table and a queue keep every copy; a key-value store keeps one value for a key. */

export interface Places {
  /** Stores one copy. */
  put(id: string): void;
  /** Every copy of it is gone. */
  remove(id: string): void;
  /** Moves work along: one item, where there is anything to move. */
  turn(): void;
  /** What is there, by the name of the place, once for each copy. */
  contents(): ReadonlyMap<string, readonly string[]>;
}

export const placeKinds = ["table", "queue", "key-value"] as const;
export type PlaceKind = (typeof placeKinds)[number];

export function placesOf(kind: PlaceKind): Places {
  switch (kind) {
    case "table":
      return table();
    case "queue":
      return queue();
    case "key-value":
      return keyValue();
  }
}

function table(): Places {
  let rows: string[] = [];
  return {
    put: (id) => void rows.push(id),
    remove: (id) => {
      rows = rows.filter((row) => row !== id);
    },
    turn: () => {},
    contents: () => new Map([["rows", rows]]),
  };
}

/** Every seventh job cannot be done and becomes a dead letter. */
const deadEvery = 7;

/** A job waits, is worked on, and is done or a dead letter: it is there all the while, in one place or the next. */
function queue(): Places {
  const lists = { waiting: [] as string[], working: [] as string[], done: [] as string[], dead: [] as string[] };
  let finished = 0;
  return {
    put: (id) => void lists.waiting.push(id),
    remove: (id) => {
      for (const name of ["waiting", "working", "done", "dead"] as const) lists[name] = lists[name].filter((job) => job !== id);
    },
    turn: () => {
      const job = lists.working.shift();
      if (job !== undefined) {
        finished += 1;
        (finished % deadEvery === 0 ? lists.dead : lists.done).push(job);
      }
      const next = lists.waiting.shift();
      if (next !== undefined) lists.working.push(next);
    },
    contents: () => new Map(Object.entries(lists)),
  };
}

function keyValue(): Places {
  const values = new Map<string, number>();
  return {
    put: (id) => void values.set(id, (values.get(id) ?? 0) + 1),
    remove: (id) => void values.delete(id),
    turn: () => {},
    contents: () => new Map([["keys", [...values.keys()]]]),
  };
}
