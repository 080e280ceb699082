/** When a load generator is the limit itself, whoever asks: the load process, the judge, `roadworthy load` and its report. */

/** More than this, and its figures say nothing about the target (MEASURES.md, the verdict). "Start lag p99 > 10 ms" is the claim that more than 1 % start over 10 ms late. */
export const generatorLimits = { delayMs: 20, cpuPercent: 85, droppedShare: 0.001, lagMs: 10, lateShare: 0.01 } as const;

/** What this machine ran out of, by the message of the requests that were dropped for it, and what helps. */
export const exhaustions: Readonly<Record<string, string>> = {
  EMFILE: "the load process may open no more files (EMFILE): raise `ulimit -n`, or lower `connections`",
  ENFILE: "the machine may open no more files (ENFILE): raise `fs.file-max`, or lower `connections`",
  EADDRNOTAVAIL: "no local port was free (EADDRNOTAVAIL): let the target keep connections alive, or widen `net.ipv4.ip_local_port_range`",
  ENOBUFS: "the machine had no memory for another socket (ENOBUFS): lower `connections`",
  ENOMEM: "the machine had no memory for another socket (ENOMEM): lower `connections`",
};
