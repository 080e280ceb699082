/** package.json and the lock file: few dependencies, each of one exact version, nothing that runs on install, no address of somebody's registry. */

import { z } from "zod";
import type { Finding, Project } from "../project.ts";

const mostDependencies = 15;
const versions = z.record(z.string(), z.string()).default({});
const manifestSchema = z.object({
  bin: versions,
  exports: z.record(z.string(), z.unknown()).default({}),
  scripts: versions,
  dependencies: versions,
  optionalDependencies: versions,
  devDependencies: versions,
});

const lockSchema = z.object({ packages: z.record(z.string(), z.object({ optionalDependencies: versions })).default({}) });

export type Manifest = z.infer<typeof manifestSchema>;

export function parseManifest(text: string): Manifest {
  return manifestSchema.parse(JSON.parse(text));
}

export function manifest(project: Project, lock: string | undefined): Finding[] {
  const file = project.files.get("package.json");
  if (file === undefined) return [{ file: "package.json", line: 0, problem: "is missing", instead: "write one" }];
  const found = parseManifest(file.text);
  const lineOf = (word: string): number => file.lines.findIndex((line) => line.includes(`"${word}"`)) + 1;
  const complaints = [...tooMany(found), ...inexact(found), ...installScripts(found)];
  return [...complaints.map(({ word, ...rest }) => ({ file: "package.json", line: lineOf(word), ...rest })), ...lockFile(lock)];
}

type Complaint = Pick<Finding, "problem" | "instead"> & { word: string };

function tooMany({ dependencies }: Manifest): Complaint[] {
  const count = Object.keys(dependencies).length;
  if (count <= mostDependencies) return [];
  return [{ word: "dependencies", problem: `${count} dependencies, ${mostDependencies} are allowed`, instead: "do without one" }];
}

function inexact(found: Manifest): Complaint[] {
  const all = { ...found.dependencies, ...found.optionalDependencies, ...found.devDependencies };
  return Object.entries(all)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
    .map(([name, version]) => ({ word: name, problem: `${name} is "${version}"`, instead: "name one exact version" }));
}

function installScripts({ scripts }: Manifest): Complaint[] {
  return ["preinstall", "install", "postinstall", "prepare"]
    .filter((name) => name in scripts)
    .map((name) => ({ word: name, problem: `has a script "${name}"`, instead: "installing runs nothing of ours; do it at the first use, or in prepack" }));
}

function lockFile(lock: string | undefined): Finding[] {
  const file = "package-lock.json";
  if (lock === undefined) return [{ file, line: 0, problem: "is missing", instead: "npm install writes it" }];
  const addresses = lock.split("\n").flatMap((text, index) => {
    if (!text.includes('"resolved":')) return [];
    return [{ file, line: index + 1, problem: "names the address of a registry", instead: "keep omit-lockfile-registry-resolved in .npmrc and write it again" }];
  });
  const lacking = lackingPackages(lock).map((name) => ({
    file,
    line: 0,
    problem: `lacks ${name}, so that npm ci refuses to install`,
    instead: "write it again from nothing; when the registry has no such version, choose one that is there for every platform",
  }));
  return [...addresses, ...lacking];
}

/** Packages for other platforms that some package asks for and the lock file has no row for. */
function lackingPackages(lock: string): string[] {
  const { packages } = lockSchema.parse(JSON.parse(lock));
  const present = new Set(Object.keys(packages).map((path) => path.split("node_modules/").at(-1)));
  const asked = new Set(Object.values(packages).flatMap((each) => Object.keys(each.optionalDependencies)));
  return [...asked].filter((name) => !present.has(name));
}
