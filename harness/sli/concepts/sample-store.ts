/** Requests and probe answers around faults: 17 bytes each, sorted by intended start when they are asked for. */

import type { InstantUs } from "../../base/time.ts";
import { sampleStates, type Samples } from "./outage.ts";

const firstCapacity = 1024;

export class SampleStore {
  #atUs = new Float64Array(firstCapacity);
  #tookMs = new Float64Array(firstCapacity);
  #failed = new Uint8Array(firstCapacity);
  #count = 0;

  add(atUs: InstantUs, tookMs: number, failed: boolean): void {
    if (this.#count === this.#atUs.length) this.#grow();
    this.#atUs[this.#count] = atUs;
    this.#tookMs[this.#count] = tookMs;
    this.#failed[this.#count] = failed ? 1 : 0;
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  /** In order of intended start; good ones over `degradedLimitMs` are slow. */
  samples(degradedLimitMs: number): Samples {
    const order = Uint32Array.from({ length: this.#count }, (_, index) => index).toSorted((a, b) => (this.#atUs[a] ?? 0) - (this.#atUs[b] ?? 0));
    const sorted: Samples = { atUs: new Float64Array(this.#count), state: new Uint8Array(this.#count) };
    for (const [position, index] of order.entries()) {
      sorted.atUs[position] = this.#atUs[index] ?? 0;
      sorted.state[position] = this.#failed[index] === 1 ? sampleStates.failed : (this.#tookMs[index] ?? 0) > degradedLimitMs ? sampleStates.slow : sampleStates.good;
    }
    return sorted;
  }

  #grow(): void {
    const capacity = this.#atUs.length * 2;
    this.#atUs = grown(this.#atUs, new Float64Array(capacity));
    this.#tookMs = grown(this.#tookMs, new Float64Array(capacity));
    this.#failed = grown(this.#failed, new Uint8Array(capacity));
  }
}

function grown<T extends Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
