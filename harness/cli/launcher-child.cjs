/* Loaded before the command line when the launcher had to start it as a child: the launcher's death counts as SIGTERM. */
"use strict";

// The variable is taken out at once, so that processes which this one starts are not mistaken for launched ones.
if (process.env.ROADWORTHY_LAUNCHED === "1" && process.channel) {
  delete process.env.ROADWORTHY_LAUNCHED;
  process.once("disconnect", function () {
    process.kill(process.pid, "SIGTERM");
  });
  process.channel.unref();
}
