/** The judging half: pure functions of recorded logs. */
export {};
