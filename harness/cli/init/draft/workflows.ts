/** Gates in CI: every change by the suite `gate`, every night by all there is. Objectives, suites and allow file of a change under review are those of its base. */

const checkout = "actions/checkout@08eba0b27e820071cde6df949e0beb9ba4906955 # v4.3.0";
const upload = "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2";

export interface Place {
  /** The folder of the definitions, from the root of the repository. */
  readonly folder: string;
  /** The name of the target. */
  readonly target: string;
  readonly format: string;
  /** Of Roadworthy; null when the lock file holds it. */
  readonly version: string | null;
}

function install({ version }: Place): string {
  return version === null ? "npm ci --no-audit --no-fund" : `npm install --no-save --no-audit --no-fund roadworthy@${version}`;
}

/** By paths, so that it holds for every folder. */
function suiteCommand({ folder, target, format }: Place): string {
  return `npx --no roadworthy suite "./${folder}/suites/$SUITE.${format}" --target ./${folder}/${target}`;
}

export function gitHubWorkflow(place: Place): string {
  return `# The gate for every pull request, and all there is every night. Red exactly when the exit code of Roadworthy is not 0.
name: roadworthy

on:
  pull_request:
  schedule:
    - cron: "23 2 * * *"
  workflow_dispatch:

permissions:
  contents: read

jobs:
  roadworthy:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
      - uses: ${checkout}
        with:
          persist-credentials: false
      - name: Check out the base branch
        if: github.event_name == 'pull_request'
        uses: ${checkout}
        with:
          ref: \${{ github.event.pull_request.base.sha }}
          path: .roadworthy-base
          persist-credentials: false
      # A pull request may change its own yardstick, and the change counts once it is merged.
      - name: Take objectives, suites and allow file from the base branch
        if: github.event_name == 'pull_request'
        run: |
          cd .roadworthy-base
          if [ -d ${place.folder} ]; then find ${place.folder} -type f \\( -name 'objectives.*' -o -path '${place.folder}/suites/*' \\) -exec cp --parents {} .. \\;; fi
          rm -f ../roadworthy.allow.yaml
          if [ -f roadworthy.allow.yaml ]; then cp roadworthy.allow.yaml ..; fi
          cd .. && rm -rf .roadworthy-base
${indented(10, commitAllowFile)}
      - run: ${install(place)}
      - name: Run the suite
        env:
          SUITE: \${{ github.event_name == 'pull_request' && 'gate' || 'nightly' }}
        run: ${suiteCommand(place)}
      - name: Publish the summary
        if: always()
        run: cat roadworthy-runs/*/report.md 2>/dev/null | head -c 1000000 >>"$GITHUB_STEP_SUMMARY" || true
      - uses: ${upload}
        if: always()
        with:
          name: roadworthy
          path: roadworthy-runs/
          if-no-files-found: warn
          retention-days: 14
`;
}

/** The allow file counts only as it was committed, which the base's was: so it is committed here, for this job alone. */
const commitAllowFile = [
  "if [ -f roadworthy.allow.yaml ]; then",
  "  git add --force roadworthy.allow.yaml",
  "  git diff --cached --quiet -- roadworthy.allow.yaml ||",
  "    git -c core.hooksPath=/dev/null -c commit.gpgSign=false -c user.name=roadworthy -c user.email=roadworthy@localhost commit -q -m 'Take the allow file from the base branch' -- roadworthy.allow.yaml",
  "fi",
];

function indented(by: number, lines: readonly string[]): string {
  return lines.map((line) => `${" ".repeat(by)}${line}`).join("\n");
}

/** Of its own name, so that it can be included beside what there is. */
export function gitLabJob(place: Place): string {
  return `# Take it into .gitlab-ci.yml with:   include: { local: ${place.folder}/ci/gitlab.yml }
# It needs a runner that may start Docker in Docker; that engine is on another machine, so roadworthy.allow.yaml
# has to name it: compose: { engines: [{ host: docker, port: 2375, reason: "Docker in Docker, beside the job" }] }
roadworthy:
  image: node:22-trixie
  services:
    - docker:28-dind
  variables:
    DOCKER_HOST: tcp://docker:2375
    DOCKER_TLS_CERTDIR: ""
    SUITE: gate
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_PIPELINE_SOURCE == "schedule"
      variables:
        SUITE: nightly
  timeout: 1h
  script:
    - apt-get update -qq && apt-get install -y -qq --no-install-recommends docker-cli docker-compose
    # A merge request may change its own yardstick, and the change counts once it is merged.
    - |
      if [ -n "$CI_MERGE_REQUEST_DIFF_BASE_SHA" ]; then
        git fetch --quiet --depth=1 origin "$CI_MERGE_REQUEST_DIFF_BASE_SHA"
        rm -f roadworthy.allow.yaml
        git ls-tree -r --name-only "$CI_MERGE_REQUEST_DIFF_BASE_SHA" -- ${place.folder} roadworthy.allow.yaml |
          grep -E '/objectives\\.|/suites/|^roadworthy\\.allow\\.yaml$' |
          while read -r file; do mkdir -p "$(dirname "$file")" && git show "$CI_MERGE_REQUEST_DIFF_BASE_SHA:$file" >"$file"; done
${indented(8, commitAllowFile)}
      fi
    - ${install(place)}
    - ${suiteCommand(place)}
  artifacts:
    when: always
    expire_in: 14 days
    paths: [roadworthy-runs/]
    reports:
      junit: roadworthy-runs/*/junit.xml
`;
}
