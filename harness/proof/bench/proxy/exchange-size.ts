/** Size of each request and of each answer in the proxy bench. Both sides must agree on it. */

export const payloadBytes = 64 * 1024;
