/**
 * Numbers ids from 0 on, in the order in which they come, and remembers them in a few bytes each: ids of writes are a text and a number
 * that counts up ("run-17"), so the text is kept once and the number leads straight to its place. Any other id is kept as it is.
 */

const firstCapacity = 1024;
/** So many texts get an array of their own; ids that differ in more than their number have no use for one. */
const familiesLimit = 1000;
/** Numbers may run so far ahead of how many there are before they are kept as texts: else one great number would make a great array. */
const leadFactor = 4;
const longestNumber = 9;
const zero = 48;
const nine = 57;

interface Family {
  number: number;
  prefix: string;
  /** By the number of the id: its place + 1, or 0. */
  places: Uint32Array<ArrayBuffer>;
  count: number;
}

export class IdIndex {
  readonly #families = new Map<string, Family>();
  readonly #others = new Map<string, number>();
  readonly #byNumber: Family[] = [];
  /** By place: the number of the family + 1, or 0 for an id that is kept as a text; and its own number. */
  #familyOf = new Uint16Array(firstCapacity);
  #numbers = new Uint32Array(firstCapacity);
  readonly #texts = new Map<number, string>();
  #count = 0;
  #lastFamily: Family | undefined;

  get count(): number {
    return this.#count;
  }

  /** Place of the id, or -1 when it is not known. */
  find(id: string): number {
    const digits = digitsAt(id);
    if (digits !== -1) {
      const place = this.#family(id, digits)?.places[Number(id.slice(digits))] ?? 0;
      if (place > 0) return place - 1;
    }
    return this.#others.get(id) ?? -1;
  }

  /** Place of the id, a new one when it is not known yet. */
  place(id: string): number {
    const known = this.find(id);
    if (known !== -1) return known;
    const place = this.#count;
    this.#count += 1;
    const digits = digitsAt(id);
    const number = digits === -1 ? Infinity : Number(id.slice(digits));
    const family = digits === -1 ? undefined : this.#familyFor(id, digits);
    if (family === undefined || number > leadFactor * (family.count + firstCapacity)) {
      this.#others.set(id, place);
      this.#texts.set(place, id);
      return place;
    }
    this.#remember(family, number, place);
    return place;
  }

  idAt(place: number): string {
    if (place < 0 || place >= this.#count) throw new RangeError(`there is no id at ${place}`);
    const family = this.#byNumber[(this.#familyOf[place] ?? 0) - 1];
    return family === undefined ? (this.#texts.get(place) ?? "") : `${family.prefix}${this.#numbers[place] ?? 0}`;
  }

  #remember(family: Family, number: number, place: number): void {
    if (number >= family.places.length) family.places = grown(family.places, new Uint32Array(capacityFor(number)));
    family.places[number] = place + 1;
    family.count += 1;
    if (place >= this.#numbers.length) {
      this.#numbers = grown(this.#numbers, new Uint32Array(capacityFor(place)));
      this.#familyOf = grown(this.#familyOf, new Uint16Array(capacityFor(place)));
    }
    this.#numbers[place] = number;
    this.#familyOf[place] = family.number + 1;
  }

  /** Ids of one text come one after the other: the last one is asked first, without making a new text. */
  #family(id: string, digits: number): Family | undefined {
    const last = this.#lastFamily;
    if (last !== undefined && last.prefix.length === digits && id.startsWith(last.prefix)) return last;
    const found = this.#families.get(id.slice(0, digits));
    if (found !== undefined) this.#lastFamily = found;
    return found;
  }

  #familyFor(id: string, digits: number): Family | undefined {
    const known = this.#family(id, digits);
    if (known !== undefined || this.#families.size >= familiesLimit) return known;
    const family: Family = { number: this.#byNumber.length, prefix: id.slice(0, digits), places: new Uint32Array(firstCapacity), count: 0 };
    this.#families.set(family.prefix, family);
    this.#byNumber.push(family);
    return family;
  }
}

/** Where the number at the end begins; -1 without one that is written as numbers are ("007" is none, and no more than nine digits are). */
function digitsAt(id: string): number {
  let at = id.length;
  while (at > 0 && isDigit(id.charCodeAt(at - 1))) at -= 1;
  const length = id.length - at;
  if (length === 0 || length > longestNumber) return -1;
  return id.charCodeAt(at) === zero && length > 1 ? -1 : at;
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}

function capacityFor(index: number): number {
  return Math.ceil(1.5 * (index + 1));
}

function grown<T extends Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(from: T, to: T): T {
  to.set(from);
  return to;
}
