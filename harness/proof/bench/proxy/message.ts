/** Messages of the proxy bench: a request begins with its own size and the size of the answer it wants, both counting every byte. */

/** Two unsigned numbers of 32 bits. */
export const headBytes = 8;

export function requestOf(requestBytes: number, answerBytes: number): Buffer {
  const request = Buffer.alloc(Math.max(headBytes, requestBytes), "q");
  request.writeUInt32LE(request.length, 0);
  request.writeUInt32LE(answerBytes, 4);
  return request;
}
