/** Puts neighbouring parts of one chunk together again, so that a chunk that was only looked at leaves as one write. */

export class Joiner {
  readonly #write: (bytes: Buffer) => void;
  #pending: Buffer | null = null;

  constructor(write: (bytes: Buffer) => void) {
    this.#write = write;
  }

  add(bytes: Buffer): void {
    const pending = this.#pending;
    if (pending !== null && pending.buffer === bytes.buffer && pending.byteOffset + pending.length === bytes.byteOffset) {
      this.#pending = Buffer.from(pending.buffer, pending.byteOffset, pending.length + bytes.length);
      return;
    }
    this.flush();
    this.#pending = bytes;
  }

  flush(): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending !== null) this.#write(pending);
  }
}
