/** Types of the extensions that the k6 of this folder is built with, as far as scripts here use them: k6 and @types/k6 know only what comes with k6. */

declare module "k6/x/redis" {
  export class Client {
    /** `redis://host:port/database`; connects when it is first used, under the rules for addresses that hold for all of k6. */
    constructor(url: string);
    /** Number of elements in a list; 0 for a key that is not there. */
    llen(key: string): Promise<number>;
    get(key: string): Promise<string>;
    /** `expirationSeconds`: 0 for never. */
    set(key: string, value: string | number | boolean, expirationSeconds: number): Promise<string>;
    /** Any other command; what comes back depends on it. */
    sendCommand(command: string, ...args: (string | number | boolean)[]): Promise<unknown>;
  }
  const redis: { readonly Client: typeof Client };
  export default redis;
}
