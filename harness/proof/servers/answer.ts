/** What the servers of the load bench answer: small, as an API answers. */

export const answerBody: string = JSON.stringify({ status: "ok", items: [1, 2, 3], note: "a small answer, as an API gives it" });
